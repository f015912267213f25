import { dayOf } from './evidence.ts'
import type { PolicyKind, PolicySubject } from './policy.ts'
import type { PolicySettings } from './settings.ts'

/** What one policy would do with one environment, if nothing spoke against it. */
export interface Wish {
  subject: PolicySubject
  policy: PolicyKind
  reason: string
  /** When it would be stopped; `null`: as soon as that was said for long enough. */
  dueAt: Date | null
}

const dayMs = 86_400_000

/** GitLab stops an environment when its branch goes, and may take some minutes. */
export const endedGraceMs = 15 * 60_000

/** What each policy that is on would like to stop, sooner or later. */
export function wishesOf(subjects: readonly PolicySubject[], settings: PolicySettings): Wish[] {
  const up = subjects.filter(({ environment }) => environment.state === 'available')
  return [...idle(up, settings), ...ended(up, settings), ...perAuthor(up, settings)]
}

function idle(subjects: readonly PolicySubject[], { idle: allowed }: PolicySettings): Wish[] {
  if (allowed === null) return []
  return subjects.map((subject) => {
    const { lastDeployedAt, environment } = subject
    const dueAt = new Date(lastTouched(subject).getTime() + allowed.days * dayMs)
    const said = lastDeployedAt
      ? `Its last deployment was on ${dayOf(lastDeployedAt)}`
      : `It was created on ${dayOf(environment.createdAt)} and never deployed`
    return { subject, policy: 'idle', reason: `${said}; ${days(allowed.days)} are allowed.`, dueAt }
  })
}

/** A branch that goes on after its merge request ended is still needed. */
function ended(subjects: readonly PolicySubject[], { stopEnded }: PolicySettings): Wish[] {
  if (!stopEnded) return []
  return subjects.flatMap((subject): Wish[] => {
    const { mergeRequest, branch } = subject
    if (mergeRequest?.state !== 'merged' && mergeRequest?.state !== 'closed') return []
    const { endedAt, iid, state } = mergeRequest
    if (branch && endedAt && branch.committedAt > endedAt) return []
    // A deployment that ends after the merge brings back what GitLab had stopped.
    const sinceMs = Math.max(endedAt?.getTime() ?? 0, subject.lastDeployedAt?.getTime() ?? 0)
    const reason = `Merge request !${iid} is ${state}, and GitLab did not stop it.`
    return [{ subject, policy: 'ended', reason, dueAt: new Date(sinceMs + endedGraceMs) }]
  })
}

/** Of each author's review apps the most recently deployed stay; the others are too many, also where one of them must stay. */
function perAuthor(subjects: readonly PolicySubject[], { keepPerAuthor }: PolicySettings): Wish[] {
  if (keepPerAuthor === null) return []
  const known = subjects.filter((subject) => subject.author !== '' && isReviewApp(subject))
  return [...Map.groupBy(known, ({ author }) => author).values()].flatMap((ofAuthor) =>
    ofAuthor
      .toSorted(
        (one, other) =>
          lastTouched(other).getTime() - lastTouched(one).getTime() || other.environment.id - one.environment.id,
      )
      .slice(keepPerAuthor)
      .map((subject): Wish => {
        const reason = `${subject.author} has ${ofAuthor.length} review apps; the ${keepPerAuthor} deployed last stay.`
        return { subject, policy: 'per-author', reason, dueAt: null }
      }),
  )
}

/** `testing` is where teams keep what lives long, such as `qa`. */
export const isReviewApp = ({ environment: { tier } }: PolicySubject): boolean =>
  tier === 'development' || tier === 'other'

const lastTouched = ({ lastDeployedAt, environment }: PolicySubject): Date => lastDeployedAt ?? environment.createdAt

const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`)
