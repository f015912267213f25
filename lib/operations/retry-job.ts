import { environmentOfJob } from '#lib/db/lane.ts'
import { shortSha } from '#lib/domain/branch.ts'
import { refuseUnless } from '#lib/domain/decision.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Job } from '#lib/domain/job.ts'
import { retryability } from '#lib/domain/job-control.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { newest } from '#lib/domain/promotion.ts'
import type { Context } from '../context.ts'
import { ask, type Decided } from './ask.ts'
import { type Beats, skipped } from './beat.ts'
import { type JobPlan, jobAtEnd, outcomeOfJob, startJob } from './job-run.ts'
import { requireJobRole } from './require-job-role.ts'

export interface JobTarget {
  projectId: number
  jobId: number
}

/** Runs a job again that has ended. A job that deployed to staging or production only when nothing newer was deployed since. */
export function retryJob(ctx: Context, input: JobTarget): Promise<Operation> {
  const { projectId, jobId } = input
  return ask<JobPlan>(ctx, {
    kind: 'job.retry',
    projectId,
    environmentId: null,
    subject: `job.retry:${projectId}:${jobId}`,
    target: `job ${jobId} of project ${projectId}`,
    input: { ...input },
    least: 'developer',
    decide: () => decide(ctx, input),
    beats: retryBeats,
  })
}

async function decide(ctx: Context, { projectId, jobId }: JobTarget): Promise<Decided<JobPlan>> {
  const job = await ctx.gitlab.job(projectId, jobId)
  await requireJobRole(ctx, projectId, job)
  refuseUnless(retryability(job))
  await refuseGoingBack(ctx, projectId, job)
  return {
    title: `job ${job.name}`,
    words: `Job ${job.name} of ${shortSha(job.sha)} has ended: ${job.status}.`,
    jobId,
    plan: { jobId, jobName: job.name, act: 'retry' },
  }
}

/** Retrying an old deploy job is how production goes back unnoticed; that is a rollback, and not done by this button. */
async function refuseGoingBack(ctx: Context, projectId: number, job: Job): Promise<void> {
  const environmentId =
    (await environmentOfJob(ctx.db, projectId, job.id)) ?? (await recentEnvironmentOfJob(ctx, projectId, job))
  if (environmentId === null) return
  const environment = await ctx.gitlab.environment(projectId, environmentId)
  if (environment.tier !== 'production' && environment.tier !== 'staging') return
  const deployments = await ctx.gitlab.environmentDeployments(projectId, environment.name)
  const latest = newest(
    deployments.filter(({ status }) => status !== 'blocked' && status !== 'created' && status !== 'skipped'),
  )
  if (latest === null || latest.sha === job.sha) return
  throw new BerthError(
    'refused',
    'berth',
    `Job ${job.name} deploys ${shortSha(job.sha)}, but ${environment.name} has got ${shortSha(latest.sha)} since: retrying would take it back.`,
  )
}

/** For a deployment that Berth has not seen yet. */
async function recentEnvironmentOfJob(ctx: Context, projectId: number, job: Job): Promise<number | null> {
  const { items } = await ctx.gitlab.deploymentsPage(projectId, {})
  return items.find((deployment) => deployment.job?.id === job.id)?.environmentId ?? null
}

export const retryBeats: Beats<JobPlan> = {
  act: startJob,
  follow: async (held) => outcomeOfJob(await jobAtEnd(held, held.operation.jobId ?? held.plan.jobId)),
  verify: async () => skipped('A job says itself whether it succeeded; what it changed on Dokku shows on the board.'),
}
