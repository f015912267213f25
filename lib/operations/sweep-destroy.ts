import { type AuditEntry, appendAudit } from '#lib/db/audit.ts'
import type { Dokku } from '#lib/dokku/index.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { SweepCandidate, Victim } from '#lib/domain/sweep.ts'
import { save, type Taking } from './sweep-taking.ts'

export type Destroying = 'destroy-app' | 'destroy-database'

interface Destruction {
  key: 'app' | 'database'
  host: string
  /** `app review-fix` */
  what: string
  run(dokku: Dokku, signal: AbortSignal): Promise<unknown>
}

/** Asks the host once. When the answer is lost, the next look tells what came of it. */
export async function destroy(taking: Taking, step: Destroying): Promise<void> {
  const { held, item } = taking
  const destruction = destructionOf(item, step)
  const dokku = destruction && held.world.dokku.get(destruction.host)
  if (!dokku) throw new BerthError('invalid', 'berth', `The Dokku host of ${item.title} is not configured any more.`)
  const { key, what, run } = destruction
  await save(taking, { progress: { ...item.progress, [key]: 'asked' }, words: `Berth destroys ${what}.` })
  await held.assure()
  try {
    await run(dokku, held.signal)
  } catch (error) {
    held.signal.throwIfAborted()
    if (!(error instanceof BerthError)) throw error
    if (error.kind === 'unavailable') return held.pause(1000)
    await appendAudit(held.world.db, { ...entryOf(taking, step, what), outcome: 'failed', words: error.message })
    throw error
  }
}

/** Writes down, once, that what Berth asked to be destroyed is gone; `true` when something was. */
export async function noteDestroyed(taking: Taking, now: SweepCandidate): Promise<boolean> {
  const { item } = taking
  let noted = false
  for (const step of ['destroy-app', 'destroy-database'] as const) {
    const destruction = destructionOf(item, step)
    if (!destruction || item.progress[destruction.key] !== 'asked' || now[destruction.key] !== null) continue
    const { key, what } = destruction
    const entry = { ...entryOf(taking, step, what), outcome: 'succeeded' as const, words: `Berth destroyed ${what}.` }
    await save(taking, { progress: { ...item.progress, [key]: 'destroyed' } }, entry)
    noted = true
  }
  return noted
}

/** What went by GitLab's stop and what by Berth: a stop that removed nothing is said as such. `null` when nothing went. */
export function goneWords(item: Taking['item'], now: SweepCandidate): string | null {
  const gone = (['destroy-app', 'destroy-database'] as const)
    .flatMap((step) => destructionOf(item, step) ?? [])
    .filter(({ key }) => now[key] === null)
  const wordsOf = (byBerth: boolean) =>
    gone
      .filter(({ key }) => (item.progress[key] !== null) === byBerth)
      .map(({ what }) => what)
      .join(' and ')
  const [byBerth, before] = [wordsOf(true), wordsOf(false)]
  if (item.progress.stop !== null) {
    if (item.app === null && item.database === null) return `GitLab stopped ${item.title}.`
    const byStop = `GitLab’s stop removed ${before || 'nothing'}`
    return byBerth === '' ? `${byStop}.` : `${byStop}; Berth destroyed ${byBerth}.`
  }
  if (byBerth === '') return null
  return before === '' ? `Berth destroyed ${byBerth}.` : `Berth destroyed ${byBerth}; ${before} had gone before.`
}

function destructionOf({ app, database }: Victim, step: Destroying): Destruction | null {
  if (step === 'destroy-app') {
    return (
      app && {
        key: 'app',
        host: app.host,
        what: `app ${app.app}`,
        run: (dokku, signal) => dokku.destroyApp(app.app, signal),
      }
    )
  }
  return (
    database && {
      key: 'database',
      host: database.host,
      what: `database ${database.name}`,
      run: (dokku, signal) => dokku.destroyService(database.plugin, database.name, signal),
    }
  )
}

function entryOf({ held }: Taking, step: Destroying, what: string): Omit<AuditEntry, 'outcome' | 'words'> {
  const { id, projectId, requestedBy } = held.operation
  return {
    at: held.world.now(),
    actor: { name: requestedBy, via: 'system' },
    action: `sweep.${step}`,
    projectId,
    target: what,
    operationId: id,
  }
}
