import { setTimeout as sleep } from 'node:timers/promises'
import type { World } from '#lib/context.ts'
import { claimJobLog, endJobLog, type FollowedJob, followedJobs, returnJobLog, writeJobLog } from '#lib/db/job-logs.ts'
import { publish } from '#lib/db/notifications.ts'
import { withoutPasswords } from '#lib/domain/address-password.ts'
import { BerthError, isNotFound } from '#lib/domain/errors.ts'
import { isFinished } from '#lib/domain/pipeline.ts'
import { log } from '#lib/log.ts'

/** Between two readings of one log; each costs two requests, so that many followed jobs are read less often. */
const pauseMs = { least: 1_000, perJob: 250 }

/**
 * Keeps the logs of followed jobs up to date until each job has ended; a log is read once more then, because GitLab gives
 * the whole of it only afterwards. Several workers share the work.
 */
export function followJobLogs(world: World): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      const count = await readJobLogs(world).catch((error: unknown) => {
        log.error({ err: error }, 'Job logs could not be read.')
        return 0
      })
      const pause = Math.max(pauseMs.least, count * pauseMs.perJob)
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  return {
    async stop() {
      stopping.abort()
      await loop
    },
  }
}

/** Reads every followed log once; answers with how many are followed. */
export async function readJobLogs(world: World): Promise<number> {
  const jobs = await followedJobs(world.db)
  const turnMs = Math.max(pauseMs.least, jobs.length * pauseMs.perJob) * 0.9
  for (const job of jobs) await readJobLog(world, job, turnMs)
  return jobs.length
}

async function readJobLog({ db, gitlab, now }: World, followed: FollowedJob, turnMs: number): Promise<void> {
  const { projectId, jobId } = followed
  const claim = await claimJobLog(db, followed, { asOf: now(), pauseMs: turnMs })
  if (!claim) return
  try {
    // The job first: when it had ended by then, the log read after it is whole.
    const job = await gitlab.job(projectId, jobId)
    const text = job.startedAt === null ? '' : withoutPasswords(await gitlab.jobLog(projectId, jobId))
    const reading = { jobName: job.name, jobStatus: job.status, text, finished: isFinished(job.status) }
    if (await writeJobLog(db, followed, reading)) await publish(db, [`job:${jobId}`])
  } catch (error) {
    if (isNotFound(error)) return endJobLog(db, jobId)
    await returnJobLog(db, jobId, claim.observedAtBefore)
    // GitLab's silence is told by the project's source; the log merely grows old until it answers again.
    if (!(error instanceof BerthError)) throw error
  }
}
