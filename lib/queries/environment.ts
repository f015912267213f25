import type { Context } from '#lib/context.ts'
import { environmentRow } from '#lib/db/board-row.ts'
import { deploymentValue } from '#lib/db/gitlab-values.ts'
import type { BoardRow, BoardSummary, RowDeployment } from '#lib/domain/board.ts'
import { rowDeployment } from '#lib/domain/board-row.ts'
import type { Operation } from '#lib/domain/operation.ts'
import type { SourceState } from '#lib/domain/source.ts'
import { operationsOf } from './operation.ts'
import { projectHead } from './project.ts'

const shownDeployments = 100

/** Everything an environment's page shows; deployments newest first. Throws `not-found`. */
export async function environmentDetail(
  ctx: Context,
  projectId: number,
  environmentId: number,
): Promise<{
  row: BoardRow
  deployments: RowDeployment[]
  operations: Operation[]
  sources: SourceState[]
  project: BoardSummary
}> {
  const [head, row, deployments, operations] = await Promise.all([
    projectHead(ctx, projectId),
    environmentRow(ctx.db, projectId, environmentId),
    ctx.db.deployment.findMany({
      where: { projectId, environmentId: BigInt(environmentId) },
      orderBy: { iid: 'desc' },
      take: shownDeployments,
    }),
    operationsOf(ctx, projectId, 20, environmentId),
  ])
  return {
    row,
    deployments: deployments.map((deployment) => rowDeployment(deploymentValue(deployment))),
    operations,
    sources: head.sources,
    project: head.summary,
  }
}
