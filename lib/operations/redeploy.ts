import type { PromotionPlan } from '#lib/domain/board.ts'
import { shortSha } from '#lib/domain/branch.ts'
import type { Closure } from '#lib/domain/closure.ts'
import { type Decision, refuseUnless } from '#lib/domain/decision.ts'
import type { Deployment } from '#lib/domain/deployment.ts'
import type { Environment } from '#lib/domain/environment.ts'
import { isNotFound } from '#lib/domain/errors.ts'
import type { Job } from '#lib/domain/job.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { lastSuccessful } from '#lib/domain/promotion.ts'
import { type RerunFacts, redeployability } from '#lib/domain/rollback.ts'
import type { Context } from '../context.ts'
import { ask, type Decided } from './ask.ts'
import type { Beats } from './beat.ts'
import { clearance, type Pressed, pressedInput } from './clearance.ts'
import { closureNow } from './closure-now.ts'
import { deploySubject } from './deploy-subject.ts'
import { deployedTo } from './heroku-behind.ts'
import { type JobPlan, jobAtEnd, newestRun, outcomeOfJob, startJob } from './job-run.ts'
import { type DeployedPlan, verifyDeployed } from './verify-deployed.ts'

export interface Redeploy extends Pressed {
  projectId: number
  environmentId: number
}

/** Of everything that runs the job of an earlier deployment again. */
export type RerunPlan = JobPlan & DeployedPlan & { kind: 'rollback' | 'redeploy' }

/** Deploys what a staging or production environment runs once more, by running its job again. */
export function redeploy(ctx: Context, input: Redeploy): Promise<Operation> {
  const { projectId, environmentId } = input
  return ask<RerunPlan>(ctx, {
    kind: 'redeploy',
    projectId,
    environmentId,
    subject: deploySubject(input),
    target: `environment ${environmentId} of project ${projectId}`,
    input: { projectId, environmentId, ...pressedInput(input) },
    least: 'maintainer',
    decide: async () => {
      const seen = await environmentNow(ctx, input)
      const current = lastSuccessful(seen.deployments)
      const facts = await rerunFacts(ctx, seen, current)
      return rerun(ctx, { kind: 'redeploy', ...seen, facts, decision: redeployability(facts), pressed: input })
    },
    sameWish: (running) => running.kind === 'redeploy',
    beats: redeployBeats,
  })
}

export interface EnvironmentNow {
  projectId: number
  environment: Environment
  /** Of the environment, newest first. */
  deployments: Deployment[]
}

export async function environmentNow(
  { gitlab }: Context,
  { projectId, environmentId }: { projectId: number; environmentId: number },
): Promise<EnvironmentNow> {
  const environment = await gitlab.environment(projectId, environmentId)
  return { projectId, environment, deployments: await gitlab.environmentDeployments(projectId, environment.name) }
}

/** What the rules ask before the job of `chosen` is run again. */
export async function rerunFacts(
  ctx: Context,
  { projectId, environment, deployments }: EnvironmentNow,
  chosen: Deployment | null,
): Promise<RerunFacts> {
  const [run, closure] = await Promise.all([
    latestRunOf(ctx, projectId, chosen),
    closureNow(ctx, { projectId, environment, sha: chosen?.sha ?? '' }),
  ])
  return { environment, deployments, run, closure }
}

/** The newest run of the job that made a deployment; `null` when GitLab has none any more. */
async function latestRunOf({ gitlab }: Context, projectId: number, deployment: Deployment | null): Promise<Job | null> {
  if (!deployment?.job) return null
  try {
    const job = await gitlab.job(projectId, deployment.job.id)
    return newestRun(job, await gitlab.pipelineJobs(projectId, job.pipelineId))
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

/** Turns what the rule allows into an operation, once its guards are met. */
export async function rerun(
  ctx: Context,
  asked: EnvironmentNow & {
    kind: RerunPlan['kind']
    facts: { closure: Closure }
    decision: Decision<PromotionPlan>
    pressed: Pressed
  },
): Promise<Decided<RerunPlan>> {
  const { kind, projectId, environment, deployments, facts, decision, pressed } = asked
  const allowed = refuseUnless(decision)
  if (allowed.way !== 'job') throw new Error('A deployment is made again by its job.')
  const { sha, jobId, jobName, act } = allowed
  const cleared = clearance(allowed, facts.closure, pressed, ctx.now())
  const [project, before] = [await ctx.gitlab.project(projectId), lastSuccessful(deployments)?.sha ?? null]
  const location = await deployedTo(ctx, project, environment)
  return {
    ...cleared,
    title: `${environment.name} to ${shortSha(sha)}`,
    words: `Job ${jobName} deployed ${shortSha(sha)} to ${environment.name} before and runs again.${cleared.words}`,
    details: { ...cleared.details, before, after: sha },
    jobId,
    plan: { kind, jobId, jobName, act, sha, environmentName: environment.name, ...location },
  }
}

export const redeployBeats: Beats<RerunPlan> = {
  act: startJob,
  follow: async (held) => outcomeOfJob(await jobAtEnd(held, held.operation.jobId ?? held.plan.jobId)),
  verify: verifyDeployed,
}
