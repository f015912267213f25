import { randomUUID } from 'node:crypto'
import type { Database } from './client.ts'

/** Another holds it now, or it has ended: whoever sees this stops without a further word. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/**
 * Renews a hold that lasts `seconds` while `work` runs, and aborts the signal when `renew` throws `LeaseLost`; the work then
 * ends with that error, whichever it threw itself.
 */
export async function whileRenewed<Result>(
  { seconds, renew }: { seconds: number; renew(): Promise<void> },
  work: (lost: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const lost = new AbortController()
  const renewal = setInterval(
    () => {
      renew().catch((error: unknown) => {
        // A database that does not answer is noticed by the work itself; the next renewal tries again.
        if (error instanceof LeaseLost) lost.abort(error)
      })
    },
    (seconds * 1000) / 3,
  )
  try {
    return await work(lost.signal)
  } catch (error) {
    throw lost.signal.aborted ? lost.signal.reason : error
  } finally {
    clearInterval(renewal)
  }
}

/** Held while one looker reads a source. */
export interface SourceLease {
  sourceId: string
  owner: string
  /** Aborted once the hold is lost: what was read may by then be older than what the next holder wrote. */
  signal: AbortSignal
}

/**
 * Runs `work` while nobody else, in this process or another, holds the source; `null` when somebody does. The hold is
 * renewed while `work` runs, and lapses by itself `seconds` after a killed process's last sign of life. Time is the
 * database's, so that the instances' clocks do not matter.
 */
export async function withLease<Result>(
  db: Database,
  { sourceId, seconds }: { sourceId: string; seconds: number },
  work: (lease: SourceLease) => Promise<Result>,
): Promise<Result | null> {
  const owner = randomUUID()
  const taken = await db.$executeRaw`
    INSERT INTO "Source" AS kept ("id", "leaseOwner", "leaseUntil")
    VALUES (${sourceId}, ${owner}, now() + make_interval(secs => ${seconds}))
    ON CONFLICT ("id") DO UPDATE SET "leaseOwner" = EXCLUDED."leaseOwner", "leaseUntil" = EXCLUDED."leaseUntil"
    WHERE kept."leaseUntil" IS NULL OR kept."leaseUntil" < now()`
  if (taken === 0) return null

  const renew = async (): Promise<void> => {
    const renewed = await db.$executeRaw`
      UPDATE "Source" SET "leaseUntil" = now() + make_interval(secs => ${seconds})
      WHERE "id" = ${sourceId} AND "leaseOwner" = ${owner}`
    if (renewed === 0) throw new LeaseLost(sourceId)
  }
  try {
    return await whileRenewed({ seconds, renew }, (signal) => work({ sourceId, owner, signal }))
  } finally {
    await db.$executeRaw`
      UPDATE "Source" SET "leaseOwner" = NULL, "leaseUntil" = NULL WHERE "id" = ${sourceId} AND "leaseOwner" = ${owner}`
  }
}
