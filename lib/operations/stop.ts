import { refuseUnless } from '#lib/domain/decision.ts'
import type { Deployment } from '#lib/domain/deployment.ts'
import type { Environment } from '#lib/domain/environment.ts'
import { BerthError, isNotFound } from '#lib/domain/errors.ts'
import type { Job } from '#lib/domain/job.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { isFinished } from '#lib/domain/pipeline.ts'
import { newest } from '#lib/domain/promotion.ts'
import { type SeenJob, stopJobAmong } from '#lib/domain/stop-job.ts'
import { stoppability } from '#lib/domain/stoppability.ts'
import type { Context } from '../context.ts'
import { appBehind } from './app-behind.ts'
import { ask, type Decided } from './ask.ts'
import { type Beats, done, failed, type Held, type Outcome } from './beat.ts'
import { jobNow, outcomeOfJob, pollMs } from './job-run.ts'
import { patiently } from './patience.ts'
import { type GonePlan, verifyGone } from './verify-gone.ts'

export interface StopReviewApp {
  projectId: number
  environmentId: number
  /** Why a policy wants it, as a sentence for the audit. */
  because?: string
}

export interface StopPlan extends GonePlan {
  environmentId: number
  /** The pipeline that has the stop job, and its jobs before the stop; `null` when nothing was ever deployed. */
  pipeline: { id: number; jobs: SeenJob[] } | null
}

const stopWithinMs = 30 * 60_000
/** How long GitLab may take from the stop job's success to `stopped`, and from the request to `stopping`. */
const settleMs = 120_000
const outageMs = 15 * 60_000

/**
 * Stops a review app: GitLab's `on_stop` job runs, and it is done when app and database are gone from Dokku. Never a
 * staging or production environment.
 */
export function stopReviewApp(ctx: Context, input: StopReviewApp): Promise<Operation> {
  const { projectId, environmentId } = input
  return ask<StopPlan>(ctx, {
    kind: 'stop',
    projectId,
    environmentId,
    subject: `stop:${projectId}:${environmentId}`,
    target: `environment ${environmentId} of project ${projectId}`,
    input: { ...input },
    least: 'developer',
    decide: () => decide(ctx, input),
    beats: stopBeats,
  })
}

async function decide(ctx: Context, { projectId, environmentId, because }: StopReviewApp): Promise<Decided<StopPlan>> {
  const { gitlab } = ctx
  const [project, environment] = await Promise.all([
    gitlab.project(projectId),
    gitlab.environment(projectId, environmentId),
  ])
  refuseUnless(stoppability(environment))
  const [behind, deployments] = await Promise.all([
    appBehind(ctx, project, environment),
    gitlab.environmentDeployments(projectId, environment.name),
  ])
  const pipelineId = pipelineOfStop(deployments)
  const jobs = pipelineId === null ? [] : await gitlab.pipelineJobs(projectId, pipelineId)
  const seen = jobs.map(({ id, name, status }) => ({ id, name, status }))
  return {
    title: environment.name,
    words: [
      ...(because === undefined ? [] : [because]),
      behind
        ? `${environment.name} is app ${behind.app.app} on Dokku.`
        : `No rule says which Dokku app ${environment.name} is.`,
    ].join(' '),
    jobId: null,
    plan: {
      environmentId,
      environmentName: environment.name,
      behind,
      pipeline: pipelineId === null ? null : { id: pipelineId, jobs: seen },
    },
  }
}

/** GitLab looks for the stop job in the pipeline of the last finished deployment, whether it went well or not. */
function pipelineOfStop(deployments: readonly Deployment[]): number | null {
  const ended = deployments.filter(({ status }) => status === 'success' || status === 'failed' || status === 'canceled')
  return newest(ended)?.job?.pipeline?.id ?? null
}

export const stopBeats: Beats<StopPlan> = { act, follow, verify: verifyGone }

/** Asks GitLab to stop it, unless GitLab says that it is stopping or stopped already. */
async function act(held: Held<StopPlan>): Promise<Outcome> {
  const { gitlab } = held.world
  const { projectId } = held.operation
  const { environmentId, environmentName } = held.plan
  for (let attempt = 1; ; attempt += 1) {
    const environment = await patiently(held, settleMs, () => gitlab.environment(projectId, environmentId))
    if (environment.state !== 'available') return done(`${environmentName} was ${environment.state} already.`)
    // Meanwhile the environment may have become another tier; the rule holds until the last moment.
    refuseUnless(stoppability(environment))
    try {
      const asPerson = await held.acting()
      await held.assure()
      await asPerson.stopEnvironment(projectId, environmentId)
      const job = await stopJob(held)
      return done(
        job ? `GitLab stops ${environmentName} with job ${job.name}.` : `GitLab was asked to stop ${environmentName}.`,
      )
    } catch (error) {
      // An answer that got lost may have stopped it: look before asking again.
      if (!(error instanceof BerthError) || error.kind !== 'unavailable' || held.hurried || attempt >= 5) throw error
      await held.pause(2000)
    }
  }
}

/** The job that GitLab started to stop it, remembered once found; `null` while none has moved. */
async function stopJob(held: Held<StopPlan>): Promise<Job | null> {
  const { pipeline } = held.plan
  if (pipeline === null) return null
  const after = await patiently(held, outageMs, () =>
    held.world.gitlab.pipelineJobs(held.operation.projectId, pipeline.id),
  )
  const job = stopJobAmong(pipeline.jobs, after)
  if (job) await held.remember({ jobId: job.id })
  return job
}

async function follow(held: Held<StopPlan>): Promise<Outcome> {
  const { environmentName } = held.plan
  let seenJob: Job | null = null
  for (let look = 1; ; look += 1) {
    const environment = await environmentNow(held)
    seenJob = await stopJobNow(held, look)
    if (environment === null || environment.state === 'stopped') return done(stoppedWords(environmentName, seenJob))
    const elapsedMs = held.world.now().getTime() - held.enteredAt.getTime()
    const ended = endWithoutStop(environment, seenJob, elapsedMs)
    if (ended) return ended
    await held.say(
      seenJob
        ? `${environmentName} is ${environment.state}; job ${seenJob.name} is ${seenJob.status}.`
        : `${environmentName} is ${environment.state}.`,
    )
    await held.pause(pollMs(held))
  }
}

/** `null` when GitLab has it no more. */
async function environmentNow(held: Held<StopPlan>): Promise<Environment | null> {
  const { projectId } = held.operation
  try {
    return await patiently(held, outageMs, () => held.world.gitlab.environment(projectId, held.plan.environmentId))
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

/** Looks for the job only in the first looks: an environment without a stop job never gets one. */
async function stopJobNow(held: Held<StopPlan>, look: number): Promise<Job | null> {
  if (held.operation.jobId !== null) return jobNow(held, held.operation.jobId)
  return look <= 10 ? stopJob(held) : null
}

/** Why it will not become `stopped` any more; `null` while it may. */
function endWithoutStop(environment: Environment, job: Job | null, elapsedMs: number): Outcome | null {
  const { name, state } = environment
  if (job && isFinished(job.status) && job.status !== 'success') return outcomeOfJob(job)
  if (state === 'available' && elapsedMs > settleMs)
    return failed('gitlab', `${name} is available again: something deployed to it, or GitLab gave the stop up.`)
  if (job?.status === 'success' && job.finishedAt && elapsedMs > settleMs) {
    return failed('gitlab', `Job ${job.name} succeeded, but GitLab still says that ${name} is ${state}.`)
  }
  if (elapsedMs > stopWithinMs)
    return failed(
      'gitlab',
      `${name} is still ${state} after 30 minutes${job ? `; job ${job.name} is ${job.status}. ${job.webUrl}` : '.'}`,
    )
  return null
}

const stoppedWords = (name: string, job: Job | null): string =>
  job
    ? `Job ${job.name} ${job.status === 'success' ? 'succeeded' : `is ${job.status}`}; GitLab says that ${name} is stopped.`
    : `GitLab says that ${name} is stopped, and started no job for it: by itself that tears nothing down.`
