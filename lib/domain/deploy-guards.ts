import { type Commit, shortSha } from './branch.ts'
import type { Closure } from './closure.ts'
import type { Deployment } from './deployment.ts'
import type { Guard } from './guard.ts'
import type { Job } from './job.ts'
import { isUnderway, type RunStatus } from './pipeline.ts'
import { capital } from './sentence.ts'

// One rule a guard: what it judges in, the guard or `null` out. Which apply is for promoting, rolling back and redeploying to say.

/** A deployment that runs, or whose job was started and waits for a runner. */
export function running(name: string, deployments: readonly Deployment[]): Guard | null {
  const under = deployments.find(
    ({ status, job }) => status === 'running' || (status === 'created' && job !== null && isUnderway(job.status)),
  )
  if (!under) return null
  const words = `A deployment of ${shortSha(under.sha)} to ${name} is running.`
  return { kind: 'running', demand: 'nothing-helps', words }
}

/**
 * A job that has not run yet is refused by GitLab when its deployment is older than the last successful one of another
 * commit; one that has ended may be run again, which GitLab takes for a rollback.
 */
export function outdated(
  name: string,
  { candidate, current }: { candidate: Deployment; current: Deployment | null },
): Guard | null {
  if (!current || candidate.sha === current.sha || candidate.iid > current.iid || hasEnded(candidate)) return null
  const words = `${shortSha(candidate.sha)} is older than what ${name} runs; GitLab refuses outdated deployments. Start a new pipeline for it, or roll back.`
  return { kind: 'outdated', demand: 'nothing-helps', words }
}

const hasEnded = ({ status }: Deployment): boolean =>
  status === 'success' || status === 'failed' || status === 'canceled'

/** GitLab's no to this person, for this branch or tag. */
export const protectedBy = (refusal: string): Guard => ({
  kind: 'protected',
  demand: 'nothing-helps',
  words: `GitLab does not allow it: ${refusal}`,
})

/** `lost`: the commits that are there and not in the chosen one, oldest first; `null` when GitLab could not compare the two. */
export function goingBack(name: string, lost: readonly Commit[] | null): Guard | null {
  if (lost === null) {
    return { kind: 'going-back', demand: 'sha', words: `It is not known which commits ${name} would lose.` }
  }
  if (lost.length === 0) return null
  const count = lost.length === 1 ? '1 commit' : `${lost.length} commits`
  return {
    kind: 'going-back',
    demand: 'sha',
    words: `${capital(name)} would lose ${count} that it runs now.`,
    lost: lost.toReversed(),
  }
}

export const frozen = ({ freeze }: Closure): Guard | null =>
  freeze && { kind: 'freeze', demand: 'reason', words: freeze.words }

export function locked(name: string, { lock }: Closure): Guard | null {
  if (!lock) return null
  const place = lock.environmentId === null ? 'production' : name
  const words = `${lock.author} has locked ${place}${untilWords(lock.endsAt)}: ${lock.reason}`
  return { kind: 'lock', demand: 'reason', words }
}

/** Stands as long as it is needed: whether somebody has agreed is for `unmet` to say. */
export function toApprove(name: string, { approvalNeeded }: Closure): Guard | null {
  if (!approvalNeeded) return null
  const words = `A second person has to agree to what is deployed to ${name}.`
  return { kind: 'approval', demand: 'approval', words }
}

/** All that people and the calendar hold against a deployment to this environment. */
export const closedBy = (name: string, closure: Closure): Guard[] =>
  [frozen(closure), locked(name, closure), toApprove(name, closure)].filter((guard) => guard !== null)

/** `concerns`: what is the matter with staging, as sentences. */
export function stagingUnhealthy(name: string, concerns: readonly string[]): Guard | null {
  if (concerns.length === 0) return null
  return { kind: 'staging-unhealthy', demand: 'reason', words: `${capital(name)} is not well: ${concerns.join(' ')}` }
}

/** The pipeline of the commit: its number, its status and, where they are known, the latest run of each of its jobs. */
export interface JudgedPipeline {
  id: number
  status: RunStatus
  jobs: readonly Job[] | null
}

/**
 * Whether anything else in the pipeline of the commit failed or still runs. The job that deploys is not asked, nor what may
 * fail, waits for a click or comes later; without the jobs the status of the whole is all there is.
 */
export function pipelineNotGreen(
  sha: string,
  pipeline: JudgedPipeline | null,
  deploying: { name: string; act: 'play' | 'retry' } | null,
): Guard | null {
  const trouble =
    pipeline && (pipeline.jobs ? jobTrouble(pipeline.jobs, deploying?.name) : wholeTrouble(pipeline, deploying))
  if (!trouble) return null
  const words = `Pipeline ${pipeline.id} of ${shortSha(sha)} is not green: ${trouble}.`
  return { kind: 'pipeline-not-green', demand: 'reason', words }
}

function jobTrouble(jobs: readonly Job[], deploying: string | undefined): string | null {
  const troubled = jobs.filter(
    ({ name, status, allowFailure }) =>
      name !== deploying && (isUnderway(status) || (!allowFailure && (status === 'failed' || status === 'canceled'))),
  )
  if (troubled.length === 0) return null
  const named = troubled.slice(0, 3).map(({ name, status }) => `job ${name} is ${status}`)
  const more = troubled.length - named.length
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** A job that failed or was canceled made its pipeline so, and it is the one to run again. */
function wholeTrouble({ status }: JudgedPipeline, deploying: { act: 'play' | 'retry' } | null): string | null {
  const failed = status === 'failed' || status === 'canceled'
  if (failed) return deploying?.act === 'retry' ? null : `it is ${status}`
  return isUnderway(status) ? `it is ${status}` : null
}

/** ` until 2026-11-24 18:00 UTC`; `''` for one without an end. */
const untilWords = (endsAt: Date | null): string =>
  endsAt === null ? '' : ` until ${endsAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`
