import { type AuditEntry, appendAudit } from '#lib/db/audit.ts'
import { type StoredSweepItem, writeSweepItem } from '#lib/db/sweep-items.ts'
import type { Held } from './beat.ts'
import type { SweepSources } from './sweep-sources.ts'
import type { SweepMoment } from './sweep-truth.ts'

/** One item in hand: a copy that every write brings up to date, here and in the database. */
export interface Taking {
  readonly held: Held<SweepMoment>
  readonly item: StoredSweepItem
  readonly sources: SweepSources
}

/** Writes the item, with its audit entry when there is one to it, and tells who looks on. */
export async function save(
  { held, item }: Taking,
  change: Partial<Pick<StoredSweepItem, 'status' | 'words' | 'progress' | 'startedAt' | 'endedAt'>>,
  entry?: AuditEntry,
): Promise<void> {
  Object.assign(item, change)
  await held.commit(async (transaction) => {
    await writeSweepItem(transaction, held.operation.id, item)
    if (entry) await appendAudit(transaction, entry)
  })
}
