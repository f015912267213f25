import type { Database } from './client.ts'

const windowMs = 60_000

/** Whether one more may pass now, and else in how many seconds. */
export type Passage = { allowed: true } | { allowed: false; waitSeconds: number }

/** Counts a request of one caller to one door (`webhook 42`) in the running minute, for all instances together. */
export async function countRequest(
  db: Database,
  key: string,
  { perMinute }: { perMinute: number },
  asOf: Date,
): Promise<Passage> {
  const windowAt = new Date(Math.floor(asOf.getTime() / windowMs) * windowMs)
  const counted = await db.$executeRaw`
    INSERT INTO "RateCount" AS kept ("key", "windowAt", "used") VALUES (${key}, ${windowAt}, 1)
    ON CONFLICT ("key", "windowAt") DO UPDATE SET "used" = kept."used" + 1 WHERE kept."used" < ${perMinute}`
  if (counted === 1) return { allowed: true }
  return { allowed: false, waitSeconds: Math.ceil((windowAt.getTime() + windowMs - asOf.getTime()) / 1000) }
}

/** Forgets the minutes before `before`. */
export async function forgetRateCounts(db: Database, before: Date): Promise<void> {
  await db.rateCount.deleteMany({ where: { windowAt: { lt: before } } })
}
