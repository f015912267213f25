import { isSnoozed } from './finding.ts'
import type { PolicyIntent, PolicyMark, PolicySubject } from './policy.ts'
import { endedGraceMs, isReviewApp, type Wish } from './policy-wishes.ts'
import type { PolicySettings } from './settings.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** After a stop that failed a policy tries again once a day: the same job mostly fails in the same way. */
export const retryMs = dayMs

/** How long it is said before it is done, so that somebody can press Keep. */
function noticeMs({ policy }: Pick<Wish, 'policy'>, { idle }: PolicySettings): number {
  switch (policy) {
    case 'idle':
      return (idle?.warnDays ?? 0) * dayMs
    case 'ended':
      return endedGraceMs
    case 'per-author':
      return hourMs
  }
}

/**
 * When a policy says what it wants, and when it does it. Never before it was said for the whole notice, and never before the
 * instant that people were told: settings that become stricter break no promise.
 */
export function intentOf(
  wish: Wish,
  settings: PolicySettings,
  { mark, keptUntil }: { mark: PolicyMark | null; keptUntil: Date | null },
  asOf: Date,
): PolicyIntent {
  const notice = noticeMs(wish, settings)
  const dueMs = Math.max(wish.dueAt?.getTime() ?? 0, keptUntil?.getTime() ?? 0)
  const isLater = dueMs - notice > asOf.getTime()
  const said = isLater ? null : mark
  const saidMs = said?.warnedAt.getTime() ?? Math.max(dueMs - notice, asOf.getTime())
  const actsAt = new Date(Math.max(dueMs, saidMs + notice, said?.actsAt.getTime() ?? 0))
  const hindrance = passingObjection(wish.subject, asOf)
  return {
    environmentId: wish.subject.environment.id,
    environmentName: wish.subject.environment.name,
    policy: wish.policy,
    reason: wish.reason,
    warnsAt: new Date(saidMs),
    actsAt,
    due: isLater ? 'later' : dueOf({ isMarked: mark !== null, actsAt, hindrance }, asOf),
    hindrance,
  }
}

function dueOf(
  { isMarked, actsAt, hindrance }: { isMarked: boolean; actsAt: Date; hindrance: string | null },
  asOf: Date,
): PolicyIntent['due'] {
  if (!isMarked) return hindrance === null ? 'warn' : 'later'
  return actsAt <= asOf && hindrance === null ? 'stop' : 'warned'
}

/** What speaks against ever stopping it by a policy, until somebody changes that. */
export function lastingObjection(subject: PolicySubject, { skipLabels }: PolicySettings, asOf: Date): string | null {
  const { environment, branch, mergeRequest, protection, snooze } = subject
  if (!isReviewApp(subject)) return `${environment.name} is a ${environment.tier} environment and no review app.`
  if (branch?.isDefault) return `It is of the default branch.`
  if (branch?.isProtected) return `It is of a protected branch.`
  if (protection !== null) return protection
  const skipped = new Set(skipLabels.map(folded))
  const label = mergeRequest?.labels.find((one) => skipped.has(folded(one)))
  if (label !== undefined) return `Merge request !${mergeRequest?.iid} has the label ${label}.`
  if (snooze !== null && isSnoozed({ snooze }, asOf)) return `${snooze.by} snoozed it: ${snooze.reason}`
  return null
}

/** What makes it wait for a while. */
function passingObjection({ doubt, busy, isDeploying, failedAt }: PolicySubject, asOf: Date): string | null {
  if (doubt !== null) return doubt
  if (busy !== null) return busy
  if (isDeploying) return 'A deployment to it is running.'
  if (failedAt !== null && asOf.getTime() - failedAt.getTime() < retryMs) {
    return 'Stopping it failed less than a day ago.'
  }
  return null
}

const folded = (label: string): string => label.trim().toLowerCase()
