import type { FreezePeriod } from '../domain/freeze.ts'
import type { Database } from './client.ts'
import { publish } from './notifications.ts'

/** As last read, in GitLab's order. */
export async function freezePeriods(db: Database, projectId: number): Promise<FreezePeriod[]> {
  const rows = await db.freezePeriod.findMany({ where: { projectId }, orderBy: { id: 'asc' } })
  return rows.map(({ id, freezeStart, freezeEnd, timeZone }) => ({ id, freezeStart, freezeEnd, timeZone }))
}

/** Keeps exactly these, and tells whoever has the project open where anything is different from before. */
export async function writeFreezePeriods(
  db: Database,
  { projectId, asOf }: { projectId: number; asOf: Date },
  periods: readonly FreezePeriod[],
): Promise<void> {
  const kept = await freezePeriods(db, projectId)
  const ordered = periods.toSorted((one, other) => one.id - other.id)
  if (JSON.stringify(kept) === JSON.stringify(ordered.map(columnsOf))) return
  await db.$transaction([
    db.freezePeriod.deleteMany({ where: { projectId } }),
    db.freezePeriod.createMany({
      data: ordered.map((period) => ({ ...columnsOf(period), projectId, observedAt: asOf })),
      // Another process that reads the same project may have been first.
      skipDuplicates: true,
    }),
  ])
  await publish(db, [`project:${projectId}`])
}

const columnsOf = ({ id, freezeStart, freezeEnd, timeZone }: FreezePeriod): FreezePeriod => ({
  id,
  freezeStart,
  freezeEnd,
  timeZone,
})
