import type { BoardRow } from './board.ts'
import { shortSha } from './branch.ts'
import { type EnvironmentFindingKind, type Finding, findingKey, type KnownFindings } from './finding.ts'

/** Kinds that say: this is up (or half gone) though nobody needs it. */
export const leftoverKinds: readonly EnvironmentFindingKind[] = [
  'branch-gone',
  'merged-but-up',
  'stopped-but-up',
  'stop-failed',
]

type Judged = Pick<
  BoardRow,
  'zone' | 'branch' | 'mergeRequest' | 'environment' | 'deployment' | 'newer' | 'app' | 'gitlab' | 'dokku'
>

interface Found {
  kind: EnvironmentFindingKind
  severity: Finding['severity']
  words: string
}

/** What of a row somebody should look at, worst first. `branchesKnown`: the branch list was read whole, so absence means gone. */
export function environmentFindings(
  row: Judged,
  { branchesKnown, known, asOf }: { branchesKnown: boolean; known: KnownFindings; asOf: Date },
): Finding[] {
  const { environment } = row
  if (!environment) return []
  const subject = { kind: 'environment', environmentId: environment.id, name: environment.name } as const
  const found = [
    appDown(row),
    appMissing(row),
    deploymentFailed(row),
    commitDrift(row),
    leftover(row, branchesKnown),
    stopFailed(row),
  ]
  return found

    .filter((one) => one !== null)
    .map((one): Finding => {
      const before = known.get(findingKey({ kind: one.kind, subject }))
      return {
        ...one,
        subject,
        evidence: [],
        resolutions: [],
        since: before?.since ?? asOf,
        snooze: before?.snooze ?? null,
      }
    })
    .sort((one, other) => Number(other.severity === 'critical') - Number(one.severity === 'critical'))
}

function appDown({ dokku }: Judged): Found | null {
  if (dokku.state === 'restarting' || dokku.state === 'down') {
    return dokku.health === 'critical' ? { kind: 'app-down', severity: 'critical', words: dokku.words } : null
  }
  return dokku.state === 'no process' || dokku.state === 'stopped'
    ? { kind: 'app-down', severity: 'attention', words: dokku.words }
    : null
}

const appMissing = ({ dokku }: Judged): Found | null =>
  dokku.state === 'missing' && dokku.health === 'critical'
    ? { kind: 'app-missing', severity: 'critical', words: dokku.words }
    : null

const deploymentFailed = ({ gitlab, zone }: Judged): Found | null =>
  gitlab.state === 'deploy failed'
    ? {
        kind: 'deployment-failed',
        severity: zone === 'lane' || gitlab.health === 'critical' ? 'critical' : 'attention',
        words: gitlab.words,
      }
    : null

function commitDrift({ environment, deployment, newer, app, dokku }: Judged): Found | null {
  if (environment?.state !== 'available' || newer?.status === 'running' || dokku.health === 'unknown') return null
  if (!deployment || !app?.deployedSha || app.deployedSha === deployment.sha) return null
  return {
    kind: 'commit-drift',
    severity: 'attention',
    words: `GitLab deployed ${shortSha(deployment.sha)}, but Dokku runs ${shortSha(app.deployedSha)}.`,
  }
}

function leftover({ zone, environment, branch, mergeRequest, dokku }: Judged, branchesKnown: boolean): Found | null {
  if (zone === 'lane' || !environment) return null
  if (environment.state === 'stopped') {
    return dokku.state === 'still up' && dokku.health === 'attention'
      ? { kind: 'stopped-but-up', severity: 'attention', words: dokku.words }
      : null
  }
  if (environment.state !== 'available') return null
  if (mergeRequest?.state === 'merged' || mergeRequest?.state === 'closed') {
    return {
      kind: 'merged-but-up',
      severity: 'attention',
      words: `Merge request !${mergeRequest.iid} is ${mergeRequest.state}, but the review app is still up.`,
    }
  }
  if (!branch && branchesKnown) {
    return { kind: 'branch-gone', severity: 'attention', words: 'Its branch is gone, but the review app is still up.' }
  }
  return null
}

const stopFailed = ({ environment, gitlab }: Judged): Found | null =>
  environment?.state === 'stopping' && gitlab.health === 'attention'
    ? { kind: 'stop-failed', severity: 'attention', words: gitlab.words }
    : null
