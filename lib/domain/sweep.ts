import type { EnvironmentState, Tier } from './environment.ts'
import { type Finding, type FindingSubject, type ServiceLocation, subjectKey } from './finding.ts'
import type { AppLocation } from './mapping.ts'
import type { MergeRequestState } from './merge-request.ts'
import { sweepability, titleOf } from './sweepability.ts'

/** One thing that may be swept, with everything that speaks for and against it, as observed or as just re-read. */
export interface SweepCandidate {
  subject: FindingSubject
  environment: { id: number; name: string; state: EnvironmentState; tier: Tier } | null
  /** The branch is there. `null` when that is not known. */
  hasBranch: boolean | null
  /** Of the branch's merge requests the open one, else the one that was updated last. */
  mergeRequest: { iid: number; title: string; state: MergeRequestState; webUrl: string } | null
  lastDeployedAt: Date | null
  /** A deployment of it runs now. */
  isDeploying: boolean
  /** When it turns stale; `null` when it never does. */
  staleAt: Date | null
  /** The app, when its host has it. */
  app: AppLocation | null
  /** The database, when its host has it. */
  database: (ServiceLocation & { sizeBytes: number | null; links: readonly string[] }) | null
  /** Open findings about it, snoozed ones too. */
  findings: readonly Finding[]
  /** Why nothing of it may be touched: not ours, in the lane, kept, or used by another environment; `null` when it may. */
  protection: string | null
  /** Why its database has to stay though its app may go; `null` when it may go too. */
  databaseProtection: string | null
  /** What somebody else is doing with it right now; `null` when nothing. */
  busy: string | null
}

/** What happens to a victim, in this order: a linked database refuses to be destroyed before its app. */
export type SweepStep = 'stop' | 'destroy-app' | 'destroy-database'

/** One line of a sweep's plan. */
export interface Victim {
  subject: FindingSubject
  /** What a person calls it: `review/login`, `review-login-abc123`, `old-database`. */
  title: string
  /** Why it may go, in one sentence. */
  reason: string
  environment: { id: number; name: string; state: EnvironmentState } | null
  mergeRequest: SweepCandidate['mergeRequest']
  hasBranch: boolean | null
  lastDeployedAt: Date | null
  app: AppLocation | null
  database: (ServiceLocation & { sizeBytes: number | null }) | null
  steps: SweepStep[]
}

export interface SweepPlan {
  victims: Victim[]
  /** What was chosen and will not be touched, and why. */
  spared: { subject: FindingSubject; title: string; reason: string }[]
}

export type SweepItemStatus = 'waiting' | 'running' | 'done' | 'failed' | 'skipped'

/** One victim on its way. */
export interface SweepItem extends Victim {
  position: number
  status: SweepItemStatus
  /** What is happening or what came out. */
  words: string
  startedAt: Date | null
  endedAt: Date | null
}

/** How many one sweep may take. */
export const mostVictims = 500

/**
 * Who is swept, how and why, and who is not: the preview, and what a sweep is held to. What goes along with a victim is told
 * there, and neither goes a second time nor stays.
 */
export function sweepPlan(candidates: readonly SweepCandidate[], asOf: Date): SweepPlan {
  const decided = candidates.map((candidate) => ({ candidate, decision: sweepability(candidate, asOf) }))
  const goingAlong = new Set(decided.flatMap(({ decision }) => (decision.allowed ? alongWith(decision.victim) : [])))
  const plan: SweepPlan = { victims: [], spared: [] }
  for (const { candidate, decision } of decided) {
    if (goingAlong.has(subjectKey(candidate.subject))) continue
    if (decision.allowed) plan.victims.push(decision.victim)
    else plan.spared.push({ subject: candidate.subject, title: titleOf(candidate), reason: decision.reason })
  }
  return plan
}

/** Keys of the app and the database that go with a victim. */
function alongWith({ subject, app, database }: Victim): string[] {
  const keys = [
    ...(app ? [subjectKey({ kind: 'app', host: app.host, app: app.app })] : []),
    ...(database ? [subjectKey({ kind: 'database', ...database })] : []),
  ]
  return keys.filter((key) => key !== subjectKey(subject))
}

/** What a person types before anything is destroyed. */
export const confirmationOf = ({ victims }: Pick<SweepPlan, 'victims'>): string => `sweep ${victims.length}`

/** How the items of a sweep stand. */
export function sweepTally(items: readonly Pick<SweepItem, 'status'>[]): string {
  const counts = Map.groupBy(items, ({ status }) => status)
  return (['done', 'failed', 'skipped'] as const)
    .map((status) => `${counts.get(status)?.length ?? 0} ${status}`)
    .join(', ')
}
