import { setTimeout as sleep } from 'node:timers/promises'
import { BerthError } from '../domain/errors.ts'
import type { Database } from './client.ts'

export interface RequestBudgetOptions {
  /** For all instances together. */
  requestsPerMinute: number
  /** How much of it this taker may use up, 0 to 1: the rest stays for those with a larger share. */
  share: number
  /** How long `take` waits at most for the next minute. */
  maxWaitMs: number
}

/**
 * The requests that all instances together may make in a minute by the database's clock, counted in one row. `take` waits
 * for the next minute when this one is spent, or throws `unavailable` when that is further away than `maxWaitMs`.
 */
export function sharedBudget(db: Database, { requestsPerMinute, share, maxWaitMs }: RequestBudgetOptions) {
  const limit = Math.max(1, Math.floor(requestsPerMinute * share))
  return {
    async take(count: number): Promise<void> {
      let waitedMs = 0
      while (!(await takeNow(db, { count, limit }))) {
        const waitMs = await untilNextMinuteMs(db)
        if (count > limit || waitedMs + waitMs > maxWaitMs) {
          throw new BerthError(
            'unavailable',
            'gitlab',
            `Berth's own budget of ${requestsPerMinute} requests to GitLab a minute is used up.`,
            { retryAfterSeconds: Math.ceil(waitMs / 1000) },
          )
        }
        await sleep(waitMs)
        waitedMs += waitMs
      }
    },
  }
}

async function takeNow(db: Database, { count, limit }: { count: number; limit: number }): Promise<boolean> {
  if (count > limit) return false
  const taken = await db.$executeRaw`
    INSERT INTO "RequestBudget" AS kept ("minute", "used") VALUES (date_trunc('minute', now()), ${count})
    ON CONFLICT ("minute") DO UPDATE SET "used" = kept."used" + EXCLUDED."used"
    WHERE kept."used" + EXCLUDED."used" <= ${limit}`
  return taken === 1
}

async function untilNextMinuteMs(db: Database): Promise<number> {
  const [answer] = await db.$queryRaw<{ ms: number }[]>`
    SELECT ceil(60000 - extract(epoch FROM now() - date_trunc('minute', now())) * 1000)::int AS ms`
  return (answer?.ms ?? 60_000) + 20
}

/** Forgets the minutes before `before`. */
export async function forgetBudgets(db: Database, before: Date): Promise<void> {
  await db.requestBudget.deleteMany({ where: { minute: { lt: before } } })
}
