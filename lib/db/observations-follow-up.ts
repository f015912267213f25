import type { Database } from './client.ts'

/** Environments, not stopped ones, that a job of these pipelines deployed to: a job of the same pipeline may stop them. */
export async function environmentsOfPipelines(
  db: Database,
  projectId: number,
  pipelineIds: readonly number[],
): Promise<number[]> {
  if (pipelineIds.length === 0) return []
  const rows = await db.$queryRaw<{ id: bigint }[]>`
    SELECT DISTINCT environment."id" FROM "Environment" AS environment
    JOIN "Deployment" AS deployment ON deployment."environmentId" = environment."id"
      AND deployment."projectId" = environment."projectId"
    WHERE environment."projectId" = ${projectId} AND environment."state" <> 'stopped'
      AND deployment."pipelineId" = ANY(${pipelineIds.map(BigInt)}::bigint[])`
  return rows.map(({ id }) => Number(id))
}

/** Environments that were first seen stopping after `since`. */
export async function stoppingEnvironments(db: Database, projectId: number, since: Date): Promise<number[]> {
  const rows = await db.environment.findMany({
    where: { projectId, state: 'stopping', stateSince: { gt: since } },
    select: { id: true },
  })
  return rows.map(({ id }) => Number(id))
}

/** Answers whether it had been known. */
export async function forgetBranch(db: Database, projectId: number, name: string): Promise<boolean> {
  const { count } = await db.branch.deleteMany({ where: { projectId, name } })
  return count > 0
}

/** Forgets the environment with its deployments; answers whether it had been known. */
export async function forgetEnvironment(db: Database, projectId: number, id: number): Promise<boolean> {
  const [, { count }] = await db.$transaction([
    db.deployment.deleteMany({ where: { projectId, environmentId: BigInt(id) } }),
    db.environment.deleteMany({ where: { projectId, id: BigInt(id) } }),
  ])
  return count > 0
}
