import { stagingOf } from '#lib/db/lane.ts'
import { projectSettings } from '#lib/db/settings.ts'
import type { PromotionPlan } from '#lib/domain/board.ts'
import { shortSha } from '#lib/domain/branch.ts'
import { refuseUnless } from '#lib/domain/decision.ts'
import type { Environment } from '#lib/domain/environment.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { concernsOf } from '#lib/domain/lane.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { type PromotionLane, promotability, promotionRange } from '#lib/domain/promotion.ts'
import type { ProjectSettings } from '#lib/domain/settings.ts'
import { taggability } from '#lib/domain/tagging.ts'
import type { Context } from '../context.ts'
import { ask, type Decided } from './ask.ts'
import type { Beats, Held } from './beat.ts'
import { clearance, type Pressed, pressedInput } from './clearance.ts'
import { closureNow } from './closure-now.ts'
import { createTag } from './create-tag.ts'
import { deploySubject } from './deploy-subject.ts'
import { deployedTo } from './heroku-behind.ts'
import { type JobPlan, jobAtEnd, outcomeOfJob, startJob } from './job-run.ts'
import { lostCommits } from './lost-commits.ts'
import { followTag, type TagPlan } from './tag-pipeline.ts'
import { type DeployedPlan, verifyDeployed } from './verify-deployed.ts'

export interface Promote extends Pressed {
  projectId: number
  /** Of the production environment: one of several is promoted to at a time, each with a result of its own. */
  environmentId: number
  /** The full commit that the person saw on the button. */
  sha: string
  /** Name of the tag to create, where tags are the way. */
  tag?: string | undefined
}

export type PromotePlan = DeployedPlan & { kind: 'promote' } & (({ way: 'job' } & JobPlan) | ({ way: 'tag' } & TagPlan))

/**
 * Gives production the commit that staging runs: by the deploy job of that commit's pipeline, or by a new tag at it, whose
 * pipeline deploys it. Refused when staging has moved since the person looked, by whatever `promotability` says of GitLab's
 * present answer, and while a guard asks for what was not given.
 */
export function promote(ctx: Context, input: Promote): Promise<Operation> {
  const { projectId, environmentId, sha, tag } = input
  return ask<PromotePlan>(ctx, {
    kind: 'promote',
    projectId,
    environmentId,
    subject: deploySubject(input),
    target: `environment ${environmentId} of project ${projectId}`,
    input: { projectId, environmentId, sha, ...(tag !== undefined && { tag }), ...pressedInput(input) },
    least: 'maintainer',
    decide: () => decide(ctx, input),
    sameWish: (running) =>
      running.kind === 'promote' && running.sha === sha && (running.way === 'tag' ? running.tag : tag) === tag,
    beats: promoteBeats,
  })
}

async function decide(ctx: Context, input: Promote): Promise<Decided<PromotePlan>> {
  const { projectId, sha } = input
  const { lane, concerns, production, settings } = await laneNow(ctx, input)
  const { stagingSha, productionSha, pipelineId } = promotionRange(lane)
  const [lost, jobs, closure] = await Promise.all([
    lostCommits(ctx, projectId, { chosenSha: stagingSha, currentSha: productionSha }),
    pipelineId === null ? null : ctx.gitlab.pipelineJobs(projectId, pipelineId),
    closureNow(ctx, { projectId, environment: production, sha }),
  ])
  const allowed = refuseUnless(promotability({ ...lane, concerns, lost, jobs, closure }))
  if (allowed.sha !== sha) {
    throw refusal(
      `${lane.staging.name} runs ${shortSha(allowed.sha)} now, no longer ${shortSha(sha)}. Look again before promoting.`,
    )
  }
  const way = await wayOf(ctx, input, allowed, settings)
  const cleared = clearance(allowed, closure, input, ctx.now())
  const location = await deployedTo(ctx, await ctx.gitlab.project(projectId), production)
  const deployed: DeployedPlan = { sha, environmentName: production.name, ...location }
  return {
    ...cleared,
    title: `${shortSha(sha)} to ${production.name}`,
    words: `${lane.staging.name} runs ${shortSha(sha)}; ${way.words} deploys it to ${production.name}.${cleared.words}`,
    details: { ...cleared.details, before: productionSha, after: sha },
    jobId: way.jobId,
    plan: { kind: 'promote', ...deployed, ...way.plan },
  }
}

async function laneNow(
  ctx: Context,
  { projectId, environmentId }: Promote,
): Promise<{ lane: PromotionLane; concerns: string[]; production: Environment; settings: ProjectSettings }> {
  const { gitlab, db } = ctx
  const before = await stagingOf(db, { projectId, productionId: environmentId })
  if (before === null) throw refusal('No staging environment leads to this environment.')
  const [settings, staging, production] = await Promise.all([
    projectSettings(db, projectId),
    gitlab.environment(projectId, before.id),
    gitlab.environment(projectId, environmentId),
  ])
  if (production.tier !== 'production') {
    throw refusal(`${production.name} is a ${production.tier} environment; only production is promoted to.`)
  }
  const [onStaging, onProduction] = await Promise.all([
    gitlab.environmentDeployments(projectId, staging.name),
    gitlab.environmentDeployments(projectId, production.name),
  ])
  return {
    lane: {
      staging: { name: staging.name, deployments: onStaging },
      production: { name: production.name, deployments: onProduction },
      way: settings.promotion.way,
    },
    concerns: concernsOf(before.row),
    production,
    settings,
  }
}

type Way = { words: string; jobId: number | null; plan: ({ way: 'job' } & JobPlan) | ({ way: 'tag' } & TagPlan) }

async function wayOf(
  ctx: Context,
  { projectId, environmentId, sha, tag }: Promote,
  allowed: PromotionPlan,
  { promotion }: ProjectSettings,
): Promise<Way> {
  if (allowed.way === 'job') {
    const { jobId, jobName, act } = allowed
    if (tag !== undefined)
      throw refusal(`Job ${jobName} deploys ${shortSha(sha)} already; promote it without a new tag.`)
    return { words: `job ${jobName}`, jobId, plan: { way: 'job', jobId, jobName, act } }
  }
  const tags = await ctx.gitlab.tags(projectId)
  const { name, exists } = refuseUnless(taggability({ name: tag ?? null, sha, tags, template: promotion.tagTemplate }))
  const words = `the pipeline of ${exists ? 'tag' : 'a new tag'} ${name}`
  return { words, jobId: null, plan: { way: 'tag', tag: name, productionId: environmentId } }
}

const refusal = (reason: string): BerthError => new BerthError('refused', 'berth', reason)

export const promoteBeats: Beats<PromotePlan> = {
  act: (held) => (isByTag(held) ? createTag(held) : startJob(held as Held<PromotePlan & JobPlan>)),
  follow: async (held) =>
    isByTag(held)
      ? followTag(held)
      : outcomeOfJob(await jobAtEnd(held, held.operation.jobId ?? (held.plan as JobPlan).jobId)),
  verify: verifyDeployed,
}

const isByTag = (held: Held<PromotePlan>): held is Held<PromotePlan & { way: 'tag' }> => held.plan.way === 'tag'
