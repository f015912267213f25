import type { PromotionPlan } from './board.ts'
import { shortSha } from './branch.ts'
import { type Decision, refuse } from './decision.ts'
import type { Deployment } from './deployment.ts'

export interface PromotionFacts {
  staging: { name: string; deployments: readonly Deployment[] }
  /** Of the production environment; deployments of both in any order. */
  production: { name: string; deployments: readonly Deployment[] }
  /** What is known of staging's health that the person should read first; empty when it is fine. */
  concerns: readonly string[]
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
 * Whether production may be given the commit that staging runs, and by which job. GitLab creates a deployment for a manual
 * job when the pipeline is created and marks it `blocked`: that is how the job is known without guessing names.
 */
export function promotability({ staging, production, concerns }: PromotionFacts): Decision<PromotionPlan> {
  const onStaging = lastSuccessful(staging.deployments)
  if (!onStaging) return refuse(`Nothing has been deployed to ${staging.name} yet.`)
  const { sha } = onStaging

  const running = production.deployments.find((deployment) => deployment.status === 'running')
  if (running) return refuse(`A deployment of ${shortSha(running.sha)} to ${production.name} is running.`)

  const onProduction = lastSuccessful(production.deployments)
  if (onProduction?.sha === sha) return refuse(`${capital(production.name)} already runs ${shortSha(sha)}.`)

  const candidate = newest(production.deployments.filter((deployment) => deployment.sha === sha))
  if (!candidate?.job) return refuse(`The pipeline of ${shortSha(sha)} has no job that deploys to ${production.name}.`)
  if (onProduction && candidate.iid < onProduction.iid) {
    return refuse(`${shortSha(sha)} is older than what ${production.name} runs; GitLab refuses outdated deployments.`)
  }

  const act = actOn(candidate)
  if (act === null) return refuse(waitingReason(candidate, production.name))
  return {
    allowed: true,
    sha,
    jobId: candidate.job.id,
    jobName: candidate.job.name,
    act,
    pipelineId: candidate.job.pipeline?.id ?? 0,
    warnings: [...concerns, ...pipelineConcern(candidate)],
  }
}

function actOn(candidate: Deployment): PromotionPlan['act'] | null {
  switch (candidate.status) {
    case 'blocked':
      return 'play'
    case 'failed':
    case 'canceled':
      return 'retry'
    default:
      return null
  }
}

function waitingReason(candidate: Deployment, production: string): string {
  const job = candidate.job?.name ?? production
  if (candidate.status === 'created') return `Job ${job} waits for the stages before it.`
  return `Job ${job} of ${shortSha(candidate.sha)} was ${candidate.status}; start a new pipeline for it.`
}

function pipelineConcern(candidate: Deployment): string[] {
  const status = candidate.job?.pipeline?.status
  return status === 'failed' || status === 'canceled'
    ? [`The pipeline of ${shortSha(candidate.sha)} is ${status}.`]
    : []
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
