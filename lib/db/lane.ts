import type { BoardSummary } from '../domain/board.ts'
import type { Database } from './client.ts'
import { revive } from './json.ts'

/** The id of the staging environment that the board shows before a production environment; `null` when there is none. */
export async function stagingOf(
  db: Database,
  { projectId, productionId }: { projectId: number; productionId: number },
): Promise<number | null> {
  const row = await db.boardSummary.findUnique({ where: { projectId } })
  const links = row ? revive<BoardSummary>(row.value).lane.links : []
  return links.find(({ toEnvironmentId }) => toEnvironmentId === productionId)?.fromEnvironmentId ?? null
}

/** The environment to which a job deployed, as far as Berth has seen; a number to ask GitLab about, not a fact to act on. */
export async function environmentOfJob(db: Database, projectId: number, jobId: number): Promise<number | null> {
  const deployment = await db.deployment.findFirst({ where: { projectId, jobId: BigInt(jobId) } })
  return deployment ? Number(deployment.environmentId) : null
}
