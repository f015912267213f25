import { type DeployLock, lockHolding } from '../domain/deploy-lock.ts'
import type { Database, Transaction } from './client.ts'
import type { DeployLock as Row } from './generated/client.ts'

/** The locks of a project that hold now, oldest first. */
export async function locksOf(db: Database | Transaction, projectId: number, asOf: Date): Promise<DeployLock[]> {
  const rows = await db.deployLock.findMany({
    where: { projectId, endedAt: null, OR: [{ endsAt: null }, { endsAt: { gt: asOf } }] },
    orderBy: { createdAt: 'asc' },
  })
  return rows.map(lockValue)
}

/** The lock that keeps this environment closed now; `null` when it is open. */
export async function lockOn(
  db: Database | Transaction,
  { projectId, environmentId }: { projectId: number; environmentId: number },
  asOf: Date,
): Promise<DeployLock | null> {
  return lockHolding(await locksOf(db, projectId, asOf), environmentId, asOf)
}

export async function lockById(db: Database, id: string): Promise<DeployLock | null> {
  const row = await db.deployLock.findUnique({ where: { id } })
  return row && lockValue(row)
}

export async function addLock(db: Database, lock: Omit<DeployLock, 'id'>): Promise<DeployLock> {
  const environmentId = lock.environmentId === null ? null : BigInt(lock.environmentId)
  return lockValue(await db.deployLock.create({ data: { ...lock, environmentId } }))
}

/** Opens it; false when it had ended already. */
export async function endLock(db: Database, id: string, { by, at }: { by: string; at: Date }): Promise<boolean> {
  const { count } = await db.deployLock.updateMany({
    where: { id, endedAt: null, OR: [{ endsAt: null }, { endsAt: { gt: at } }] },
    data: { endedAt: at, endedBy: by },
  })
  return count > 0
}

const lockValue = ({ endedAt: _at, endedBy: _by, environmentId, ...lock }: Row): DeployLock => ({
  ...lock,
  environmentId: environmentId === null ? null : Number(environmentId),
})
