import { setTimeout as wait } from 'node:timers/promises'
import { whileRenewed } from '#lib/db/lease.ts'
import { renewLease, type StoredOperation } from '#lib/db/operations.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { World } from '../context.ts'
import { type Beats, failed, type Outcome } from './beat.ts'
import { type Grasp, type Grip, hold } from './hold.ts'
import { lookAgain } from './look-again.ts'

/** How long one process may be silent before another takes its operations over. */
export const leaseSeconds = 15

export const pause: Grip['pause'] = (milliseconds, signal) => wait(milliseconds, undefined, { signal })

/**
 * Carries an operation from whichever beat it had reached to its end, or only through the act when `upTo` says so.
 * Throws what is not the operation's own failure: `LeaseLost`, an abort, or something unexpected; it is then still running
 * and can be taken up again.
 */
export async function carry<Plan>(
  world: World,
  operation: StoredOperation,
  beats: Beats<Plan>,
  grip: Grip,
  upTo: 'act' | 'verify' = 'verify',
): Promise<void> {
  const held = hold(world, operation, grip)
  for (const name of ['act', 'follow', 'verify'] as const) {
    const status = held.operation.steps.find((step) => step.name === name)?.status
    if (status === 'done' || status === 'skipped') continue
    await held.enter(name)
    const outcome = await outcomeOf(() => beats[name](held as unknown as Parameters<typeof beats.act>[0]), grip)
    if (outcome === 'later') return
    if (outcome.status === 'failed' || outcome.status === 'canceled') {
      await endBadly(held, outcome)
      return lookAgain(world, held.operation)
    }
    await held.leave(name, { status: outcome.status, words: outcome.words })
    if (name === 'act') await lookAgain(world, held.operation)
    if (name === upTo) break
  }
  if (upTo === 'act') return
  await held.end('succeeded', null, held.operation.steps.at(-1)?.words ?? '')
  await lookAgain(world, held.operation)
}

/** Aborts `work` when the process stops, or another one holds the operation; the latter is thrown as `LeaseLost`. */
export function whileHeld(
  world: World,
  id: string,
  grip: Omit<Grip, 'signal'> & { stop?: AbortSignal },
  work: (grip: Grip) => Promise<void>,
): Promise<void> {
  const { lease, stop } = grip
  const renew = () => renewLease(world.db, id, lease)
  return whileRenewed({ seconds: lease.seconds, renew }, (lost) =>
    work({ ...grip, signal: stop ? AbortSignal.any([stop, lost]) : lost }),
  )
}

/** `later` leaves the beat open for the worker: a person should not wait until the other system is back. */
async function outcomeOf(beat: () => Promise<Outcome | 'later'>, { hurried }: Grip): Promise<Outcome | 'later'> {
  try {
    return await beat()
  } catch (error) {
    if (!(error instanceof BerthError)) throw error
    if (hurried && error.kind === 'unavailable') return 'later'
    return failed(error.system, error.message, error.kind)
  }
}

async function endBadly(held: Grasp, outcome: Extract<Outcome, { status: 'failed' | 'canceled' }>): Promise<void> {
  const { status, words, kind, system } = outcome
  await held.end(status, { kind, system, message: words }, words)
}
