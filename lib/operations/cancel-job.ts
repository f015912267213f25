import { refuseUnless } from '#lib/domain/decision.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { cancelability } from '#lib/domain/job-control.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { isFinished } from '#lib/domain/pipeline.ts'
import type { Context } from '../context.ts'
import { ask, type Decided } from './ask.ts'
import { type Beats, done, failed, type Held, type Outcome, skipped } from './beat.ts'
import { jobAtEnd } from './job-run.ts'
import { patiently } from './patience.ts'
import { requireJobRole } from './require-job-role.ts'
import type { JobTarget } from './retry-job.ts'

export interface CancelPlan {
  jobId: number
  jobName: string
}

/** Cancels a job that waits or runs. */
export function cancelJob(ctx: Context, input: JobTarget): Promise<Operation> {
  const { projectId, jobId } = input
  return ask<CancelPlan>(ctx, {
    kind: 'job.cancel',
    projectId,
    environmentId: null,
    subject: `job.cancel:${projectId}:${jobId}`,
    target: `job ${jobId} of project ${projectId}`,
    input: { ...input },
    least: 'developer',
    decide: () => decide(ctx, input),
    beats: cancelBeats,
  })
}

async function decide(ctx: Context, { projectId, jobId }: JobTarget): Promise<Decided<CancelPlan>> {
  const job = await ctx.gitlab.job(projectId, jobId)
  await requireJobRole(ctx, projectId, job)
  refuseUnless(cancelability(job))
  return {
    title: `job ${job.name}`,
    words: `Job ${job.name} is ${job.status}.`,
    jobId,
    plan: { jobId, jobName: job.name },
  }
}

export const cancelBeats: Beats<CancelPlan> = {
  act,
  follow,
  verify: async () => skipped('A canceled job leaves nothing to verify.'),
}

async function act(held: Held<CancelPlan>): Promise<Outcome> {
  const { gitlab } = held.world
  const { projectId } = held.operation
  const { jobId, jobName } = held.plan
  for (let attempt = 1; ; attempt += 1) {
    const job = await patiently(held, 120_000, () => gitlab.job(projectId, jobId))
    if (job.status === 'canceling' || isFinished(job.status)) return done(`Job ${jobName} was ${job.status} already.`)
    try {
      const asPerson = await held.acting()
      await held.assure()
      await asPerson.cancelJob(projectId, jobId)
      return done(`GitLab was asked to cancel job ${jobName}.`)
    } catch (error) {
      // An answer that got lost may have canceled it: look before asking again.
      if (!(error instanceof BerthError) || error.kind !== 'unavailable' || held.hurried || attempt >= 5) throw error
      await held.pause(2000)
    }
  }
}

async function follow(held: Held<CancelPlan>): Promise<Outcome> {
  const job = await jobAtEnd(held, held.plan.jobId)
  if (job.status === 'canceled') return done(`Job ${job.name} is canceled.`)
  return failed('gitlab', `Job ${job.name} ended before it could be canceled: ${job.status}. ${job.webUrl}`)
}
