import type { Database } from './client.ts'

/**
 * Says that somebody looks at these subjects (`project:42`, `environment:7`, `app:<host>/<app>`, `job:123`) for the next
 * `seconds`. Returns those that nobody was looking at until now: a look at them should start at once.
 */
export async function renewWatches(db: Database, subjects: readonly string[], seconds: number): Promise<string[]> {
  const first = await db.$queryRaw<{ subject: string }[]>`
    WITH alive AS (SELECT "subject" FROM "Watch" WHERE "until" > now()),
    written AS (
      INSERT INTO "Watch" AS kept ("subject", "until")
      SELECT DISTINCT given, now() + make_interval(secs => ${seconds}) FROM unnest(${subjects}::text[]) AS given
      ON CONFLICT ("subject") DO UPDATE SET "until" = greatest(kept."until", EXCLUDED."until")
      RETURNING "subject"
    )
    SELECT "subject" FROM written WHERE "subject" NOT IN (SELECT "subject" FROM alive)`
  return first.map(({ subject }) => subject)
}

/** What somebody looks at now, by its kind: `watched(db, 'job')` → `['123']`. */
export async function watched(db: Database, kind: 'project' | 'environment' | 'app' | 'job'): Promise<string[]> {
  const prefix = `${kind}:`
  const alive = await db.$queryRaw<{ subject: string }[]>`
    SELECT "subject" FROM "Watch" WHERE starts_with("subject", ${prefix}) AND "until" > now()`
  return alive.map(({ subject }) => subject.slice(prefix.length))
}

export async function forgetWatches(db: Database): Promise<void> {
  await db.$executeRaw`DELETE FROM "Watch" WHERE "until" < now() - interval '1 minute'`
}

/** The project's environments that somebody has open. */
export async function watchedEnvironments(db: Database, projectId: number): Promise<number[]> {
  const ids = (await watched(db, 'environment')).filter((id) => /^\d{1,18}$/.test(id)).map(BigInt)
  if (ids.length === 0) return []
  const rows = await db.environment.findMany({ where: { projectId, id: { in: ids } }, select: { id: true } })
  return rows.map(({ id }) => Number(id))
}
