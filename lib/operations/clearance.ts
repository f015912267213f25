import { useApproval } from '#lib/db/approvals.ts'
import { standingOf } from '#lib/domain/approval.ts'
import type { PromotionPlan } from '#lib/domain/board.ts'
import type { Closure } from '#lib/domain/closure.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { type GuardKind, unmet, unmetGuards } from '#lib/domain/guard.ts'
import { listed } from '#lib/domain/sentence.ts'
import type { Decided } from './ask.ts'

/** What a person gave besides the click, as their request has it. */
export interface Pressed {
  typedSha?: string | undefined
  reason?: string | undefined
  /** The guards that the reason was given for; absent: whatever stands there. */
  reasonFor?: readonly GuardKind[] | undefined
}

/** Only what was given: what the audit keeps of the request. */
export function pressedInput({ typedSha, reason }: Pressed): Record<string, string> {
  return { ...(typedSha !== undefined && { typedSha }), ...(reason !== undefined && { reason }) }
}

export interface Clearance extends Pick<Decided<object>, 'details' | 'alongside'> {
  /** What was overridden and why, as sentences after a blank; `''` when nothing stood in the way. */
  words: string
}

/**
 * Lets a deployment through whose guards are all met, with what that leaves behind: the reason of an override, and the use of
 * an approval. Throws `refused` with what is still demanded.
 */
export function clearance(
  { sha, guards }: Pick<PromotionPlan, 'sha' | 'guards'>,
  { approvalNeeded, approval }: Closure,
  pressed: Pressed,
  asOf: Date,
): Clearance {
  const reason = pressed.reason?.trim() ?? ''
  const approved = approval !== null && standingOf(approval, asOf) === 'approved' ? approval : null
  const { typedSha = null, reasonFor } = pressed
  const given = { typedSha, reason, reasonFor, isApproved: approved !== null, sha }
  const demanded = unmet(guards, given)
  if (demanded !== null) {
    const open = unmetGuards(guards, given)
    throw new BerthError('refused', 'berth', `${open.map(({ words }) => words).join(' ')} ${demanded}`, {
      demands: open,
    })
  }
  const overridden = guards.filter(({ demand }) => demand === 'reason' || demand === 'sha').map(({ kind }) => kind)
  const used = approvalNeeded ? approved : null
  return {
    words: [
      overridden.length > 0 ? ` In spite of ${listed(overridden)}${reason === '' ? '' : `, because: ${reason}`}.` : '',
      used ? ` ${used.answeredBy} agreed.` : '',
    ].join(''),
    details: {
      ...(overridden.length > 0 && { overridden: overridden.join(', ') }),
      ...(used && { approval: used.id, approvedBy: used.answeredBy }),
    },
    ...(used && { alongside: (tx, operationId) => useApproval(tx, used.id, operationId) }),
  }
}
