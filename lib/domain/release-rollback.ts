import { isInLane } from './app-name.ts'
import type { Commit } from './branch.ts'
import type { Closure } from './closure.ts'
import { type Decision, refuse } from './decision.ts'
import { closedBy, goingBack, running } from './deploy-guards.ts'
import type { Deployment } from './deployment.ts'
import type { Environment } from './environment.ts'
import type { Guard } from './guard.ts'
import type { HerokuRelease } from './heroku-app.ts'
import { capital } from './sentence.ts'

/** Said wherever somebody may go back to a release. */
export const releaseRollbackCaution =
  'Heroku makes a new release of the older code with the config variables that it had. It does not undo database migrations, and GitLab does not hear of it.'

export interface ReleaseRollbackFacts {
  environment: Pick<Environment, 'name' | 'tier' | 'state'>
  /** GitLab's, of this environment. */
  deployments: readonly Deployment[]
  /** Newest first. */
  releases: readonly HerokuRelease[]
  chosen: HerokuRelease & { sha: string | null }
  /** Commits that run now and that the chosen release has not, oldest first; `null` when they are not known. */
  lost: readonly Commit[] | null
  closure: Closure
}

/** What pressing will do: a new release of what this one had. `sha` is `null` where its slug names no commit. */
export interface ReleaseRollbackPlan {
  releaseId: string
  version: number
  slugId: string
  sha: string | null
  guards: Guard[]
}

/** Whether an app may go back to an earlier release. */
export function releaseRollbackability(facts: ReleaseRollbackFacts): Decision<ReleaseRollbackPlan> {
  const { environment, deployments, releases, chosen, closure } = facts
  const { name, state, tier } = environment
  if (!isInLane(environment))
    return refuse(`${name} is a ${tier} environment; only staging and production are on Heroku.`)
  if (state !== 'available') return refuse(`${name} is ${state}.`)
  const busy = running(name, deployments)
  if (busy) return refuse(busy.words)
  const pending = releases.find(({ status }) => status === 'pending')
  if (pending) return refuse(`Release v${pending.version} of ${name} is being made.`)
  if (chosen.current) return refuse(`${capital(name)} runs v${chosen.version} now.`)
  if (chosen.status !== 'succeeded') return refuse(`Release v${chosen.version} ${statusWords[chosen.status]}.`)
  if (chosen.slugId === null) return refuse(`Release v${chosen.version} has no slug: there is nothing to go back to.`)
  const { id: releaseId, version, slugId, sha } = chosen
  const guards = [losing(facts), ...closedBy(name, closure)].filter((guard) => guard !== null)
  return { allowed: true, releaseId, version, slugId, sha, guards }
}

const statusWords = {
  failed: 'failed; only one that succeeded can be gone back to',
  pending: 'is being made',
  expired: 'has expired: Heroku keeps its slug no longer',
  unknown: 'is in a state that Berth does not know',
} as const

/** Nobody can type a commit that nobody knows. */
function losing({ environment: { name }, chosen, lost }: ReleaseRollbackFacts): Guard | null {
  if (chosen.sha !== null) return goingBack(name, lost)
  const words = `Release v${chosen.version} names no commit: it is not known what ${name} would lose.`
  return { kind: 'going-back', demand: 'reason', words }
}
