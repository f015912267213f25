import { randomUUID } from 'node:crypto'
import { LeaseLost } from '#lib/db/lease.ts'
import { type Listening, listen } from '#lib/db/notifications.ts'
import { claimOperations, releaseLease, type StoredOperation } from '#lib/db/operations.ts'
import { failureOf } from '#lib/domain/errors.ts'
import type { OperationKind } from '#lib/domain/operation.ts'
import { log } from '#lib/log.ts'
import type { World } from '../context.ts'
import type { Beats } from './beat.ts'
import { cancelBeats } from './cancel-job.ts'
import { carry, leaseSeconds, pause, whileHeld } from './carry.ts'
import { createVariablesBeats } from './create-variables.ts'
import { type Grip, hold } from './hold.ts'
import { promoteBeats } from './promote.ts'
import { rebuildBeats } from './rebuild-app.ts'
import { redeployBeats } from './redeploy.ts'
import { restartBeats } from './restart-app.ts'
import { restartDynosBeats } from './restart-dynos.ts'
import { retryBeats } from './retry-job.ts'
import { rollBackReleaseBeats } from './roll-back-release.ts'
import { scaleBeats } from './scale-app.ts'
import { maintenanceBeats } from './set-maintenance.ts'
import { stopBeats } from './stop.ts'
import { sweepBeats } from './sweep.ts'
import { unlockBeats } from './unlock-app.ts'

export interface FollowOptions {
  /** Where to hear of new operations; unset: they are looked for every `pollMs` only. */
  connectionString?: string
  pollMs?: number
  /** How many are carried at once by this process. */
  atOnce?: number
  pause?: Grip['pause']
}

/** The beats of every kind. A plan was written by the same kind that reads it here. */
const beatsOf: Record<OperationKind, Beats<never>> = {
  promote: promoteBeats as Beats<never>,
  rollback: redeployBeats as Beats<never>,
  redeploy: redeployBeats as Beats<never>,
  stop: stopBeats as Beats<never>,
  'job.retry': retryBeats as Beats<never>,
  'job.cancel': cancelBeats as Beats<never>,
  sweep: sweepBeats as Beats<never>,
  'app.restart': restartBeats as Beats<never>,
  'app.rebuild': rebuildBeats as Beats<never>,
  'app.scale': scaleBeats as Beats<never>,
  'app.unlock': unlockBeats as Beats<never>,
  'variables.create': createVariablesBeats as Beats<never>,
  'release.rollback': rollBackReleaseBeats as Beats<never>,
  'dynos.restart': restartDynosBeats as Beats<never>,
  maintenance: maintenanceBeats as Beats<never>,
}

/** Unexpected failures (the database went away, a bug) after which an operation ends instead of being taken up again. */
const mostStumbles = 5

/**
 * Carries running operations to their end, those that a killed process left too: each in one process at a time. `stop`
 * lets go of them at once, between two looks, so that another process goes on.
 */
export async function followOperations(world: World, options: FollowOptions = {}): Promise<{ stop(): Promise<void> }> {
  const { pollMs = 3000, atOnce = 20 } = options
  const lease = { owner: `worker ${randomUUID()}`, seconds: leaseSeconds }
  const stop = new AbortController()
  const carried = new Map<string, Promise<void>>()
  /** Sweeps take no place: they wait for stops, which need one. There is at most one of each project. */
  const sweeping = new Map<string, Promise<void>>()
  const stumbles = new Map<string, number>()
  let claiming: Promise<void> = Promise.resolve()
  let isClaimQueued = false

  async function claim(): Promise<void> {
    isClaimQueued = false
    if (stop.signal.aborted || carried.size >= atOnce) return
    const operations = await claimOperations(world.db, lease, atOnce - carried.size)
    for (const operation of operations) {
      const place = operation.kind === 'sweep' ? sweeping : carried
      place.set(
        operation.id,
        carryOn(operation).finally(() => place.delete(operation.id)),
      )
    }
  }

  /** One claim at a time; words that come while one runs lead to one more after it. */
  function claimSoon(): void {
    if (isClaimQueued) return
    isClaimQueued = true
    claiming = claiming.then(claim).catch((error) => log.error({ err: error }, 'Operations could not be claimed.'))
  }

  async function carryOn(operation: StoredOperation): Promise<void> {
    const grip = { lease, hurried: false, pause: options.pause ?? pause, stop: stop.signal }
    try {
      await whileHeld(world, operation.id, grip, (held) => carry(world, operation, beatsOf[operation.kind], held))
      stumbles.delete(operation.id)
    } catch (error) {
      if (error instanceof LeaseLost) return
      // After a stumble the lease lapses by itself: that is the wait before the next try.
      if (!stop.signal.aborted) return stumble(operation, error, grip)
      await releaseLease(world.db, operation.id, lease.owner).catch(() => {})
    }
  }

  async function stumble(operation: StoredOperation, error: unknown, grip: Omit<Grip, 'signal'>): Promise<void> {
    const times = (stumbles.get(operation.id) ?? 0) + 1
    stumbles.set(operation.id, times)
    log.error({ err: error }, `Operation ${operation.id} stumbled (${times} of ${mostStumbles}).`)
    if (times < mostStumbles) return
    stumbles.delete(operation.id)
    const failure = failureOf(error)
    await hold(world, operation, { ...grip, signal: stop.signal })
      .end('failed', failure, failure.message)
      .catch((again) => log.error({ err: again }, `Operation ${operation.id} could not be ended.`))
  }

  const timer = setInterval(claimSoon, pollMs)
  const listening: Listening | null = options.connectionString
    ? await listen(
        options.connectionString,
        (topics) => {
          if (topics.some((topic) => topic.startsWith('operation:'))) claimSoon()
        },
        claimSoon,
      )
    : null
  claimSoon()

  return {
    async stop() {
      clearInterval(timer)
      stop.abort()
      await listening?.close()
      await claiming
      await Promise.all([...carried.values(), ...sweeping.values()])
    },
  }
}
