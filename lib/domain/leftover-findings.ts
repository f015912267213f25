import { isInLane } from './app-name.ts'
import type { Judged, Rule } from './environment-findings.ts'
import { dayOf, dokkuSays, gitlabSays } from './evidence.ts'
import type { Resolution } from './finding.ts'
import { isTooOld } from './source.ts'
import { staleAt } from './staleness.ts'
import { lastTried } from './truth.ts'

// What is up, or half gone, though nobody needs it. Staging and production never are.

const stop: Resolution = { act: 'stop', words: 'Stop the review app.' }
const sweep: Resolution = { act: 'sweep', words: 'Sweep it together with others.' }
const byHand = (words: string): Resolution => ({ act: 'by-hand', words })

/** A review app that GitLab calls available, as far as GitLab is known. */
const isUpForReview = ({ row, environment }: Judged): boolean =>
  row.gitlab.health !== 'unknown' && environment.state === 'available' && !isInLane(environment)

export const stopFailed: Rule = (judged) => {
  const { row, environment } = judged
  if (environment.state !== 'stopping' || row.gitlab.health !== 'attention') return null
  return {
    severity: 'attention',
    words: row.gitlab.words,
    evidence: [gitlabSays(judged)],
    resolutions: [
      byHand('Read the log of the stop job, and run it again.'),
      ...(isInLane(environment) ? [] : [{ ...sweep, words: 'Sweep what it left on Dokku.' }]),
    ],
    since: environment.stateSince,
  }
}

export const stoppedButUp: Rule = (judged) => {
  const { row, environment } = judged
  if (environment.state !== 'stopped' || isInLane(environment)) return null
  if (row.gitlab.health === 'unknown' || row.dokku.health !== 'attention') return null
  return {
    severity: 'attention',
    words:
      row.dokku.state === 'database left'
        ? `The stop left its database behind: ${row.dokku.words}`
        : `The stop removed nothing: ${row.dokku.words}`,
    evidence: [gitlabSays(judged), dokkuSays(judged)],
    resolutions: [
      { ...sweep, words: 'Sweep what is left on Dokku.' },
      byHand('Give the environment a stop job that destroys the app.'),
    ],
    since: environment.stateSince,
  }
}

/** A branch that goes on after its merge request ended, or that others build on, is still needed. */
export const mergedButUp: Rule = (judged) => {
  const { branch, mergeRequest } = judged.facts
  if (!isUpForReview(judged) || !mergeRequest || branch?.isDefault || branch?.isProtected) return null
  if (mergeRequest.state !== 'merged' && mergeRequest.state !== 'closed') return null
  const endedAt = mergeRequest.mergedAt ?? mergeRequest.closedAt
  if (branch && endedAt && branch.commit.committedAt > endedAt) return null
  const ended = `Merge request !${mergeRequest.iid} is ${mergeRequest.state}`
  return {
    severity: 'attention',
    words: `${ended}, but the review app is still up.`,
    evidence: [gitlabSays(judged, `${ended}; the environment is available.`)],
    resolutions: [stop, sweep],
    since: endedAt,
  }
}

/** Absence means gone only where the branch list was read whole. */
export const branchGone: Rule = (judged) => {
  const { branch, branchesKnown, mergeRequest } = judged.facts
  if (!isUpForReview(judged) || branch || !branchesKnown) return null
  // The merge request says why the branch is gone: one finding is enough.
  if (mergeRequest && mergedButUp(judged)) return null
  return {
    severity: 'attention',
    words: 'Its branch is gone, but the review app is still up.',
    evidence: [gitlabSays(judged, 'The environment is available, and no branch of it is left.')],
    resolutions: [stop, sweep],
    since: null,
  }
}

export const stale: Rule = (judged) => {
  const { row, facts, environment, asOf } = judged
  if (row.gitlab.health === 'unknown' || isTooOld(facts.hostSight, asOf) || !row.app?.exists) return null
  const deployment = lastTried(facts.deployments)
  const lastDeployedAt = deployment && (deployment.job?.finishedAt ?? deployment.updatedAt)
  const since = staleAt({ environment, app: row.app, lastDeployedAt }, facts.policy)
  if (since === null || since > asOf) return null
  const days = `${facts.policy.staleDays} days`
  const said = lastDeployedAt
    ? `The last deployment was on ${dayOf(lastDeployedAt)}.`
    : `The environment was created on ${dayOf(environment.createdAt)} and never deployed.`
  return {
    severity: 'attention',
    words: `Nothing was deployed to it for more than ${days}. ${said}`,
    evidence: [gitlabSays(judged, said), dokkuSays(judged, `App ${row.app.app} is there.`)],
    resolutions: [stop, sweep, byHand('Add its app to the project’s keep list if it must stay.')],
    since,
  }
}
