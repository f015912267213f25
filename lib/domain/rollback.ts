import { isInLane } from './app-name.ts'
import type { PromotionPlan } from './board.ts'
import { type Commit, shortSha } from './branch.ts'
import type { Closure } from './closure.ts'
import { type Decision, refuse } from './decision.ts'
import { closedBy, goingBack, running } from './deploy-guards.ts'
import type { Deployment } from './deployment.ts'
import type { Environment } from './environment.ts'
import type { Guard } from './guard.ts'
import type { Job } from './job.ts'
import { retryability } from './job-control.ts'
import { lastSuccessful } from './promotion.ts'
import { capital } from './sentence.ts'

/** Said wherever somebody may roll back. */
export const rollbackCaution = 'A rollback deploys the older code again. It does not undo database migrations.'

export interface RerunFacts {
  environment: Pick<Environment, 'name' | 'tier' | 'state'>
  /** Of this environment, in any order. */
  deployments: readonly Deployment[]
  /** The latest run of the job that made the chosen deployment; `null` when GitLab has none. */
  run: (Pick<Job, 'id' | 'name' | 'status'> & { pipelineId: number }) | null
  closure: Closure
}

export interface RollbackFacts extends RerunFacts {
  chosen: Deployment
  /** Commits that run now and that the chosen deployment has not, oldest first; `null` when they are not known. */
  lost: readonly Commit[] | null
}

/** Whether an earlier successful deployment may be made again, by running its job again. */
export function rollbackability(facts: RollbackFacts): Decision<PromotionPlan> {
  const { environment, deployments, chosen, lost } = facts
  const { name } = environment
  const current = lastSuccessful(deployments)
  if (chosen.status !== 'success') {
    return refuse(
      `That deployment of ${shortSha(chosen.sha)} to ${name} is ${chosen.status}; only one that succeeded can be made again.`,
    )
  }
  if (current?.sha === chosen.sha)
    return refuse(`${capital(name)} runs ${shortSha(chosen.sha)} now; redeploy it instead.`)
  return rerunnability(facts, chosen.sha, [goingBack(name, lost)])
}

/** Whether what runs now may be deployed once more, by running its job again. */
export function redeployability(facts: RerunFacts): Decision<PromotionPlan> {
  const current = lastSuccessful(facts.deployments)
  if (!current) return refuse(`Nothing has been deployed to ${facts.environment.name} yet.`)
  return rerunnability(facts, current.sha, [])
}

function rerunnability(
  { environment, deployments, run, closure }: RerunFacts,
  sha: string,
  first: readonly (Guard | null)[],
): Decision<PromotionPlan> {
  const { name, tier, state } = environment
  if (!isInLane(environment)) return refuse(`${name} is a ${tier} environment; run its job again instead.`)
  if (state !== 'available') return refuse(`${name} is ${state}.`)
  const busy = running(name, deployments)
  if (busy) return refuse(busy.words)
  if (!run) return refuse(`The job that deployed ${shortSha(sha)} to ${name} is not in GitLab any more.`)
  const retry = retryability(run)
  if (!retry.allowed) return retry
  return {
    allowed: true,
    way: 'job',
    sha,
    jobId: run.id,
    jobName: run.name,
    act: 'retry',
    pipelineId: run.pipelineId,
    guards: [...first.filter((guard) => guard !== null), ...closedBy(name, closure)],
  }
}
