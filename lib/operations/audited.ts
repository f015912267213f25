import { type AuditEntry, appendAudit } from '#lib/db/audit.ts'
import { failureOf } from '#lib/domain/errors.ts'
import type { Context } from '../context.ts'

/** What somebody wants to change in Berth itself: done at once, with nothing to follow. */
export type Change = Pick<AuditEntry, 'action' | 'projectId' | 'target' | 'operationId' | 'details'>

/** Does it and leaves an audit entry, also when it throws. */
export async function audited<Result>(
  ctx: Context,
  change: Change,
  work: () => Promise<{ result: Result; words: string; done?: Partial<Change> }>,
): Promise<Result> {
  const entry = { ...change, at: ctx.now(), actor: ctx.actor }
  try {
    const { result, words, done } = await work()
    await appendAudit(ctx.db, { ...entry, ...done, outcome: 'succeeded', words })
    return result
  } catch (error) {
    const { kind, message } = failureOf(error)
    const outcome = kind === 'unavailable' || kind === 'not-found' ? 'failed' : 'refused'
    await appendAudit(ctx.db, { ...entry, outcome, words: message })
    throw error
  }
}
