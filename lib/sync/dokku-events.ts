import { setTimeout as sleep } from 'node:timers/promises'
import type { World } from '#lib/context.ts'
import { writeEvents } from '#lib/db/dokku-events.ts'
import { withLease } from '#lib/db/lease.ts'
import { publish } from '#lib/db/notifications.ts'
import { environmentsRestingOn, hasBerthPlugin } from '#lib/db/observations-dokku.ts'
import type { Dokku } from '#lib/dokku/index.ts'
import type { DokkuEvent } from '#lib/domain/dokku-app.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { log } from '#lib/log.ts'
import { nudge } from './nudge.ts'

/** How long a killed worker keeps a host's stream to itself. */
const leaseSeconds = 15

/** Between two tries to follow a host; one that fails is tried ever less often. */
const turnMs = { first: 1_000, longest: 60_000 }

/** A stream that lasted so long had worked: what ended it is no reason to wait. */
const workedMs = 30_000

/** After events were written; each leads to a look, so that a host where much goes on is not looked at for each of them. */
const breathMs = { first: 250, longest: 10_000 }

/** Events that wait to be written at most. */
const mostWaiting = 1_000

/**
 * Follows what happens on every host that has the `berth` plugin: writes it down and has the host looked at, at once. Of
 * all workers one follows a host. What happens while nobody does is on no timeline; the regular looks find what came of it.
 */
export function followHostEvents(world: World): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const loops = [...world.dokku.values()].map((dokku) => followHost(world, dokku, stopping.signal))
  return {
    async stop() {
      stopping.abort()
      await Promise.all(loops)
    },
  }
}

async function followHost(world: World, dokku: Dokku, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    const startedMs = performance.now()
    try {
      const outcome = await followWhileHeld(world, dokku, signal)
      failures = outcome === 'ended' ? failures + 1 : 0
    } catch (error) {
      failures += 1
      // That the host is away is told by the looks at it.
      if (!(error instanceof BerthError) && !signal.aborted)
        log.error({ err: error }, `Following ${dokku.host} failed.`)
    }
    if (performance.now() - startedMs > workedMs) failures = 0
    await pause(Math.min(turnMs.first * 2 ** failures, turnMs.longest), signal)
  }
}

async function followWhileHeld(
  world: World,
  dokku: Dokku,
  stopping: AbortSignal,
): Promise<'ended' | 'elsewhere' | 'no plugin'> {
  if (!(await hasBerthPlugin(world.db, dokku.host))) return 'no plugin'
  const outcome = await withLease(
    world.db,
    { sourceId: `events:${dokku.host}`, seconds: leaseSeconds },
    async (lease) => {
      const signal = AbortSignal.any([stopping, lease.signal])
      const record = eventRecord(world, dokku.host, signal)
      try {
        await dokku.followEvents(record.add, signal)
      } finally {
        await record.settled()
      }
      return 'ended' as const
    },
  )
  return outcome ?? 'elsewhere'
}

/** Writes events as they come, and together those that come while one is being written. */
function eventRecord(world: World, host: string, signal: AbortSignal) {
  const waiting: DokkuEvent[] = []
  let writing: Promise<void> | null = null

  async function write(): Promise<void> {
    for (let breath = breathMs.first; waiting.length > 0; breath = Math.min(breath * 2, breathMs.longest)) {
      const events = waiting.splice(0)
      try {
        await report(world, host, events)
      } catch (error) {
        log.error({ err: error }, `${events.length} events of ${host} could not be written.`)
      }
      await pause(breath, signal)
    }
    writing = null
  }

  return {
    add(event: DokkuEvent) {
      waiting.push(event)
      if (waiting.length > mostWaiting) waiting.shift()
      writing ??= write()
    },
    async settled() {
      await writing
    },
  }
}

async function report({ db }: World, host: string, events: readonly DokkuEvent[]): Promise<void> {
  await writeEvents(db, host, events)
  await nudge(db, `dokku:${host}`)
  const environmentIds = await environmentsRestingOn(db, host, [...new Set(events.map(({ app }) => app))])
  await publish(db, [`host:${host}`, ...environmentIds.map((id) => `environment:${id}`)])
}

const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {})
