import { isInLane } from './app-name.ts'
import { shortSha } from './branch.ts'
import type { Judged, Rule } from './environment-findings.ts'
import { dayOf, dokkuSays, gitlabSays, urlSays } from './evidence.ts'
import type { Resolution } from './finding.ts'
import { isTooOld } from './source.ts'
import { isBefore, lastTried } from './truth.ts'
import { isFailing } from './url-truth.ts'

// What can be the matter with an environment that should be up.

const redeploy: Resolution = { act: 'redeploy', words: 'Run the deployment job again.' }
const restart: Resolution = { act: 'restart', words: 'Restart the app.' }
const rebuild: Resolution = { act: 'rebuild', words: 'Rebuild the app from the commit that it has.' }
const stop: Resolution = { act: 'stop', words: 'Stop the environment if nobody needs it.' }
const byHand = (words: string): Resolution => ({ act: 'by-hand', words })

const isKnown = ({ health }: Judged['row']['gitlab' | 'dokku' | 'url']): boolean => health !== 'unknown'

/** Of what the host tells of all its apps at once; their processes are asked apart. */
const isHostKnown = ({ facts, asOf }: Judged): boolean => !isTooOld(facts.hostSight, asOf)

const platformOf = ({ heroku }: Judged['row']): 'Heroku' | 'Dokku' => (heroku ? 'Heroku' : 'Dokku')

const isUp = ({ row, environment }: Judged): boolean => isKnown(row.gitlab) && environment.state === 'available'

export const appDown: Rule = (judged) => {
  const { dokku } = judged.row
  if (!isUp(judged) || !isKnown(dokku)) return null
  const readLog = byHand('Read the app’s log for the reason.')
  const shared = { words: dokku.words, evidence: [dokkuSays(judged), gitlabSays(judged)], since: null }
  switch (dokku.state) {
    case 'restarting':
    case 'down':
    case 'crashed':
      return {
        ...shared,
        severity: 'critical',
        resolutions: [readLog, restart, ...(judged.row.heroku ? [] : [rebuild])],
      }
    case 'maintenance':
      return {
        ...shared,
        severity: 'attention',
        resolutions: [byHand('Take it out of maintenance mode when the work is done.')],
      }
    case 'no dyno':
    case 'too few dynos': {
      const severity = dokku.health === 'critical' ? 'critical' : 'attention'
      return { ...shared, severity, resolutions: [byHand('Look at the formation and the account on Heroku.'), restart] }
    }
    case 'stopped':
      return { ...shared, severity: 'attention', resolutions: [restart, ...stopOf(judged)] }
    case 'no process':
      // That the first deployment failed says why nothing runs.
      if (judged.row.gitlab.health === 'critical') return null
      return { ...shared, severity: 'attention', resolutions: [redeploy, readLog] }
    default:
      return null
  }
}

export const appMissing: Rule = (judged) => {
  const { dokku } = judged.row
  if (!isUp(judged) || !isHostKnown(judged) || dokku.state !== 'missing') return null
  return {
    severity: 'critical',
    words: dokku.words,
    evidence: [gitlabSays(judged), dokkuSays(judged)],
    resolutions: [redeploy, ...stopOf(judged)],
    since: null,
  }
}

/** The URL fails while GitLab says available and Dokku says running: what only a visitor sees. */
export const urlFailing: Rule = (judged) => {
  const { row, facts, environment } = judged
  if (row.gitlab.health !== 'ok' || row.dokku.state !== 'running' || row.dokku.health !== 'ok') return null
  const probe = facts.url && 'failures' in facts.url ? facts.url : null
  if (!isKnown(row.url) || !probe || !isFailing(probe)) return null
  // That the certificate has expired is said as such.
  if (probe.failure?.kind === 'certificate' && certificateDaysLeft(judged) <= 0) return null
  return {
    severity: isInLane(environment) ? 'critical' : 'attention',
    words: `GitLab and ${platformOf(row)} say all is well, but a visitor does not get in. ${row.url.words}`,
    evidence: [urlSays(judged), gitlabSays(judged), dokkuSays(judged)],
    resolutions: [byHand('Open the URL, and read the app’s log for the reason.'), restart],
    since: probe.failingSince,
  }
}

export const deploymentFailed: Rule = (judged) => {
  const { row, facts, environment } = judged
  const failed = lastTried(facts.deployments)
  if (row.gitlab.state !== 'deploy failed' || !isKnown(row.gitlab) || !failed) return null
  const job = failed.job ? `Job ${failed.job.name}` : 'The deployment'
  return {
    severity: isInLane(environment) || row.gitlab.health === 'critical' ? 'critical' : 'attention',
    words: row.gitlab.words,
    evidence: [gitlabSays(judged, `${job} failed to deploy ${shortSha(failed.sha)}.`)],
    resolutions: [byHand('Read the job’s log for the reason.'), redeploy],
    since: failed.job?.finishedAt ?? failed.updatedAt,
  }
}

/**
 * An app that was deployed from an image tells no commit, which is no disagreement. Neither is it one while either side was not
 * asked since the other changed: a deployment that ends between two looks is seen on the host before GitLab tells of it.
 */
export const commitDrift: Rule = (judged) => {
  const { deployment, newer } = judged.row
  if (!isUp(judged) || !isHostKnown(judged)) return null
  const runs = runningCommit(judged.row)
  if (!deployment || newer?.status === 'running' || !runs) return null
  if (isSameCommit(runs.sha, deployment.sha)) return null
  const { gitlabSight, hostSight } = judged.facts
  if (isBefore(hostSight, deployment.changedAt) || isBefore(gitlabSight, runs.since)) return null
  const [wished, present, platform] = [shortSha(deployment.sha), shortSha(runs.sha), platformOf(judged.row)]
  return {
    severity: 'attention',
    words: `GitLab deployed ${wished}, but ${platform} runs ${present}.`,
    evidence: [gitlabSays(judged, `The last successful deployment was of ${wished}.`), dokkuSays(judged, runs.words)],
    resolutions: [redeploy, byHand(`Find out who deployed to ${platform} without GitLab.`)],
    since: null,
  }
}

/** The commit that the app runs, where that is known, and since when, where that is told. */
function runningCommit({ app, heroku }: Judged['row']): { sha: string; since: Date | null; words: string } | null {
  if (heroku) {
    const { exists, release } = heroku
    if (!exists || !release?.sha) return null
    const words = `App ${heroku.app} runs v${release.version} of ${shortSha(release.sha)}: ${release.description}.`
    return { sha: release.sha, since: release.createdAt, words }
  }
  if (!app?.exists || !app.deployedSha) return null
  const words = `App ${app.app} was deployed from ${shortSha(app.deployedSha)}.`
  return { sha: app.deployedSha, since: app.deployedAt, words }
}

/** Whoever asks Heroku for a build may name a commit by its first characters. */
const isSameCommit = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one)

/** The newest release does not run: its release phase failed, and what ran before goes on. */
export const releaseFailed: Rule = (judged) => {
  const { heroku } = judged.row
  if (!isUp(judged) || !isHostKnown(judged) || heroku?.newer?.status !== 'failed') return null
  const { version, description, createdAt } = heroku.newer
  const runs = heroku.release ? `v${heroku.release.version} still runs` : 'nothing runs'
  return {
    severity: 'attention',
    words: `Release v${version} of ${heroku.app} failed on Heroku; ${runs}.`,
    evidence: [dokkuSays(judged, `v${version} failed: ${description}.`)],
    resolutions: [byHand('Read the output of its release phase on Heroku.'), redeploy],
    since: createdAt,
  }
}

const certificateDays = { attention: 14, critical: 3 }

export const certificateExpiring: Rule = (judged) => {
  const expiresAt = judged.row.url.certificateExpiresAt
  if (!expiresAt || !isKnown(judged.row.url) || !isUp(judged)) return null
  const daysLeft = certificateDaysLeft(judged)
  if (daysLeft >= certificateDays.attention) return null
  const words = `The certificate of its URL ${daysLeft <= 0 ? 'expired' : 'expires'} on ${dayOf(expiresAt)}.`
  return {
    severity: daysLeft < certificateDays.critical ? 'critical' : 'attention',
    words,
    evidence: [urlSays(judged, words)],
    resolutions: [byHand('Renew it on the host, e.g. with "dokku letsencrypt:enable", or where the proxy keeps it.')],
    since: new Date(expiresAt.getTime() - certificateDays.attention * 86_400_000),
  }
}

/** Infinitely many when no certificate is known. */
const certificateDaysLeft = ({ row, asOf }: Judged): number =>
  row.url.certificateExpiresAt ? (row.url.certificateExpiresAt.getTime() - asOf.getTime()) / 86_400_000 : Infinity

/** Staging and production are never stopped from here. */
const stopOf = ({ row }: Judged): Resolution[] => (row.stoppability.allowed ? [stop] : [])
