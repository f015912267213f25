import { BerthError } from '#lib/domain/errors.ts'
import type { Job } from '#lib/domain/job.ts'
import { isFinished } from '#lib/domain/pipeline.ts'
import { canceled, done, failed, type Held, type Outcome } from './beat.ts'
import { patiently } from './patience.ts'
import { watchJob } from './watch.ts'

/** What a plan must say of the job that carries it out. */
export interface JobPlan {
  jobId: number
  jobName: string
  act: 'play' | 'retry'
}

const notYetPlayable = /unplayable/i
const playableWithinMs = 30_000
const outageMs = 15 * 60_000

/** A job that waits for a runner may wait long, but not for ever. */
const longestJobMs = 24 * 3_600_000

/**
 * Starts the job, or adopts the run that is there: somebody may have pressed in GitLab, or Berth itself before it was killed.
 * It is played or retried only when GitLab, asked just before, says that it has not moved.
 */
export async function startJob(held: Held<JobPlan>): Promise<Outcome> {
  const { plan, operation, world } = held
  const deadline = world.now().getTime() + playableWithinMs
  for (;;) {
    const job = await patiently(held, 120_000, () => latestRun(held, plan.jobId))
    if (!isStartable(job, plan)) {
      if (job.status !== 'created' && job.status !== 'canceling') return adopt(held, job)
    } else {
      try {
        const asPerson = await held.acting()
        await held.assure()
        const answer = await (plan.act === 'play'
          ? asPerson.playJob(operation.projectId, job.id)
          : asPerson.retryJob(operation.projectId, job.id))
        return await started(held, answer)
      } catch (error) {
        if (!(error instanceof BerthError) || !mayYetWork(error, held)) throw error
      }
    }
    if (world.now().getTime() > deadline) {
      return failed('gitlab', `Job ${plan.jobName} is ${job.status}: GitLab does not let it be started. ${job.webUrl}`)
    }
    await held.say(`Job ${plan.jobName} cannot be started yet (${job.status}); trying again.`)
    if (held.hurried) throw new BerthError('unavailable', 'gitlab', `Job ${plan.jobName} cannot be started yet.`)
    await held.pause(1500)
  }
}

/** The newest run of a job: itself, or the one that a retry made of it. */
export async function latestRun(held: Held<unknown>, jobId: number): Promise<Job> {
  const { gitlab } = held.world
  const { projectId } = held.operation
  const job = await gitlab.job(projectId, jobId)
  if (!isFinished(job.status)) return job
  const siblings = await gitlab.pipelineJobs(projectId, job.pipelineId)
  return newestRun(job, siblings)
}

/** Of the jobs of its pipeline the last that took this one's place, or itself. */
export const newestRun = (job: Job, siblings: readonly Job[]): Job =>
  siblings.reduce((newest, other) => (other.name === job.name && other.id > newest.id ? other : newest), job)

function isStartable(job: Job, plan: JobPlan): boolean {
  if (plan.act === 'play') return job.status === 'manual' || job.status === 'scheduled'
  return job.id === plan.jobId && isFinished(job.status) && job.status !== 'skipped'
}

/** An answer that got lost may have started it: the next look tells. In the first seconds of a pipeline a job is not playable yet. */
function mayYetWork(error: BerthError, held: Held<unknown>): boolean {
  if (error.kind === 'unavailable') return !held.hurried
  return error.kind === 'refused' && notYetPlayable.test(error.message)
}

/** For a job that had ended meanwhile, GitLab starts a new run and answers with the old. */
async function started(held: Held<JobPlan>, answer: Job): Promise<Outcome> {
  const job = isFinished(answer.status) ? await patiently(held, outageMs, () => latestRun(held, answer.id)) : answer
  await held.remember({ jobId: job.id })
  return done(`${held.plan.act === 'play' ? 'Started' : 'Retried'} job ${job.name}.`)
}

async function adopt(held: Held<JobPlan>, job: Job): Promise<Outcome> {
  await held.remember({ jobId: job.id })
  return done(`Job ${job.name} had been started already (${job.status}); following that run.`)
}

/** Watches a job until it has ended, saying on the way how it stands. */
export async function jobAtEnd(held: Held<unknown>, jobId: number): Promise<Job> {
  for (;;) {
    const job = await jobNow(held, jobId)
    if (isFinished(job.status)) return job
    if (held.world.now().getTime() - held.enteredAt.getTime() > longestJobMs) {
      throw new BerthError('unavailable', 'gitlab', `Job ${job.name} did not end within 24 hours. ${job.webUrl}`)
    }
    await held.say(`Job ${job.name} is ${job.status}.`)
    await held.pause(pollMs(held))
  }
}

/** One look at a job, which also keeps its log fresh for whoever reads it. */
export async function jobNow(held: Held<unknown>, jobId: number): Promise<Job> {
  await watchJob(held.world, jobId)
  return patiently(held, outageMs, () => held.world.gitlab.job(held.operation.projectId, jobId))
}

/** Once a second while a person is likely to look on, slower in the long run. */
export function pollMs(held: Held<unknown>): number {
  const followedMs = held.world.now().getTime() - held.enteredAt.getTime()
  return followedMs < 10 * 60_000 ? 1000 : 5000
}

/** How an ended job ends its operation. */
export function outcomeOfJob(job: Job): Outcome {
  switch (job.status) {
    case 'success':
      return done(`Job ${job.name} succeeded.`)
    case 'canceled':
      return canceled(`Job ${job.name} was canceled in GitLab. ${job.webUrl}`)
    default:
      return failed('gitlab', `Job ${job.name} ${job.status}${reasonOf(job)}. ${job.webUrl}`)
  }
}

const reasonOf = ({ failureReason }: Job): string =>
  failureReason === null ? '' : ` (${failureReason.replaceAll('_', ' ')})`
