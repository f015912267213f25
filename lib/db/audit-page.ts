import type { Operation } from '../domain/operation.ts'
import type { AuditEntry, AuditOutcome } from './audit.ts'
import type { Database } from './client.ts'
import type { AuditEntry as Row } from './generated/client.ts'

/** What of the audit is to be read. */
export interface AuditFilter {
  projectId: number | null
  actor: string | null
  action: string | null
  outcome: AuditOutcome | null
  /** This instant is in. */
  from: Date | null
  /** This instant is out. */
  until: Date | null
  /** Whose sight limits it: entries of these projects, and of this actor. */
  sight: 'all' | { projectIds: number[]; actor: string }
}

/** An entry as it stands in the chain. */
export interface StoredAuditEntry extends Required<Omit<AuditEntry, 'operationId'>> {
  /** Counts up in the order of appending. */
  id: number
  operationId: string | null
  previousHash: string
  hash: string
}

/** Newest first. Pages are cut by the entries' numbers, so that what is appended meanwhile moves none of them. */
export interface AuditPage {
  entries: StoredAuditEntry[]
  total: number
  /** The page after this one is of entries before this number; `null` when there is none. */
  olderBefore: number | null
  /** The page that leads here; `'newest'` when it is the first, `null` when this is. */
  newerBefore: number | 'newest' | null
}

export async function readAuditPage(
  db: Database,
  filter: AuditFilter,
  { before, pageSize }: { before: number | null; pageSize: number },
): Promise<AuditPage> {
  const where = whereOf(filter)
  const [total, older, newer] = await Promise.all([
    db.auditEntry.count({ where }),
    db.auditEntry.findMany({
      where: { AND: [where, before === null ? {} : { id: { lt: BigInt(before) } }] },
      orderBy: { id: 'desc' },
      take: pageSize + 1,
    }),
    before === null
      ? null
      : db.auditEntry.findMany({
          where: { AND: [where, { id: { gte: BigInt(before) } }] },
          orderBy: { id: 'asc' },
          skip: pageSize,
          take: 1,
          select: { id: true },
        }),
  ])
  const entries = older.slice(0, pageSize).map(fromRow)
  return {
    entries,
    total,
    olderBefore: older.length > pageSize ? (entries.at(-1)?.id ?? null) : null,
    newerBefore: newer && (newer[0] ? Number(newer[0].id) : 'newest'),
  }
}

/** Everything that the filter lets through, newest first, a batch at a time; what is appended meanwhile is not in it. */
export async function* auditBatches(
  db: Database,
  filter: AuditFilter,
  batchSize: number,
): AsyncGenerator<StoredAuditEntry[]> {
  const where = whereOf(filter)
  let below: bigint | null = null
  while (true) {
    const rows: Row[] = await db.auditEntry.findMany({
      where: { AND: [where, below === null ? {} : { id: { lt: below } }] },
      orderBy: { id: 'desc' },
      take: batchSize,
    })
    if (rows.length > 0) yield rows.map(fromRow)
    const last = rows.at(-1)
    if (!last || rows.length < batchSize) return
    below = last.id
  }
}

/** Who and what is in the audit, as far as it is seen, in the order of the alphabet. */
export async function auditNames(
  db: Database,
  { sight }: Pick<AuditFilter, 'sight'>,
): Promise<{ actors: string[]; actions: string[] }> {
  const [actors, actions] = await Promise.all([
    db.auditEntry.groupBy({ by: 'actor', where: inSight(sight), orderBy: { actor: 'asc' } }),
    db.auditEntry.groupBy({ by: 'action', where: inSight(sight), orderBy: { action: 'asc' } }),
  ])
  return { actors: actors.map(({ actor }) => actor), actions: actions.map(({ action }) => action) }
}

/** Where an operation is followed. */
export type OperationPlace = Pick<Operation, 'id' | 'kind' | 'status' | 'projectId' | 'environmentId' | 'jobId'>

/** By id; those that are gone are left out. */
export async function operationPlaces(db: Database, ids: readonly string[]): Promise<Map<string, OperationPlace>> {
  const rows = await db.operation.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, kind: true, status: true, projectId: true, environmentId: true, jobId: true },
  })
  return new Map(
    rows.map(({ id, kind, status, projectId, environmentId, jobId }) => [
      id,
      {
        id,
        kind: kind as Operation['kind'],
        status: status as Operation['status'],
        projectId,
        environmentId: environmentId === null ? null : Number(environmentId),
        jobId: jobId === null ? null : Number(jobId),
      },
    ]),
  )
}

const inSight = (sight: AuditFilter['sight']) =>
  sight === 'all' ? {} : { OR: [{ projectId: { in: sight.projectIds } }, { actor: sight.actor }] }

function whereOf({ projectId, actor, action, outcome, from, until, sight }: AuditFilter) {
  return {
    AND: [inSight(sight)],
    ...(projectId !== null && { projectId }),
    ...(actor !== null && { actor }),
    ...(action !== null && { action }),
    ...(outcome !== null && { outcome }),
    at: { ...(from && { gte: from }), ...(until && { lt: until }) },
  }
}

function fromRow({ id, actor, via, outcome, details, ...columns }: Row): StoredAuditEntry {
  return {
    id: Number(id),
    ...columns,
    actor: { name: actor, via: via as StoredAuditEntry['actor']['via'] },
    outcome: outcome as AuditOutcome,
    details: details as StoredAuditEntry['details'],
  }
}
