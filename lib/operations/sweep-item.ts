import { LeaseLost } from '#lib/db/lease.ts'
import { type StoredSweepItem, sweepItemsOf } from '#lib/db/sweep-items.ts'
import { BerthError, failureOf } from '#lib/domain/errors.ts'
import type { SweepCandidate, SweepItem } from '#lib/domain/sweep.ts'
import { nextStep } from '#lib/domain/sweep-step.ts'
import { log } from '#lib/log.ts'
import type { Held } from './beat.ts'
import { destroy, goneWords, noteDestroyed } from './sweep-destroy.ts'
import type { SweepSources } from './sweep-sources.ts'
import { stop, stopUnderWay } from './sweep-stop.ts'
import { save, type Taking } from './sweep-taking.ts'
import { type Need, needNow, type SweepMoment, withDokku } from './sweep-truth.ts'

type End = Pick<SweepItem, 'words'> & { status: 'done' | 'failed' | 'skipped' }

const mostTries = 3
const pauseMs = 1000

/**
 * Takes one victim through its steps, or takes up where a killed process left it. Before every step the sources are asked
 * again and the rule is asked again, and after it whether it did what it said. What goes wrong unexpectedly is taken up
 * again a few times, and then is this item's failure too: the others go on. Throws when the process stops, the hold is lost
 * or the database does not answer.
 */
export async function sweepItem(held: Held<SweepMoment>, item: StoredSweepItem, sources: SweepSources): Promise<void> {
  const taking = { held, item, sources }
  await save(taking, { status: 'running', startedAt: item.startedAt ?? held.world.now() })
  for (let tries = 1; ; tries += 1) {
    const end = await take(taking).catch((error: unknown) => failedEnd(taking, error, tries))
    if (end !== 'again') return save(taking, { ...end, endedAt: held.world.now() })
    await held.pause(pauseMs)
    taking.item = await asWritten(taking)
  }
}

function failedEnd({ held, item }: Taking, error: unknown, tries: number): End | 'again' {
  held.signal.throwIfAborted()
  if (error instanceof LeaseLost) throw error
  if (error instanceof BerthError) return { status: 'failed', words: error.message }
  log.error({ err: error }, `Item ${item.position} of sweep ${held.operation.id} stumbled (${tries} of ${mostTries}).`)
  return tries < mostTries ? 'again' : { status: 'failed', words: failureOf(error).message }
}

/** What was not written when it stumbled did not happen, as after a killed process. */
async function asWritten({ held, item }: Taking): Promise<StoredSweepItem> {
  const items = await sweepItemsOf(held.world.db, held.operation.id)
  return items.find(({ position }) => position === item.position) ?? item
}

async function take(taking: Taking): Promise<End> {
  const { held, item, sources } = taking
  const stopped = await stopUnderWay(taking)
  let failure = stopped?.failure?.message ?? null
  let need: Need | null = null
  for (let tries = 0; tries < mostTries; ) {
    need ??= await needNow(held, item, sources)
    const now = await withDokku(need, item, sources)
    if (await noteDestroyed(taking, now)) tries = 0
    const next = nextStep(item, now, { observedAt: held.plan.observedAt, asOf: held.world.now() })
    switch (next.step) {
      case 'end':
        return endOf(item, now)
      case 'spare':
        return sparedOf(item, now, { reason: next.reason, failure })
      case 'stop': {
        if (item.progress.stop !== null)
          return { status: 'failed', words: failure ?? `GitLab did not stop ${item.title}.` }
        const end = await stop(taking, now)
        failure = end.failure?.message ?? null
        need = null
        break
      }
      case 'destroy-app':
      case 'destroy-database':
        await destroy(taking, next.step)
        tries += 1
    }
  }
  return { status: 'failed', words: `Dokku was asked ${mostTries} times, and it is still there.` }
}

function endOf(item: StoredSweepItem, now: SweepCandidate): End {
  const words = goneWords(item, now)
  return words === null ? { status: 'skipped', words: 'Nothing of it was left.' } : { status: 'done', words }
}

/** What became needed half way: a stop that did not come to its end is a failure, what went before the rest was spared is done. */
function sparedOf(item: StoredSweepItem, now: SweepCandidate, why: { reason: string; failure: string | null }): End {
  const isUp = now.environment !== null && now.environment.state !== 'stopped'
  if (item.progress.stop !== null && isUp) return { status: 'failed', words: why.failure ?? why.reason }
  const words = goneWords(item, now)
  return words === null ? { status: 'skipped', words: why.reason } : { status: 'done', words: `${words} ${why.reason}` }
}
