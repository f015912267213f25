import type { DokkuObserved, GitlabObserved, ObservedApp } from '#lib/domain/board-rows.ts'
import type { Deployment } from '#lib/domain/deployment.ts'
import type { DokkuService } from '#lib/domain/dokku-app.ts'
import type { AppLocation } from '#lib/domain/mapping.ts'
import type { Sight } from '#lib/domain/source.ts'
import type { Database } from './client.ts'
import type { Deployment as DeploymentRow } from './generated/client.ts'
import { branchValue, deploymentValue, environmentValue, mergeRequestValue, pipelineValue } from './gitlab-values.ts'
import { revive } from './json.ts'

/** The part of a project that is decided again: everything, or what these names and ids touch. */
export type BoardScope = 'all' | { branches: ReadonlySet<string>; environmentIds: ReadonlySet<number> }

/** A lane needs its environments' history to know which job deploys which commit; this many are enough. */
const laneHistory = 200

/** What was observed of GitLab in this scope. The environments of the lane always belong to it. */
export async function gitlabObserved(db: Database, projectId: number, scope: BoardScope): Promise<GitlabObserved> {
  const inLane = { tier: { in: ['staging', 'production'] } }
  const [project, source, environments] = await Promise.all([
    db.project.findUniqueOrThrow({ where: { id: projectId } }),
    db.source.findUnique({ where: { id: `gitlab:${projectId}` }, select: { observedAt: true, failingSince: true } }),
    db.environment.findMany({
      where: {
        projectId,
        ...(scope === 'all' ? {} : { OR: [inLane, { id: { in: [...scope.environmentIds].map(BigInt) } }] }),
      },
    }),
  ])
  const deployments = await decisiveDeployments(
    db,
    projectId,
    environments.map(({ id }) => id),
  )
  const refs = scope === 'all' ? null : [...new Set([...scope.branches, ...deployments.map(({ ref }) => ref)])]
  const [branches, mergeRequests, pipelines] = await Promise.all([
    db.branch.findMany({ where: { projectId, ...(refs && { name: { in: refs } }) } }),
    db.mergeRequest.findMany({
      where: { projectId, ...(refs && { OR: [{ sourceBranch: { in: refs } }, { iid: { in: iidsOf(refs) } }] }) },
    }),
    db.pipeline.findMany({
      where: { projectId, ...(refs && { ref: { in: refs } }) },
      orderBy: [{ ref: 'asc' }, { id: 'desc' }],
      distinct: ['ref'],
    }),
  ])
  return {
    project,
    sight: source ?? neverSeen,
    branches: branches.map(branchValue),
    branchesKnown: source?.observedAt != null,
    mergeRequests: mergeRequests.map(mergeRequestValue),
    pipelines: pipelines.map(pipelineValue),
    environments: environments.map((row) => ({ ...environmentValue(row), stateSince: row.stateSince })),
    deployments,
  }
}

const neverSeen: Sight = { observedAt: null, failingSince: null }

/**
 * Of these apps those that an environment uses which is up and is none of `others`, with its name, by `host/app`: as the
 * boards of all projects say.
 */
export async function appsUsedElsewhere(
  db: Database,
  apps: readonly AppLocation[],
  others: { projectId: number; environmentIds: readonly number[] },
): Promise<Map<string, string>> {
  if (apps.length === 0) return new Map()
  const rows = await db.$queryRaw<{ app: string; name: string }[]>`
    SELECT "appHost" || '/' || "appName" AS app, value->'environment'->>'name' AS name FROM "BoardRow"
    WHERE "environmentState" IN ('available', 'stopping')
      AND ("appHost", "appName") IN (
        SELECT * FROM unnest(${apps.map(({ host }) => host)}::text[], ${apps.map(({ app }) => app)}::text[]))
      AND NOT ("projectId" = ${others.projectId} AND "environmentId" = ANY(${others.environmentIds}::bigint[]))
    ORDER BY "projectId", key`
  return new Map(rows.map(({ app, name }) => [app, name]))
}

/** Merge request pipelines deploy from `refs/merge-requests/12/head`; the number leads to the source branch. */
const iidsOf = (refs: readonly string[]): number[] =>
  refs.flatMap((ref) => /^refs\/merge-requests\/(\d+)\//.exec(ref)?.[1] ?? []).map(Number)

/** Of each environment the last successful deployment and all newer ones; of the lane's the recent history too. */
async function decisiveDeployments(db: Database, projectId: number, environmentIds: bigint[]): Promise<Deployment[]> {
  if (environmentIds.length === 0) return []
  const rows = await db.$queryRaw<DeploymentRow[]>`
    SELECT deployment.*
    FROM (
      SELECT environment.id, environment.tier IN ('staging', 'production') AS "inLane", (
        SELECT max(iid) FROM "Deployment"
        WHERE "projectId" = ${projectId} AND "environmentId" = environment.id AND status = 'success'
      ) AS success
      FROM "Environment" environment
      WHERE environment."projectId" = ${projectId} AND environment.id = ANY (${environmentIds}::bigint[])
    ) chosen
    CROSS JOIN LATERAL (
      SELECT * FROM "Deployment"
      WHERE "projectId" = ${projectId} AND "environmentId" = chosen.id
        AND (chosen."inLane" OR chosen.success IS NULL OR iid >= chosen.success)
      ORDER BY iid DESC
      LIMIT ${laneHistory}
    ) deployment`
  return rows.map(deploymentValue)
}

/** What was observed of all Dokku hosts; `hosts` gives the configured order. */
export async function dokkuObserved(db: Database, hosts: readonly string[]): Promise<DokkuObserved> {
  const [known, appRows, serviceRows, sources] = await Promise.all([
    db.dokkuHost.findMany(),
    db.dokkuApp.findMany(),
    db.dokkuService.findMany(),
    db.source.findMany({
      where: { id: { startsWith: 'dokku:' } },
      select: { id: true, observedAt: true, failingSince: true },
    }),
  ])
  const at = (...parts: string[]): string => parts.join('/')
  const apps = new Map<string, ObservedApp>()
  const byDomain = new Map<string, { host: string; app: string }>()
  for (const row of appRows) {
    apps.set(at(row.host, row.name), {
      name: row.name,
      createdAt: row.createdAt,
      locked: row.locked,
      deployedSha: row.deployedSha,
      sourceImage: row.sourceImage,
      deployedAt: row.deployedAt,
      report: revive(row.processes),
      processesAt: row.processesAt,
    })
    for (const domain of row.domains) byDomain.set(domain, { host: row.host, app: row.name })
  }
  const services = new Map<string, DokkuService>(
    serviceRows.map((row) => [
      at(row.host, row.plugin, row.name),
      { ...row, sizeBytes: row.sizeBytes === null ? null : Number(row.sizeBytes) },
    ]),
  )
  const plugins = new Map(known.map((host) => [host.name, host.plugins]))
  const sights = new Map<string, Sight>(sources.map(({ id, ...sight }) => [id.slice('dokku:'.length), sight]))
  return {
    hosts,
    has: ({ host, app }) => apps.has(at(host, app)),
    byDomain: (domain) => byDomain.get(domain) ?? null,
    app: ({ host, app }) => apps.get(at(host, app)) ?? null,
    service: (host, plugin, name) => services.get(at(host, plugin, name)) ?? null,
    sight: (host) => sights.get(host) ?? neverSeen,
    plugins: (host) => plugins.get(host) ?? [],
  }
}
