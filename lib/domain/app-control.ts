import { isInLane } from './app-name.ts'
import { shortSha } from './branch.ts'
import { type Decision, refuse } from './decision.ts'
import type { Deployment } from './deployment.ts'
import type { ProcessReport } from './dokku-app.ts'
import type { Environment } from './environment.ts'
import type { AppLocation } from './mapping.ts'

/** An app as GitLab and Dokku tell of it just before it is touched. */
export interface AppFacts {
  environment: Pick<Environment, 'name' | 'state' | 'tier'>
  app: AppLocation
  /** `null` when the host has no such app. */
  report: Pick<ProcessReport, 'deployed' | 'restore'> | null
  /** Whether it has a deploy lock; `null` where the host does not say. */
  locked: boolean | null
  /** A deployment of it that runs now. */
  deploying: Pick<Deployment, 'sha'> | null
}

/** What is allowed comes with what there is to know of it. */
export type AppDecision = Decision<{ words: string }>

/** Whether an app's containers may be started anew. */
export const restartability = (facts: AppFacts): AppDecision => runnable(facts) ?? allowed(facts)

/**
 * Whether an app may be built again from what was pushed last. Dokku does not look at its own deploy lock here, so Berth
 * does, unless the person says that the lock is known.
 */
export function rebuildability(facts: AppFacts, { evenIfLocked }: { evenIfLocked: boolean }): AppDecision {
  const refused = runnable(facts)
  if (refused) return refused
  if (facts.locked && !evenIfLocked) {
    return refuse(`App ${facts.app.app} has a deploy lock: somebody deploys to it or keeps it as it is.`)
  }
  return allowed(facts)
}

/** Whether the deploy lock may be taken away: not while a deployment runs, whose own lock it is. */
export function unlockability(facts: AppFacts): AppDecision {
  const refused = touchable(facts)
  if (refused) return refused
  if (facts.locked === false) return refuse(`App ${facts.app.app} has no deploy lock.`)
  return allowed(facts)
}

/** Why the app cannot be run; `null` when it can. */
export function runnable(facts: AppFacts): { allowed: false; reason: string } | null {
  const refused = touchable(facts)
  if (refused) return refused
  // Dokku answers such a wish with success and does nothing.
  return facts.report?.deployed
    ? null
    : refuse(`App ${facts.app.app} has never been deployed: there is nothing to run.`)
}

function touchable({ environment, app, report, deploying }: AppFacts): { allowed: false; reason: string } | null {
  if (environment.state === 'stopping') return refuse(`${environment.name} is stopping.`)
  if (report === null) return refuse(`Dokku host ${app.host} has no app ${app.app}.`)
  if (deploying) return refuse(`A deployment of ${shortSha(deploying.sha)} to ${environment.name} is running.`)
  return null
}

/** Says what kind of environment it is where that is worth a second thought. */
export function allowed({ environment, app, report }: AppFacts): AppDecision {
  const lane = isInLane(environment) ? ` It is ${environment.tier}.` : ''
  const stopped = report?.restore === false ? ' Somebody stopped it on purpose.' : ''
  return { allowed: true, words: `${environment.name} is app ${app.app} on ${app.host}.${lane}${stopped}` }
}
