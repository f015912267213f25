import type { Actor } from '../domain/access.ts'
import type { Database, Transaction } from './client.ts'
import { publish } from './notifications.ts'

export const auditOutcomes = ['requested', 'refused', 'succeeded', 'failed', 'canceled'] as const
export type AuditOutcome = (typeof auditOutcomes)[number]

/** One attempt to change something, or its end. Entries are only ever added. */
export interface AuditEntry {
  at: Date
  actor: Pick<Actor, 'name' | 'via'>
  /** `promote`, `stop`, `job.retry`, `job.cancel`, `sign-in`, … */
  action: string
  projectId: number | null
  /** What it was aimed at, in words that stay true when the thing is gone: `environment 7 of project 42`. */
  target: string
  operationId?: string
  outcome: AuditOutcome
  words: string
  details?: Record<string, string | number | boolean | null>
}

/**
 * Adds the entry to the end of the chain, where PostgreSQL numbers and hashes it. Inside a transaction it comes last: from then
 * until the end of that transaction everybody else who appends waits.
 */
export async function appendAudit(db: Database | Transaction, entry: AuditEntry): Promise<void> {
  const { actor, details = {}, ...columns } = entry
  const row = { ...columns, actor: actor.name, via: actor.via }
  await db.auditEntry.createMany({ data: { ...withoutNul(row), details: withoutNul(details) } })
  await publish(db, ['activity'])
}

/** PostgreSQL's text holds no NUL; an attempt that names one is still written down. */
const withoutNul = <Values extends object>(values: Values): Values =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value,
    ]),
  ) as Values
