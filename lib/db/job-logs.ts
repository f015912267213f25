import type { Database } from './client.ts'
import { storable } from './observations.ts'
import { watched } from './watches.ts'

export interface FollowedJob {
  projectId: number
  jobId: number
}

/**
 * Unfinished jobs whose log somebody wants: a page shows it, or an operation waits for the job. A watched job's project
 * is known from the deployment, operation or log that named it.
 */
export async function followedJobs(db: Database): Promise<FollowedJob[]> {
  const ids = (await watched(db, 'job')).filter((id) => /^\d{1,18}$/.test(id)).map(BigInt)
  const rows = await db.$queryRaw<{ projectId: number; jobId: bigint }[]>`
    SELECT DISTINCT ON (wanted."jobId") wanted."projectId", wanted."jobId" FROM (
      SELECT "projectId", "jobId" FROM "Operation" WHERE "status" = 'running' AND "jobId" IS NOT NULL
      UNION ALL SELECT "projectId", "jobId" FROM "Operation" WHERE "jobId" = ANY(${ids}::bigint[])
      UNION ALL SELECT "projectId", "jobId" FROM "Deployment" WHERE "jobId" = ANY(${ids}::bigint[])
      UNION ALL SELECT "projectId", "jobId" FROM "JobLog" WHERE "jobId" = ANY(${ids}::bigint[])
    ) AS wanted
    WHERE NOT EXISTS (SELECT 1 FROM "JobLog" AS log WHERE log."jobId" = wanted."jobId" AND log."finished")`
  return rows.map(({ projectId, jobId }) => ({ projectId, jobId: Number(jobId) }))
}

/**
 * Takes the next reading of a log for this process: the row's own time is the claim, so that of several workers one reads
 * in every `pauseMs`. Answers with the time to give back when the reading fails; `null` when it is not our turn.
 */
export async function claimJobLog(
  db: Database,
  { projectId, jobId }: FollowedJob,
  { asOf, pauseMs }: { asOf: Date; pauseMs: number },
): Promise<{ observedAtBefore: Date | null } | null> {
  const id = BigInt(jobId)
  const row = { jobId: id, projectId, jobName: '', jobStatus: 'created', text: '', observedAt: asOf }
  const { count: isNew } = await db.jobLog.createMany({ data: [row], skipDuplicates: true })
  if (isNew === 1) return { observedAtBefore: null }
  const before = await db.jobLog.findUnique({ where: { jobId: id }, select: { observedAt: true, finished: true } })
  if (!before || before.finished || asOf.getTime() - before.observedAt.getTime() < pauseMs) return null
  const { count } = await db.jobLog.updateMany({
    where: { jobId: id, observedAt: before.observedAt, finished: false },
    data: { observedAt: asOf },
  })
  return count === 1 ? { observedAtBefore: before.observedAt } : null
}

/** The reading failed: the log is as old as it was. */
export async function returnJobLog(db: Database, jobId: number, observedAtBefore: Date | null): Promise<void> {
  const where = { jobId: BigInt(jobId) }
  if (observedAtBefore === null) await db.jobLog.deleteMany({ where: { ...where, text: '' } })
  else await db.jobLog.updateMany({ where, data: { observedAt: observedAtBefore } })
}

/** What is kept of a long log: its end. */
const keptCharacters = 1_000_000

/** Returns whether the log or its job is another than before. */
export async function writeJobLog(
  db: Database,
  { jobId }: FollowedJob,
  log: { jobName: string; jobStatus: string; text: string; finished: boolean },
): Promise<boolean> {
  const whole = storable(log.text)
  const text = whole.slice(-keptCharacters)
  const changed = await db.$executeRaw`
    UPDATE "JobLog" SET "jobName" = ${log.jobName}, "jobStatus" = ${log.jobStatus}, "text" = ${text},
      "truncated" = ${text.length < whole.length}, "finished" = ${log.finished}
    WHERE "jobId" = ${BigInt(jobId)} AND ("jobName", "jobStatus", "text", "finished")
      IS DISTINCT FROM (${log.jobName}, ${log.jobStatus}, ${text}, ${log.finished})`
  return changed === 1
}

/** GitLab no longer has the job: what was read of its log is all there will be. */
export async function endJobLog(db: Database, jobId: number): Promise<void> {
  await db.jobLog.updateMany({ where: { jobId: BigInt(jobId) }, data: { finished: true } })
}
