import type { BoardRow, BoardSummary } from '../domain/board.ts'
import type { Database } from './client.ts'
import { revive } from './json.ts'

/** The staging environment that the board shows before a production environment, as it was last seen; `null` when there is none. */
export async function stagingOf(
  db: Database,
  { projectId, productionId }: { projectId: number; productionId: number },
): Promise<{ id: number; row: BoardRow } | null> {
  const kept = await db.boardSummary.findUnique({ where: { projectId } })
  if (!kept) return null
  const { staging, links } = revive<BoardSummary>(kept.value).lane
  const id = links.find(({ toEnvironmentId }) => toEnvironmentId === productionId)?.fromEnvironmentId
  const row = staging.find(({ environment }) => environment?.id === id)
  return id === undefined || row === undefined ? null : { id, row }
}

/** The environment to which a job deployed, as far as Berth has seen; a number to ask GitLab about, not a fact to act on. */
export async function environmentOfJob(db: Database, projectId: number, jobId: number): Promise<number | null> {
  const deployment = await db.deployment.findFirst({ where: { projectId, jobId: BigInt(jobId) } })
  return deployment ? Number(deployment.environmentId) : null
}
