import { randomUUID } from 'node:crypto'
import type { Database } from './client.ts'

/** Held while one looker reads a source. */
export interface Lease {
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
  work: (lease: Lease) => Promise<Result>,
): Promise<Result | null> {
  const owner = randomUUID()
  const taken = await db.$executeRaw`
    INSERT INTO "Source" AS kept ("id", "leaseOwner", "leaseUntil")
    VALUES (${sourceId}, ${owner}, now() + make_interval(secs => ${seconds}))
    ON CONFLICT ("id") DO UPDATE SET "leaseOwner" = EXCLUDED."leaseOwner", "leaseUntil" = EXCLUDED."leaseUntil"
    WHERE kept."leaseUntil" IS NULL OR kept."leaseUntil" < now()`
  if (taken === 0) return null

  const lost = new AbortController()
  const renewal = setInterval(
    () => {
      renew(db, { sourceId, owner, seconds }).then(
        (held) => held || lost.abort(new Error(`The lease on ${sourceId} was lost.`)),
        // A database that does not answer is noticed by the work itself; the next renewal tries again.
        () => {},
      )
    },
    (seconds * 1000) / 3,
  )
  try {
    return await work({ sourceId, owner, signal: lost.signal })
  } finally {
    clearInterval(renewal)
    await db.$executeRaw`
      UPDATE "Source" SET "leaseOwner" = NULL, "leaseUntil" = NULL WHERE "id" = ${sourceId} AND "leaseOwner" = ${owner}`
  }
}

async function renew(db: Database, lease: { sourceId: string; owner: string; seconds: number }): Promise<boolean> {
  const renewed = await db.$executeRaw`
    UPDATE "Source" SET "leaseUntil" = now() + make_interval(secs => ${lease.seconds})
    WHERE "id" = ${lease.sourceId} AND "leaseOwner" = ${lease.owner}`
  return renewed === 1
}
