import type { Database } from '#lib/db/client.ts'
import { type SourceLease, withLease } from '#lib/db/lease.ts'
import {
  beginLook,
  confirmObserved,
  failLook,
  finishLook,
  keepCursor,
  type LookBefore,
  type LookCost,
  retryAtOf,
} from '#lib/db/looks.ts'
import { BerthError, failureOf } from '#lib/domain/errors.ts'
import { log } from '#lib/log.ts'

/** One look at one source, while nobody else looks at it. */
export interface Look extends LookBefore {
  asOf: Date
  /** Aborted when the lease was lost: whoever reads stops before writing. */
  signal: AbortSignal
  /** Runs one request, and counts it. */
  ask<Answer>(request: () => Promise<Answer>): Promise<Answer>
  /** Marks the source as seen now; the board may rely on it from here on. */
  observed(): Promise<void>
  /** Puts this into the cursor now, for the next look after one that does not end well. */
  keep(cursor: object): Promise<void>
}

interface LookResult {
  /** For the next look. */
  cursor: object
  /** How much was different. */
  changed: number
  cost?: Pick<LookCost, 'readingSeconds' | 'note'>
}

export type LookOutcome =
  | { status: 'done'; cost: LookCost; recovered: boolean }
  | { status: 'failed'; cost: LookCost; error: unknown; isNewFailure: boolean }
  /** Another process, or another job of this one, looks at it right now. */
  | { status: 'held' }

/** How long a killed process keeps a source to itself. */
const leaseSeconds = 15

/**
 * Looks at a source: alone, with what it cost and how it ended written down. A failure is an outcome, not an exception, because the other sources go on.
 * A look that is not `regular` sees only a part: the next regular one comes when it would have come without it.
 */
export async function lookAt(
  world: { db: Database; now(): Date },
  sourceId: string,
  work: (look: Look) => Promise<LookResult>,
  { regular = true }: { regular?: boolean } = {},
): Promise<LookOutcome> {
  const outcome = await withLease(world.db, { sourceId, seconds: leaseSeconds }, (lease) =>
    heldLook(world, lease, work, regular),
  )
  return outcome ?? { status: 'held' }
}

async function heldLook(
  { db, now }: { db: Database; now(): Date },
  lease: SourceLease,
  work: (look: Look) => Promise<LookResult>,
  regular: boolean,
): Promise<LookOutcome> {
  const asOf = now()
  const before = await beginLook(db, lease, { asOf, regular })
  let requests = 0
  const cost = (changed: number): LookCost => ({ requests, milliseconds: now().getTime() - asOf.getTime(), changed })
  try {
    const {
      cursor,
      changed,
      cost: more,
    } = await work({
      ...before,
      asOf,
      signal: lease.signal,
      async ask(request) {
        lease.signal.throwIfAborted()
        requests += 1
        return request()
      },
      async observed() {
        lease.signal.throwIfAborted()
        await confirmObserved(db, lease, asOf)
      },
      async keep(cursor) {
        lease.signal.throwIfAborted()
        await keepCursor(db, lease, cursor)
      },
    })
    await finishLook(db, lease, { cursor, cost: regular ? { ...cost(changed), ...more } : null })
    return { status: 'done', cost: cost(changed), recovered: before.failingSince !== null }
  } catch (error) {
    if (!(error instanceof BerthError)) log.error({ err: error }, `Looking at ${lease.sourceId} failed.`)
    const retryAt = error instanceof BerthError ? retryAtOf(error, now()) : null
    await failLook(db, lease, { failure: failureOf(error), asOf, retryAt, cost: cost(0) })
    return { status: 'failed', cost: cost(0), error, isNewFailure: before.failingSince === null }
  }
}
