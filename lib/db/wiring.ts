import type { Check } from '#lib/domain/wiring/check.ts'
import type { DeployKey } from '#lib/domain/wiring/facts.ts'
import type { WiringReport } from '#lib/domain/wiring/report.ts'
import type { Database, Transaction } from './client.ts'
import type { Prisma } from './generated/client.ts'

/** What was found when somebody last asked; `null` when nobody has. */
export async function wiringReport(db: Database, projectId: number): Promise<WiringReport | null> {
  const row = await db.wiringReport.findUnique({ where: { projectId } })
  return row && { checks: row.checks as unknown as Check[], checkedAt: row.checkedAt, checkedBy: row.checkedBy }
}

/** Keeps it unless a later one is kept already. */
export async function writeWiringReport(db: Database, projectId: number, report: WiringReport): Promise<void> {
  const data = { ...report, checks: report.checks as unknown as Prisma.InputJsonArray }
  const { count } = await db.wiringReport.updateMany({
    where: { projectId, checkedAt: { lte: report.checkedAt } },
    data,
  })
  if (count === 0) await db.wiringReport.createMany({ data: [{ projectId, ...data }], skipDuplicates: true })
}

/** The public half of the key that Berth made for a project's jobs; `null` when it made none. */
export async function deployKeyOf(db: Database, projectId: number): Promise<DeployKey | null> {
  const row = await db.deployKey.findUnique({ where: { projectId } })
  if (!row) return null
  const { publicKey, fingerprint, createdAt, createdBy } = row
  return { publicKey, fingerprint, createdAt, createdBy }
}

/** In place of the one before, whose private half is nowhere any more. */
export async function writeDeployKey(tx: Transaction, projectId: number, key: DeployKey): Promise<void> {
  await tx.deployKey.upsert({ where: { projectId }, create: { projectId, ...key }, update: key })
}
