import type { BoardRow } from './board.ts'
import type { RowFacts } from './board-row.ts'
import { type EnvironmentFindingKind, type Finding, type FindingKind, isSnoozed, remembered } from './finding.ts'
import { branchGone, mergedButUp, stale, stopFailed, stoppedButUp } from './leftover-findings.ts'
import {
  appDown,
  appMissing,
  certificateExpiring,
  commitDrift,
  deploymentFailed,
  releaseFailed,
  urlFailing,
} from './trouble-findings.ts'

/** Kinds that say: this is up (or half gone) though nobody needs it. */
export const leftoverKinds: readonly EnvironmentFindingKind[] = [
  'branch-gone',
  'merged-but-up',
  'stopped-but-up',
  'stop-failed',
]

/** What the rules judge: a row with its truths, and the facts it was made of. */
export interface Judged {
  row: Omit<BoardRow, 'findings' | 'health'>
  facts: RowFacts
  environment: NonNullable<RowFacts['environment']>
  asOf: Date
}

/** What a rule found. `since` is when it began as far as a source tells; `null` when none does. */
export type Found = Pick<Finding, 'severity' | 'words' | 'evidence' | 'resolutions'> & { since: Date | null }

/** A rule is silent while a source that it rests on is too old to know. */
export type Rule = (judged: Judged) => Found | null

const rules: Record<EnvironmentFindingKind, Rule> = {
  'app-down': appDown,
  'app-missing': appMissing,
  'url-failing': urlFailing,
  'deployment-failed': deploymentFailed,
  'commit-drift': commitDrift,
  'release-failed': releaseFailed,
  'certificate-expiring': certificateExpiring,
  'stop-failed': stopFailed,
  'stopped-but-up': stoppedButUp,
  'merged-but-up': mergedButUp,
  'branch-gone': branchGone,
  stale,
}

/** What of a row somebody should look at, worst first; what is known of each from before goes on. */
export function environmentFindings(row: Judged['row'], facts: RowFacts, asOf: Date): Finding[] {
  const { environment } = facts
  if (!environment) return []
  const subject = { kind: 'environment', environmentId: environment.id, name: environment.name } as const
  const findings = Object.entries(rules).flatMap(([name, rule]): Finding[] => {
    const found = rule({ row, facts, environment, asOf })
    if (!found) return []
    const kind = name as EnvironmentFindingKind
    return [remembered({ kind, subject, ...found }, facts.known, asOf)]
  })
  return findings.sort((one, other) => Number(other.severity === 'critical') - Number(one.severity === 'critical'))
}

/** Kinds that rest on the app's processes, which are asked less often than the host. */
const processKinds: readonly FindingKind[] = ['app-down', 'url-failing']

/** Whether the row knows too little to say that a finding, which it does not have any more, ended. */
export function isInDoubt(
  { kind, evidence }: Pick<Finding, 'kind' | 'evidence'>,
  row: Pick<BoardRow, 'gitlab' | 'dokku' | 'url'>,
  { isHostSilent }: { isHostSilent: boolean },
): boolean {
  return evidence.some(({ source }) => {
    if (source.startsWith('gitlab:')) return row.gitlab.health === 'unknown'
    if (source.startsWith('url:')) return row.url.health === 'unknown'
    return isHostSilent || (row.dokku.health === 'unknown' && processKinds.includes(kind))
  })
}

/** The truth that a finding puts into words, so that whoever snoozes the finding has heard it. */
const truthOf: Partial<Record<EnvironmentFindingKind, 'gitlab' | 'dokku' | 'url'>> = {
  'app-down': 'dokku',
  'app-missing': 'dokku',
  'stopped-but-up': 'dokku',
  'deployment-failed': 'gitlab',
  'stop-failed': 'gitlab',
  'url-failing': 'url',
}

/** The healths that make a row's own: its truths and findings, without what somebody snoozed. */
export function judgedHealths(row: Judged['row'], findings: readonly Finding[], asOf: Date): BoardRow['health'][] {
  const [snoozed, active] = [
    findings.filter((finding) => isSnoozed(finding, asOf)),
    findings.filter((finding) => !isSnoozed(finding, asOf)),
  ]
  const heard = new Set(snoozed.map(({ kind }) => truthOf[kind as EnvironmentFindingKind]))
  for (const { kind } of active) heard.delete(truthOf[kind as EnvironmentFindingKind])
  const truths = (['gitlab', 'dokku', 'url'] as const).filter((truth) => !heard.has(truth))
  return [...truths.map((truth) => row[truth].health), ...active.map(({ severity }) => severity)]
}
