import { type Commit, shortSha } from './branch.ts'
import { capital, listed } from './sentence.ts'

/**
 * What stands between a click and production, the heaviest first. `running`, `outdated` and `protected` nothing helps
 * against; the others ask something of the person.
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
  /** The guards that the reason was given for: what has risen since, nobody has seen. Absent: whatever stands there. */
  reasonFor?: readonly GuardKind[] | undefined
  /** Whether somebody else agreed, as Berth itself found out. */
  isApproved: boolean
}

/** The heaviest first. */
export const byWeight = (guards: readonly Guard[]): Guard[] =>
  guards.toSorted((one, other) => guardKinds.indexOf(one.kind) - guardKinds.indexOf(other.kind))

/** The guards whose demand is not met yet. */
export function unmetGuards(guards: readonly Guard[], given: Given & { sha: string }): Guard[] {
  return guards.filter((guard) => !isMet(guard, given))
}

/** What is still demanded, in a sentence for the button and the API alike; `null` when nothing is. */
export function unmet(guards: readonly Guard[], given: Given & { sha: string }): string | null {
  const open = unmetGuards(guards, given)
  const final = open.find(({ demand }) => demand === 'nothing-helps')
  if (final) return final.words
  const demands = new Set(open.map(({ demand }) => demand))
  const asked = [
    ...(demands.has('sha') ? [`type the first 8 characters of ${shortSha(given.sha)}`] : []),
    ...(demands.has('reason')
      ? [hasReason(given) ? 'press again if your reason holds for that too' : 'give a reason']
      : []),
    ...(demands.has('approval') ? ['let a second person approve it'] : []),
  ]
  return asked.length === 0 ? null : `${capital(listed(asked))}.`
}

/** Whether all that a refusal demanded has been given since. One that demanded nothing stands. */
export const isLifted = ({ demands }: { demands?: readonly Guard[] }, given: Given & { sha: string }): boolean =>
  demands !== undefined && unmet(demands, given) === null

function isMet({ kind, demand }: Guard, given: Given & { sha: string }): boolean {
  const { typedSha, reasonFor, isApproved, sha } = given
  switch (demand) {
    case 'nothing-helps':
      return false
    case 'sha':
      return isTyped(typedSha ?? '', sha)
    case 'reason':
      return hasReason(given) && (reasonFor?.includes(kind) ?? true)
    case 'approval':
      return isApproved
  }
}

const hasReason = ({ reason }: Given): boolean => (reason ?? '').trim() !== ''

/** A person who copies it may bring blanks and capitals along. */
function isTyped(typed: string, sha: string): boolean {
  const plain = typed.trim().toLowerCase()
  return plain.length >= 8 && sha.startsWith(plain)
}
