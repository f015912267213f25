import type { Context } from '#lib/context.ts'
import { type AppDetail, appDetail } from '#lib/db/app-detail.ts'
import { environmentRow } from '#lib/db/board-row.ts'
import { eventsOf } from '#lib/db/dokku-events.ts'
import { branchValue, deploymentValue } from '#lib/db/gitlab-values.ts'
import { type HerokuDetail, herokuDetail } from '#lib/db/heroku.ts'
import type { BoardRow, BoardSummary, RowDeployment } from '#lib/domain/board.ts'
import { rowDeployment } from '#lib/domain/board-row.ts'
import { type StoredFinding, subjectKey } from '#lib/domain/finding.ts'
import type { Operation } from '#lib/domain/operation.ts'
import type { SourceState } from '#lib/domain/source.ts'
import { type TimelineEntry, timelineOf } from '#lib/domain/timeline.ts'
import { findingsAbout } from './findings.ts'
import { operationsOf } from './operation.ts'
import { projectHead } from './project.ts'

export type { HerokuDetail }

const shown = { deployments: 100, operations: 50, events: 100, releases: 30 }

/** Everything that an environment's page shows. */
export interface EnvironmentDetail {
  row: BoardRow
  /** What is known of its app; `null` when none is mapped or the host has none. */
  app: AppDetail | null
  /** The same of one on Heroku. */
  heroku: HerokuDetail | null
  /** About the environment, its app and its databases; open ones, snoozed ones last. */
  findings: StoredFinding[]
  /** Newest first. */
  deployments: RowDeployment[]
  operations: Operation[]
  timeline: TimelineEntry[]
  sources: SourceState[]
  project: BoardSummary
}

/** Throws `not-found`. */
export async function environmentDetail(
  ctx: Context,
  projectId: number,
  environmentId: number,
): Promise<EnvironmentDetail> {
  const [head, row, deploymentRows, operations] = await Promise.all([
    projectHead(ctx, projectId),
    environmentRow(ctx.db, projectId, environmentId),
    ctx.db.deployment.findMany({
      where: { projectId, environmentId: BigInt(environmentId) },
      orderBy: { iid: 'desc' },
      take: shown.deployments,
    }),
    operationsOf(ctx, projectId, shown.operations, environmentId),
  ])
  const [branches, app, events, heroku] = await Promise.all([
    ctx.db.branch.findMany({ where: { projectId, name: { in: [...new Set(deploymentRows.map(({ ref }) => ref))] } } }),
    row.app && appDetail(ctx.db, row.app),
    row.app ? eventsOf(ctx.db, row.app, shown.events) : [],
    row.heroku && herokuDetail(ctx.db, row.heroku.app),
  ])
  const branchOf = new Map(branches.map((branch) => [branch.name, branchValue(branch)]))
  const deployments = deploymentRows.map((deployment) =>
    rowDeployment(deploymentValue(deployment), branchOf.get(deployment.ref) ?? null),
  )
  return {
    row,
    app,
    heroku,
    findings: await findingsAbout(ctx, subjectsOf(row, app)),
    deployments,
    operations,
    timeline: timelineOf({ deployments, operations, events, releases: heroku?.releases ?? [] }, shown),
    sources: head.sources,
    project: head.summary,
  }
}

/** What a finding on this page may be about, by `subjectKey`. */
function subjectsOf({ environment, app, database }: BoardRow, detail: AppDetail | null): string[] {
  const databases = [
    ...(database?.exists ? [database] : []),
    ...(detail?.services ?? []).map((service) => ({ ...service, host: detail?.host ?? '' })),
  ]
  const keys = [
    ...(environment
      ? [subjectKey({ kind: 'environment', environmentId: environment.id, name: environment.name })]
      : []),
    ...(app ? [subjectKey({ kind: 'app', host: app.host, app: app.app })] : []),
    ...databases.map(({ host, plugin, name }) => subjectKey({ kind: 'database', host, plugin, name })),
  ]
  return [...new Set(keys)]
}
