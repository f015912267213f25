import type { PromotionPlan } from './board.ts'
import { type Commit, shortSha } from './branch.ts'
import type { Closure } from './closure.ts'
import { type Decision, refuse } from './decision.ts'
import {
  frozen,
  goingBack,
  type JudgedPipeline,
  locked,
  outdated,
  pipelineNotGreen,
  running,
  stagingUnhealthy,
  toApprove,
} from './deploy-guards.ts'
import type { Deployment } from './deployment.ts'
import type { Guard } from './guard.ts'
import type { Job } from './job.ts'
import { capital } from './sentence.ts'
import type { ProjectSettings } from './settings.ts'

/** Deployments of both environments, in any order. */
export interface PromotionLane {
  staging: { name: string; deployments: readonly Deployment[] }
  production: { name: string; deployments: readonly Deployment[] }
  way: ProjectSettings['promotion']['way']
}

export interface PromotionFacts extends PromotionLane {
  /** What is the matter with staging, as sentences; empty when it is fine. */
  concerns: readonly string[]
  /** Commits that production has and staging has not, oldest first; `null` when they are not known. */
  lost: readonly Commit[] | null
  /** The latest run of each job in the pipeline of `promotionRange`; `null` when only its status is known. */
  jobs: readonly Job[] | null
  closure: Closure
}

/** The last deployment that succeeded; `null` when none did. Iids grow with time within a project. */
export function lastSuccessful(deployments: readonly Deployment[]): Deployment | null {
  return newest(deployments.filter((deployment) => deployment.status === 'success'))
}

export function newest(deployments: readonly Deployment[]): Deployment | null {
  return deployments.reduce<Deployment | null>(
    (latest, deployment) => (latest === null || deployment.iid > latest.iid ? deployment : latest),
    null,
  )
}

/**
 * The two commits that a promotion is about, of which a side that never got one is `null`, and the pipeline that is judged:
 * what has to be asked of GitLab before `promotability` can answer.
 */
export function promotionRange(lane: PromotionLane): {
  stagingSha: string | null
  productionSha: string | null
  pipelineId: number | null
} {
  const onStaging = lastSuccessful(lane.staging.deployments)
  return {
    stagingSha: onStaging?.sha ?? null,
    productionSha: lastSuccessful(lane.production.deployments)?.sha ?? null,
    pipelineId: (onStaging && pipelineOf(lane, onStaging)?.id) ?? null,
  }
}

/**
 * Whether production may be given the commit that staging runs, and by which job. GitLab creates a deployment for a manual
 * job when the pipeline is created and marks it `blocked`: that is how the job is known without guessing names. Where tags
 * are the way, such a job comes first all the same: the tag is there already.
 */
export function promotability(facts: PromotionFacts): Decision<PromotionPlan> {
  const { staging, production, way } = facts
  const onStaging = lastSuccessful(staging.deployments)
  if (!onStaging) return refuse(`Nothing has been deployed to ${staging.name} yet.`)
  const { sha } = onStaging

  const busy = running(production.name, production.deployments)
  if (busy) return refuse(busy.words)

  const onProduction = lastSuccessful(production.deployments)
  if (onProduction?.sha === sha) return refuse(`${capital(production.name)} already runs ${shortSha(sha)}.`)

  const candidate = candidateOf(facts, sha)
  const late = candidate && outdated(production.name, { candidate, current: onProduction })
  const act = candidate && !late ? actOn(candidate) : null
  if (candidate?.job && act !== null) {
    const { id: jobId, name: jobName, pipeline } = candidate.job
    const guards = guardsOf(facts, onStaging, { name: jobName, act })
    return { allowed: true, way: 'job', sha, jobId, jobName, act, pipelineId: pipeline?.id ?? 0, guards }
  }
  if (way === 'tag' && !isOnItsWay(candidate)) {
    return { allowed: true, way: 'tag', sha, guards: guardsOf(facts, onStaging, null) }
  }
  if (!candidate?.job) return refuse(noJobReason(production.name, onStaging, onProduction))
  return refuse(late?.words ?? waitingReason(candidate, production.name))
}

function guardsOf(
  facts: PromotionFacts,
  onStaging: Deployment,
  deploying: { name: string; act: 'play' | 'retry' } | null,
): Guard[] {
  const { staging, production, concerns, lost, jobs, closure } = facts
  const pipeline = pipelineOf(facts, onStaging)
  const isFirst = lastSuccessful(production.deployments) === null
  return [
    isFirst ? null : goingBack(production.name, lost),
    frozen(closure),
    locked(production.name, closure),
    stagingUnhealthy(staging.name, concerns),
    pipelineNotGreen(onStaging.sha, pipeline && { ...pipeline, jobs }, deploying),
    toApprove(production.name, closure),
  ].filter((guard) => guard !== null)
}

/** The pipeline with the job that would deploy it to production; where a tag is still to come, the one that deployed it to staging. */
function pipelineOf(lane: PromotionLane, onStaging: Deployment): Omit<JudgedPipeline, 'jobs'> | null {
  const candidate = candidateOf(lane, onStaging.sha)
  return candidate?.job?.pipeline ?? onStaging.job?.pipeline ?? null
}

const candidateOf = ({ production }: PromotionLane, sha: string): Deployment | null =>
  newest(production.deployments.filter((deployment) => deployment.sha === sha))

function actOn(candidate: Deployment): 'play' | 'retry' | null {
  switch (candidate.status) {
    case 'blocked':
      return 'play'
    // One that succeeded is not what production runs now: it was rolled back from, and may be made again.
    case 'success':
    case 'failed':
    case 'canceled':
      return 'retry'
    default:
      return null
  }
}

/** A tag that somebody has created already: its pipeline has not come to the job that deploys. */
const isOnItsWay = (candidate: Deployment | null): boolean => candidate?.status === 'created'

/** Where production is deployed from something else than staging is, that is likely a tag, and another way is the right one. */
function noJobReason(production: string, onStaging: Deployment, onProduction: Deployment | null): string {
  const reason = `The pipeline of ${shortSha(onStaging.sha)} has no job that deploys to ${production}.`
  if (!onProduction || onProduction.ref === onStaging.ref) return reason
  return `${reason} ${capital(production)} was last deployed from ${onProduction.ref}: if tags are the way there, say so in the settings.`
}

function waitingReason(candidate: Deployment, production: string): string {
  const job = candidate.job?.name ?? production
  if (candidate.status === 'created') return `Job ${job} waits for the stages before it.`
  return `Job ${job} of ${shortSha(candidate.sha)} was ${candidate.status}; start a new pipeline for it.`
}
