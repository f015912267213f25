import { isInLane } from './app-name.ts'
import { type Decision, refuse } from './decision.ts'
import { type FindingKind, isSnoozed } from './finding.ts'
import type { SweepCandidate, SweepStep, Victim } from './sweep.ts'

/** Findings that speak for sweeping what they are about. */
export const leftoverFindingKinds = [
  'stopped-but-up',
  'merged-but-up',
  'branch-gone',
  'app-without-environment',
  'database-left',
  'database-unlinked',
] as const satisfies readonly FindingKind[]
export const sweptFindingKinds: readonly FindingKind[] = [...leftoverFindingKinds, 'stale']

/** Whether one candidate may be swept, and in which steps; or why not. */
export function sweepability(candidate: SweepCandidate, asOf: Date): Decision<{ victim: Victim }> {
  const against = objection(candidate)
  if (against !== null) return refuse(against)
  if (isGone(candidate)) return refuse('Nothing of it is left.')
  const reason = reasonFor(candidate, asOf)
  if (reason.sentence === null) return refuse(reason.objection)
  const { subject, environment, mergeRequest, hasBranch, lastDeployedAt, app, database } = candidate
  const steps = stepsOf(candidate)
  if (steps.length === 0) return refuse(candidate.databaseProtection ?? linkedWords(candidate))
  return {
    allowed: true,
    victim: {
      subject,
      title: titleOf(candidate),
      reason: reason.sentence,
      environment: environment && { id: environment.id, name: environment.name, state: environment.state },
      mergeRequest,
      hasBranch,
      lastDeployedAt,
      app,
      database:
        database && steps.includes('destroy-database')
          ? { host: database.host, plugin: database.plugin, name: database.name, sizeBytes: database.sizeBytes }
          : null,
      steps,
    },
  }
}

/** What speaks against touching it, whatever else speaks for it. */
function objection({ subject, environment, protection, busy, isDeploying }: SweepCandidate): string | null {
  if (subject.kind === 'host') return 'A host is not swept.'
  if (protection !== null) return protection
  if (environment && isInLane(environment)) return `${environment.name} is a ${environment.tier} environment.`
  if (busy !== null) return busy
  if (isDeploying && environment) return `A deployment to ${environment.name} is running.`
  if (environment?.state === 'stopping') return `${environment.name} is stopping right now.`
  if (environment?.state === 'available' && subject.kind !== 'environment') {
    return `${environment.name} is up and owns it.`
  }
  return null
}

export const isGone = ({ environment, app, database }: SweepCandidate): boolean =>
  environment?.state !== 'available' && app === null && database === null

type Reason = { sentence: string } | { sentence: null; objection: string }

/** What GitLab stopped is left over whatever the findings say; anything else needs one that holds and that nobody snoozed. */
function reasonFor(candidate: SweepCandidate, asOf: Date): Reason {
  const holding = candidate.findings.filter(
    (finding) => sweptFindingKinds.includes(finding.kind) && holds(finding.kind, candidate, asOf),
  )
  const snooze = holding.find((finding) => isSnoozed(finding, asOf))?.snooze
  if (snooze) return { sentence: null, objection: `${snooze.by} snoozed it: ${snooze.reason}` }
  const { environment, mergeRequest } = candidate
  const left = candidate.app ? 'it' : 'its database'
  if (environment?.state === 'stopped') {
    return { sentence: `GitLab stopped ${environment.name}, but ${left} is still on Dokku.` }
  }
  if (environment === null && candidate.subject.kind === 'environment') {
    return { sentence: `GitLab has no ${candidate.subject.name} any more, but ${left} is still on Dokku.` }
  }
  const [finding] = holding
  if (finding) return { sentence: finding.words }
  if (mergeRequest?.state === 'opened') {
    return {
      sentence: null,
      objection: `Merge request !${mergeRequest.iid} is open, and nothing says that it is stale.`,
    }
  }
  return { sentence: null, objection: 'Nothing says that it is stale or left over.' }
}

/** Whether what is known now still says what a finding said. */
function holds(kind: FindingKind, candidate: SweepCandidate, asOf: Date): boolean {
  const { environment, hasBranch, mergeRequest, staleAt, database } = candidate
  switch (kind) {
    case 'merged-but-up':
      return mergeRequest?.state === 'merged' || mergeRequest?.state === 'closed'
    case 'branch-gone':
      return hasBranch === false && mergeRequest?.state !== 'opened'
    case 'stale':
      return staleAt !== null && staleAt <= asOf
    case 'stopped-but-up':
      return environment?.state === 'stopped'
    case 'app-without-environment':
      return environment === null && candidate.app !== null
    case 'database-left':
    case 'database-unlinked':
      return environment?.state !== 'available' && database !== null
    default:
      return false
  }
}

/** A linked database refuses to be destroyed before its app, and one that another app uses is not destroyed at all. */
function stepsOf({ environment, app, database, databaseProtection }: SweepCandidate): SweepStep[] {
  const othersLinks = database?.links.some((link) => link !== app?.app) ?? false
  return [
    ...(environment?.state === 'available' ? (['stop'] as const) : []),
    ...(app ? (['destroy-app'] as const) : []),
    ...(database && databaseProtection === null && !othersLinks ? (['destroy-database'] as const) : []),
  ]
}

const linkedWords = ({ database }: SweepCandidate): string =>
  `Database ${database?.name} is linked to ${database?.links.join(', ')}.`

/** What a person calls it. */
export function titleOf({ subject, environment }: SweepCandidate): string {
  switch (subject.kind) {
    case 'environment':
      return environment?.name ?? subject.name
    case 'app':
      return subject.app
    case 'database':
      return subject.name
    case 'host':
      return subject.host
    case 'heroku':
      return 'Heroku'
  }
}
