import type { Environment } from './environment.ts'
import type { Snooze } from './finding.ts'
import type { MergeRequestState } from './merge-request.ts'
import { intentOf, lastingObjection } from './policy-intent.ts'
import { wishesOf } from './policy-wishes.ts'
import type { PolicySettings } from './settings.ts'

/** `idle`: nothing was deployed for long; `ended`: its merge request is; `per-author`: its author has too many. */
export const policyKinds = ['idle', 'ended', 'per-author'] as const
export type PolicyKind = (typeof policyKinds)[number]

/** The actor in whose name policies stop review apps. */
export const policyActorName = 'berth-policy'

/** An environment with everything that speaks for and against stopping it, as observed. */
export interface PolicySubject {
  environment: Pick<Environment, 'id' | 'name' | 'state' | 'tier' | 'createdAt'>
  /** The branch it is of, also when that is gone; `null` when nothing says which. */
  branchName: string | null
  /** `null` when the branch is gone or not known. */
  branch: { isDefault: boolean; isProtected: boolean; committedAt: Date } | null
  /** Of the branch's merge requests the open one, else the one that was updated last. */
  mergeRequest: { iid: number; state: MergeRequestState; labels: readonly string[]; endedAt: Date | null } | null
  /** Tells one person from all others: the merge request's username, else the commit author's name. `''` when nobody is known. */
  author: string
  /** The last deployment that began, whether it went well or not; `null` when none ever did. */
  lastDeployedAt: Date | null
  isDeploying: boolean
  /** Why its app must stay whatever a policy says: in the lane, kept, not ours, used by another; `null` when it may go. */
  protection: string | null
  /** Of what says that nobody needs it. */
  snooze: Snooze | null
  /** Why what is known of it is too old to act on; `null` when it is not. */
  doubt: string | null
  /** What Berth is doing with it right now; `null` when nothing. */
  busy: string | null
  /** When a stop that a policy asked for failed last. */
  failedAt: Date | null
}

/** That a policy said what it means to do: nothing is stopped without, and nothing before `actsAt`. */
export interface PolicyMark {
  environmentId: number
  policy: PolicyKind
  warnedAt: Date
  actsAt: Date
}

/** Somebody still needs it. */
export interface KeepAlive {
  environmentId: number
  until: Date
  by: string
  at: Date
}

/** What a policy means to do with one environment. */
export interface PolicyIntent {
  environmentId: number
  environmentName: string
  policy: PolicyKind
  /** Why, as a sentence. */
  reason: string
  /** When people are told, which the marks remember. */
  warnsAt: Date
  /** When it is stopped, if nothing changes. */
  actsAt: Date
  /** `later`: not even said yet; `warn`: to be said now; `warned`: said, and waits; `stop`: to be stopped now. */
  due: 'later' | 'warn' | 'warned' | 'stop'
  /** What makes it wait although it may be due; `null` when nothing does. */
  hindrance: string | null
}

export interface PolicyPlan {
  /** One for an environment, the earliest first. */
  intents: PolicyIntent[]
  /** What a policy would stop if something lasting did not speak against it. */
  spared: { environmentId: number; environmentName: string; policy: PolicyKind; reason: string }[]
  /** Marks of what no policy means any more. */
  withdrawn: PolicyMark[]
  /** Marks that announce another instant from now on. */
  moved: { mark: PolicyMark; actsAt: Date }[]
}

/** What people said and are still promised. */
export interface PolicyMemory {
  marks: readonly PolicyMark[]
  keepAlives: readonly KeepAlive[]
}

/**
 * What the policies would do now and later: the preview, and what a run is held to. An environment is stopped at most once,
 * whichever of them want it.
 */
export function policyPlan(
  subjects: readonly PolicySubject[],
  settings: PolicySettings,
  { marks, keepAlives }: PolicyMemory,
  asOf: Date,
): PolicyPlan {
  const marked = new Map(marks.map((mark) => [keyOf(mark), mark]))
  const kept = new Map(keepAlives.map((keep) => [keep.environmentId, keep.until]))
  const intents: PolicyIntent[] = []
  const spared = new Map<number, PolicyPlan['spared'][number]>()
  for (const wish of wishesOf(subjects, settings)) {
    const { subject, policy } = wish
    const { id: environmentId, name: environmentName } = subject.environment
    const objection = lastingObjection(subject, settings, asOf)
    if (objection !== null) {
      spared.set(environmentId, { environmentId, environmentName, policy, reason: objection })
      continue
    }
    const mark = marked.get(keyOf({ environmentId, policy })) ?? null
    intents.push(intentOf(wish, settings, { mark, keptUntil: kept.get(environmentId) ?? null }, asOf))
  }
  const meant = new Map(intents.map((intent) => [keyOf(intent), intent]))
  const inDoubt = new Set(subjects.filter(({ doubt }) => doubt !== null).map(({ environment }) => environment.id))
  return {
    intents: oneEach(intents),
    spared: [...spared.values()],
    withdrawn: marks.filter((mark) => {
      const intent = meant.get(keyOf(mark))
      return (intent === undefined || intent.due === 'later') && !inDoubt.has(mark.environmentId)
    }),
    moved: marks.flatMap((mark) => {
      const intent = meant.get(keyOf(mark))
      const isMoved = intent?.due === 'warned' && intent.actsAt.getTime() !== mark.actsAt.getTime()
      return isMoved ? [{ mark, actsAt: intent.actsAt }] : []
    }),
  }
}

/** What is to be stopped now stands for its environment, else what comes first. */
function oneEach(intents: readonly PolicyIntent[]): PolicyIntent[] {
  const sorted = intents.toSorted(
    (one, other) =>
      Number(other.due === 'stop') - Number(one.due === 'stop') ||
      one.actsAt.getTime() - other.actsAt.getTime() ||
      one.environmentId - other.environmentId,
  )
  const first = new Map<number, PolicyIntent>()
  for (const intent of sorted) if (!first.has(intent.environmentId)) first.set(intent.environmentId, intent)
  return [...first.values()]
}

const keyOf = ({ environmentId, policy }: Pick<PolicyMark, 'environmentId' | 'policy'>): string =>
  `${environmentId} ${policy}`
