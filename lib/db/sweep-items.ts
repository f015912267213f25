import type { SweepItem, SweepItemStatus, Victim } from '#lib/domain/sweep.ts'
import type { Database, Transaction } from './client.ts'
import type { SweepItem as Row } from './generated/client.ts'
import { revive } from './json.ts'

/**
 * What a sweep has asked for itself on behalf of an item. It is written before the asking: a process that takes over can
 * tell what Berth did from what went by itself.
 */
export interface SweepProgress {
  /** The operation that stops it, or `asking` until that is known; `null` when none was asked for. */
  stop: string | null
  app: 'asked' | 'destroyed' | null
  database: 'asked' | 'destroyed' | null
}

export interface StoredSweepItem extends SweepItem {
  progress: SweepProgress
}

const noProgress: SweepProgress = { stop: null, app: null, database: null }

export async function recordSweepItems(
  db: Transaction,
  operationId: string,
  victims: readonly Victim[],
): Promise<void> {
  await db.sweepItem.createMany({
    data: victims.map((victim, index) => ({
      operationId,
      position: index + 1,
      victim: json({ ...victim, progress: noProgress }),
      status: 'waiting',
      words: '',
    })),
  })
}

/** In their order; empty for what is no sweep. */
export async function sweepItemsOf(db: Database | Transaction, operationId: string): Promise<StoredSweepItem[]> {
  const rows = await db.sweepItem.findMany({ where: { operationId }, orderBy: { position: 'asc' } })
  return rows.map(fromRow)
}

export async function writeSweepItem(db: Transaction, operationId: string, item: StoredSweepItem): Promise<void> {
  const { position, status, words, startedAt, endedAt, ...victim } = item
  await db.sweepItem.update({
    where: { operationId_position: { operationId, position } },
    data: { status, words, startedAt, endedAt, victim: json(victim) },
  })
}

/** Ends what was not begun. */
export async function skipWaitingItems(
  db: Transaction,
  operationId: string,
  { words, endedAt }: { words: string; endedAt: Date },
): Promise<void> {
  await db.sweepItem.updateMany({
    where: { operationId, status: { in: ['waiting', 'running'] } },
    data: { status: 'skipped', words, endedAt },
  })
}

function fromRow(row: Row): StoredSweepItem {
  return {
    ...revive<Victim & { progress: SweepProgress }>(row.victim),
    position: row.position,
    status: row.status as SweepItemStatus,
    words: row.words,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
  }
}

const json = (value: unknown) => JSON.parse(JSON.stringify(value))
