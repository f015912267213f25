import type { EnvironmentState, Tier } from './environment.ts'
import type { Finding, FindingSubject, ServiceLocation } from './finding.ts'
import type { AppLocation } from './mapping.ts'
import type { MergeRequestState } from './merge-request.ts'

/** One thing that may be swept, with everything that speaks for and against it, as observed or as just re-read. */
export interface SweepCandidate {
  subject: FindingSubject
  environment: { id: number; name: string; state: EnvironmentState; tier: Tier } | null
  /** The branch is there. `null` when that is not known. */
  hasBranch: boolean | null
  mergeRequest: { iid: number; title: string; state: MergeRequestState; webUrl: string } | null
  lastDeployedAt: Date | null
  /** The app, when its host has it. */
  app: AppLocation | null
  /** The database, when its host has it. */
  database: (ServiceLocation & { sizeBytes: number | null; links: readonly string[] }) | null
  /** Open findings about it, snoozed ones too. */
  findings: readonly Finding[]
  /** Whether its app and database may be destroyed at all: ours, not in the lane, not kept. */
  protection: string | null
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
