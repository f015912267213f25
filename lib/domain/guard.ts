import type { Commit } from './branch.ts'

/**
 * What stands between a click and production. `running`, `outdated` and `protected` nothing helps against; the others ask
 * something of the person.
 */
export const guardKinds = [
  'running',
  'outdated',
  'protected',
  'going-back',
  'freeze',
  'lock',
  'staging-unhealthy',
  'pipeline-not-green',
  'approval',
] as const
export type GuardKind = (typeof guardKinds)[number]

/**
 * What it asks: `nothing-helps`; `sha`: the commit typed out; `reason`: a maintainer's reason, which the audit keeps;
 * `approval`: a second person.
 */
export type Demand = 'nothing-helps' | 'sha' | 'reason' | 'approval'

export interface Guard {
  kind: GuardKind
  demand: Demand
  /** One sentence for the person who is about to press. */
  words: string
  /** Commits that production would lose, newest first; only of `going-back`. */
  lost?: Commit[]
}

/** What a person gave besides the click. */
export interface Given {
  /** As typed: at least the first 8 characters of the commit. */
  typedSha: string | null
  reason: string | null
  /** Whether somebody else agreed, as Berth itself found out. */
  isApproved: boolean
}
