import { stagingOf } from '#lib/db/lane.ts'
import { shortSha } from '#lib/domain/branch.ts'
import { refuseUnless } from '#lib/domain/decision.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { promotability } from '#lib/domain/promotion.ts'
import type { Context } from '../context.ts'
import { appBehind } from './app-behind.ts'
import { ask, type Decided } from './ask.ts'
import type { Beats } from './beat.ts'
import { type JobPlan, jobAtEnd, outcomeOfJob, startJob } from './job-run.ts'
import { type DeployedPlan, verifyDeployed } from './verify-deployed.ts'

export interface Promote {
  projectId: number
  /** Of the production environment. */
  environmentId: number
  /** The full commit that the person saw on the button. */
  sha: string
}

export type PromotePlan = JobPlan & DeployedPlan

/**
 * Gives production the commit that staging runs, by the deploy job of that commit's pipeline. Refused when staging has
 * moved since the person looked, and by whatever `promotability` says of GitLab's present answer.
 */
export function promote(ctx: Context, input: Promote): Promise<Operation> {
  const { projectId, environmentId, sha } = input
  return ask<PromotePlan>(ctx, {
    kind: 'promote',
    projectId,
    environmentId,
    subject: `promote:${projectId}:${environmentId}`,
    target: `environment ${environmentId} of project ${projectId}`,
    input: { ...input },
    least: 'maintainer',
    decide: () => decide(ctx, input),
    sameWish: (running) => running.sha === sha,
    beats: promoteBeats,
  })
}

async function decide(ctx: Context, { projectId, environmentId, sha }: Promote): Promise<Decided<PromotePlan>> {
  const { gitlab } = ctx
  const stagingId = await stagingOf(ctx.db, { projectId, productionId: environmentId })
  if (stagingId === null) throw refusal('No staging environment leads to this environment.')
  const [project, staging, production] = await Promise.all([
    gitlab.project(projectId),
    gitlab.environment(projectId, stagingId),
    gitlab.environment(projectId, environmentId),
  ])
  if (production.tier !== 'production') {
    throw refusal(`${production.name} is a ${production.tier} environment; only production is promoted to.`)
  }
  const [onStaging, onProduction] = await Promise.all([
    gitlab.environmentDeployments(projectId, staging.name),
    gitlab.environmentDeployments(projectId, production.name),
  ])
  const allowed = refuseUnless(
    promotability({
      staging: { name: staging.name, deployments: onStaging },
      production: { name: production.name, deployments: onProduction },
      concerns: [],
    }),
  )
  if (allowed.sha !== sha) {
    throw refusal(
      `${staging.name} runs ${shortSha(allowed.sha)} now, no longer ${shortSha(sha)}. Look again before promoting.`,
    )
  }
  const location = await appBehind(ctx, project, production)
  return {
    title: `${shortSha(sha)} to ${production.name}`,
    words: `${staging.name} runs ${shortSha(sha)}; job ${allowed.jobName} deploys it to ${production.name}.`,
    jobId: allowed.jobId,
    plan: {
      sha,
      environmentName: production.name,
      jobId: allowed.jobId,
      jobName: allowed.jobName,
      act: allowed.act,
      app: location?.app ?? null,
    },
  }
}

const refusal = (reason: string): BerthError => new BerthError('refused', 'berth', reason)

export const promoteBeats: Beats<PromotePlan> = {
  act: startJob,
  follow: async (held) => outcomeOfJob(await jobAtEnd(held, held.operation.jobId ?? held.plan.jobId)),
  verify: verifyDeployed,
}
