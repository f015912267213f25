import type { Failure } from '../domain/errors.ts'
import type { Operation, OperationKind, OperationStatus, OperationStep } from '../domain/operation.ts'
import type { Database, Transaction } from './client.ts'
import type { Operation as Row } from './generated/client.ts'
import { revive } from './json.ts'
import { LeaseLost } from './lease.ts'

/** An operation with what carrying it on needs. `plan` belongs to the operation's kind. */
export interface StoredOperation extends Operation {
  /** The person as whom GitLab is asked; `null`: Berth's own token asks. */
  requestedById: string | null
  plan: Record<string, unknown>
}

export interface NewOperation {
  kind: OperationKind
  projectId: number
  environmentId: number | null
  /** While an operation with this subject runs, recording another answers with that one. */
  activeSubject: string
  input: Record<string, unknown>
  title: string
  plan: Record<string, unknown>
  steps: OperationStep[]
  jobId: number | null
  requestedBy: string
  requestedById: string | null
  requestedVia: string
  createdAt: Date
}

/** Who carries an operation: one process, until the lease lapses by the database's clock. */
export interface Lease {
  owner: string
  seconds: number
}

/** What one beat changed. */
export interface OperationChange {
  steps?: OperationStep[]
  plan?: Record<string, unknown>
  jobId?: number | null
}

/**
 * Writes the operation down, held by `lease`. When one with the same active subject runs already, that one is the answer
 * and `isNew` is false.
 */
export async function recordOperation(
  db: Database | Transaction,
  operation: NewOperation,
  lease: Lease,
): Promise<{ operation: StoredOperation; isNew: boolean }> {
  // The running one may end between the insert that it prevented and the read that looks for it: then the insert goes through.
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const [row] = await db.operation.createManyAndReturn({
      data: [newRow(operation)],
      skipDuplicates: true,
    })
    if (row) {
      await db.$executeRaw`
        UPDATE "Operation" SET "leaseOwner" = ${lease.owner}, "leaseUntil" = now() + make_interval(secs => ${lease.seconds})
        WHERE "id" = ${row.id}`
      return { operation: fromRow(row), isNew: true }
    }
    const running = await runningOperation(db, operation.activeSubject)
    if (running) return { operation: running, isNew: false }
  }
  throw new Error(`The operation ${operation.activeSubject} could neither be recorded nor found.`)
}

export async function runningOperation(db: Database | Transaction, subject: string): Promise<StoredOperation | null> {
  const row = await db.operation.findUnique({ where: { activeSubject: subject } })
  return row ? fromRow(row) : null
}

export async function operationById(db: Database, id: string): Promise<StoredOperation | null> {
  const row = await db.operation.findUnique({ where: { id } })
  return row ? fromRow(row) : null
}

/** Newest first. */
export async function operationsOf(
  db: Database,
  subject: { projectId: number; environmentId?: number },
  limit: number,
): Promise<Operation[]> {
  const { projectId, environmentId } = subject
  const rows = await db.operation.findMany({
    where: { projectId, ...(environmentId === undefined ? {} : { environmentId: BigInt(environmentId) }) },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit,
  })
  return rows.map((row) => publicPart(fromRow(row)))
}

/** What leaves the server: without what only carrying it on needs. */
export function publicPart({ plan: _, requestedById: __, ...operation }: StoredOperation): Operation {
  return operation
}

/** Takes running operations that nobody carries, oldest first; several processes never take the same one. */
export async function claimOperations(db: Database, lease: Lease, limit: number): Promise<StoredOperation[]> {
  const claimed = await db.$queryRaw<{ id: string }[]>`
    UPDATE "Operation" SET "leaseOwner" = ${lease.owner}, "leaseUntil" = now() + make_interval(secs => ${lease.seconds})
    WHERE "id" IN (
      SELECT "id" FROM "Operation"
      WHERE "status" = 'running' AND ("leaseUntil" IS NULL OR "leaseUntil" < now())
      ORDER BY "createdAt" LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    RETURNING "id"`
  if (claimed.length === 0) return []
  const rows = await db.operation.findMany({ where: { id: { in: claimed.map(({ id }) => id) } } })
  return rows.map(fromRow)
}

/** Writes down who wants it to end early, the first one for good; `false` when it has ended. */
export async function requestCancel(db: Database, id: string, by: string): Promise<boolean> {
  await db.operation.updateMany({
    where: { id, status: 'running', cancelRequestedBy: null },
    data: { cancelRequestedBy: by },
  })
  return (await db.operation.count({ where: { id, status: 'running' } })) > 0
}

export async function cancelRequestedBy(db: Database, id: string): Promise<string | null> {
  const row = await db.operation.findUnique({ where: { id }, select: { cancelRequestedBy: true } })
  return row?.cancelRequestedBy ?? null
}

/** Prolongs the hold; throws `LeaseLost` when it is somebody else's by now. */
export async function renewLease(db: Database, id: string, lease: Lease): Promise<void> {
  const renewed = await db.$executeRaw`
    UPDATE "Operation" SET "leaseUntil" = now() + make_interval(secs => ${lease.seconds})
    WHERE "id" = ${id} AND "leaseOwner" = ${lease.owner} AND "status" = 'running'`
  if (renewed === 0) throw new LeaseLost(id)
}

/** Lets the next process take it at once. Nothing happens when the lease was lost before. */
export async function releaseLease(db: Database, id: string, owner: string): Promise<void> {
  await db.operation.updateMany({ where: { id, leaseOwner: owner }, data: { leaseOwner: null, leaseUntil: null } })
}

/** Throws `LeaseLost` unless `owner` still holds it. */
export async function changeOperation(
  db: Database | Transaction,
  id: string,
  owner: string,
  change: OperationChange,
): Promise<void> {
  const { count } = await db.operation.updateMany({
    where: { id, leaseOwner: owner, status: 'running' },
    data: {
      ...(change.steps && { steps: json(change.steps) }),
      ...(change.plan && { plan: json(change.plan) }),
      ...(change.jobId !== undefined && { jobId: change.jobId === null ? null : BigInt(change.jobId) }),
    },
  })
  if (count === 0) throw new LeaseLost(id)
}

/** Ends it for good. Throws `LeaseLost` unless `owner` still holds it. */
export async function endOperation(
  db: Database | Transaction,
  id: string,
  owner: string,
  end: { status: Exclude<OperationStatus, 'running'>; steps: OperationStep[]; failure: Failure | null; endedAt: Date },
): Promise<void> {
  const { count } = await db.operation.updateMany({
    where: { id, leaseOwner: owner, status: 'running' },
    data: {
      status: end.status,
      steps: json(end.steps),
      ...(end.failure && { error: json(end.failure) }),
      endedAt: end.endedAt,
      activeSubject: null,
      leaseOwner: null,
      leaseUntil: null,
    },
  })
  if (count === 0) throw new LeaseLost(id)
}

function newRow({ title, plan, ...operation }: NewOperation) {
  return {
    ...operation,
    status: 'running',
    environmentId: operation.environmentId === null ? null : BigInt(operation.environmentId),
    jobId: operation.jobId === null ? null : BigInt(operation.jobId),
    input: json(operation.input),
    plan: json({ ...plan, title }),
    steps: json(operation.steps),
  }
}

function fromRow(row: Row): StoredOperation {
  const plan = revive<Record<string, unknown>>(row.plan)
  return {
    id: row.id,
    kind: row.kind as OperationKind,
    status: row.status as OperationStatus,
    projectId: row.projectId,
    environmentId: row.environmentId === null ? null : Number(row.environmentId),
    title: String(plan.title ?? ''),
    steps: revive<OperationStep[]>(row.steps),
    jobId: row.jobId === null ? null : Number(row.jobId),
    failure: row.error as Failure | null,
    requestedBy: row.requestedBy,
    requestedById: row.requestedById,
    requestedVia: row.requestedVia,
    cancelRequestedBy: row.cancelRequestedBy,
    isOnHeroku: typeof plan.heroku === 'string',
    createdAt: row.createdAt,
    endedAt: row.endedAt,
    plan,
  }
}

/** Prisma's JSON input wants plain JSON: instants become ISO strings, which `revive` turns back. */
const json = (value: unknown) => JSON.parse(JSON.stringify(value))
