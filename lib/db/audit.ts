import type { Actor } from '../domain/access.ts'
import type { Database, Transaction } from './client.ts'

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
  outcome: 'requested' | 'refused' | 'succeeded' | 'failed' | 'canceled'
  words: string
  details?: Record<string, string | number | boolean | null>
}

export async function appendAudit(db: Database | Transaction, entry: AuditEntry): Promise<void> {
  const { actor, details, ...columns } = entry
  await db.auditEntry.create({ data: { ...columns, actor: actor.name, via: actor.via, details: details ?? {} } })
}
