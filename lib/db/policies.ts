import type { KeepAlive, PolicyKind, PolicyMark, PolicyMemory } from '#lib/domain/policy.ts'
import type { PolicyNotice } from '#lib/domain/policy-notice.ts'
import type { Database, Transaction } from './client.ts'

/** What policies said in this project, and what people said that they still need. */
export async function policyMemory(db: Database, projectId: number): Promise<PolicyMemory> {
  const [marks, kept] = await Promise.all([
    db.policyWarning.findMany({ where: { projectId }, orderBy: [{ actsAt: 'asc' }, { environmentId: 'asc' }] }),
    db.keepAlive.findMany({ where: { projectId } }),
  ])
  return {
    marks: marks.map(({ environmentId, policy, warnedAt, actsAt }) => ({
      environmentId: Number(environmentId),
      policy: policy as PolicyKind,
      warnedAt,
      actsAt,
    })),
    keepAlives: kept.map((row): KeepAlive => ({ ...row, environmentId: Number(row.environmentId) })),
  }
}

const keyOf = ({ environmentId, policy }: PolicyMark) => ({ environmentId: BigInt(environmentId), policy })

/** Writes down that a policy said it; `false` when another worker did so first. */
export async function addMark(tx: Transaction, projectId: number, mark: PolicyMark): Promise<boolean> {
  const { warnedAt, actsAt } = mark
  const data = [{ ...keyOf(mark), projectId, warnedAt, actsAt }]
  return (await tx.policyWarning.createMany({ data, skipDuplicates: true })).count > 0
}

/** Moves a mark that still says what was read of it; `false` when somebody moved it or took it back since. */
export async function moveMark(db: Database | Transaction, mark: PolicyMark, actsAt: Date): Promise<boolean> {
  const { count } = await db.policyWarning.updateMany({
    where: { ...keyOf(mark), actsAt: mark.actsAt },
    data: { actsAt },
  })
  return count > 0
}

/** Takes a mark back that still says what was read of it. */
export async function removeMark(db: Database | Transaction, mark: PolicyMark): Promise<boolean> {
  return (await db.policyWarning.deleteMany({ where: { ...keyOf(mark), actsAt: mark.actsAt } })).count > 0
}

/** Keeps it until then, or for longer where somebody had said so; what policies had announced is taken back. Answers with the end. */
export async function writeKeepAlive(tx: Transaction, projectId: number, keep: KeepAlive): Promise<Date> {
  const environmentId = BigInt(keep.environmentId)
  const before = await tx.keepAlive.findUnique({ where: { environmentId } })
  await tx.policyWarning.deleteMany({ where: { environmentId } })
  if (before && before.until >= keep.until) return before.until
  const { until, by, at } = keep
  await tx.keepAlive.upsert({
    where: { environmentId },
    create: { environmentId, projectId, until, by, at },
    update: { until, by, at },
  })
  return until
}

/** Forgets what ended long ago. */
export async function forgetKeepAlives(db: Database, before: Date): Promise<void> {
  await db.keepAlive.deleteMany({ where: { until: { lt: before } } })
}

/** Projects in which a policy is on, or was and left marks. */
export async function projectsWithPolicies(db: Database): Promise<number[]> {
  const rows = await db.$queryRaw<{ id: number }[]>`
    SELECT project.id FROM "Project" project
    LEFT JOIN "ProjectSettings" settings ON settings."projectId" = project.id
    WHERE coalesce(settings.value->'policies'->>'idle', '') <> ''
      OR settings.value->'policies'->>'stopEnded' = 'true'
      OR coalesce(settings.value->'policies'->>'keepPerAuthor', '') <> ''
      OR EXISTS (SELECT FROM "PolicyWarning" mark WHERE mark."projectId" = project.id)
    ORDER BY project.id`
  return rows.map(({ id }) => id)
}

/** How many stops that policies asked for run in the project now. */
export const runningPolicyStops = (db: Database, projectId: number): Promise<number> =>
  db.operation.count({ where: { projectId, status: 'running', kind: 'stop', requestedVia: 'policy' } })

/** What stands about these environments: the first announced stop, and who keeps them still. */
export async function noticesOf(
  db: Database,
  { projectId, environmentIds, asOf }: { projectId: number; environmentIds: readonly number[]; asOf: Date },
): Promise<PolicyNotice[]> {
  const of = { projectId, environmentId: { in: environmentIds.map(BigInt) } }
  const [marks, kept] = await Promise.all([
    db.policyWarning.findMany({ where: of, orderBy: { actsAt: 'desc' } }),
    db.keepAlive.findMany({ where: { ...of, until: { gt: asOf } } }),
  ])
  // The earliest comes last and stays.
  const stops = new Map(
    marks.map(({ environmentId, policy, actsAt }) => [Number(environmentId), { policy: policy as PolicyKind, actsAt }]),
  )
  const keeps = new Map(kept.map(({ environmentId, until, by }) => [Number(environmentId), { until, by }]))
  return [...new Set([...stops.keys(), ...keeps.keys()])].map((environmentId) => ({
    environmentId,
    stop: stops.get(environmentId) ?? null,
    kept: keeps.get(environmentId) ?? null,
  }))
}
