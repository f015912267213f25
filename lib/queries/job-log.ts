import type { Context } from '#lib/context.ts'
import type { RunStatus } from '#lib/domain/pipeline.ts'
import { requireSight } from './sight.ts'

/** What a reader is given at once of a log whose beginning Berth no longer keeps. */
const tailLength = 100_000

/** The part of a job's log that a reader has not got yet. */
export interface JobLogPart {
  jobName: string
  jobStatus: RunStatus
  /** To be put after what the reader has, or in its place when `replaces`. */
  text: string
  replaces: boolean
  /** What to ask `from` next time. */
  next: number
  finished: boolean
  observedAt: Date
}

/** The log from character `from` on, as last read from GitLab. `null` while nothing of it has been read. Throws `not-found`. */
export async function jobLogFrom(
  ctx: Context,
  { projectId, jobId, from }: { projectId: number; jobId: number; from: number },
): Promise<JobLogPart | null> {
  requireSight(ctx, projectId)
  const log = await ctx.db.jobLog.findFirst({ where: { jobId: BigInt(jobId), projectId } })
  if (!log) return null
  const shown = log.truncated ? log.text.slice(-tailLength) : log.text
  // A log that lost its beginning, or is shorter than what the reader has (a job that ran again), is shown anew.
  const replaces = log.truncated || from > shown.length
  return {
    jobName: log.jobName,
    jobStatus: log.jobStatus as RunStatus,
    text: replaces ? shown : shown.slice(from),
    replaces,
    next: shown.length,
    finished: log.finished,
    observedAt: log.observedAt,
  }
}
