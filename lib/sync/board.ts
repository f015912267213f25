import { dokkuObserved, gitlabObserved } from '#lib/db/board-facts.ts'
import {
  boardCounts,
  replaceBoardRows,
  replaceBoardSummary,
  rowsNeedingAttention,
  rowsTouchedBy,
} from '#lib/db/board-rows.ts'
import type { Database } from '#lib/db/client.ts'
import { boardRows, branchOf, type GitlabObserved } from '#lib/domain/board-rows.ts'
import { boardSummary, shownAttention } from '#lib/domain/board-summary.ts'
import { laneOf } from '#lib/domain/lane.ts'
import type { Mapping } from '#lib/domain/mapping.ts'

/** What a look changed; `'all'` decides the whole project again. */
export type Changed =
  | 'all'
  | {
      branches: ReadonlySet<string>
      environmentIds: ReadonlySet<number>
      /** `host/app` */
      apps: ReadonlySet<string>
      /** Names of databases. */
      databases?: ReadonlySet<string>
    }

/**
 * Decides the board again where something changed and keeps what came out, so that a page is one indexed read. Returns
 * the keys of rows that changed, `'summary'` among them when lane, attention or counts did; empty when nothing did.
 */
export async function decideBoard(
  db: Database,
  input: { projectId: number; mapping: Mapping; hosts: readonly string[]; asOf: Date; changed: Changed },
): Promise<string[]> {
  const { projectId, mapping, asOf } = input
  const scope = await scopeOf(db, projectId, input.changed)
  const [gitlab, dokku] = await Promise.all([
    gitlabObserved(db, projectId, scope === 'all' ? 'all' : scope),
    dokkuObserved(db, input.hosts),
  ])
  const decided = boardRows(gitlab, dokku, mapping, asOf)
  // A deployment may name a branch outside the scope, whose own environments were not loaded: that row is not ours to decide.
  const rows = decided.filter((row) => scope === 'all' || row.environment || scope.branches.has(row.branch?.name ?? ''))
  const branchNames = branchNamesOf(gitlab)
  const changedKeys = await replaceBoardRows(
    db,
    projectId,
    rows.map((row) => ({
      row,
      branchName: row.environment ? (branchNames.get(row.environment.id) ?? null) : (row.branch?.name ?? null),
    })),
    scope === 'all' ? 'all' : [...scope.keys, ...gitlab.environments.map(({ id }) => `e${id}`)],
  )
  const summaryChanged = await decideSummary(db, gitlab, rows, asOf)
  return summaryChanged ? [...changedKeys, 'summary'] : changedKeys
}

type Scope = 'all' | { branches: Set<string>; environmentIds: Set<number>; keys: Set<string> }

/** Grows what changed to whole branches: a branch's row goes when an environment takes its place, and comes back after it. */
async function scopeOf(db: Database, projectId: number, changed: Changed): Promise<Scope> {
  if (changed === 'all') return 'all'
  const touched = await rowsTouchedBy(db, projectId, {
    branches: [...changed.branches],
    environmentIds: [...changed.environmentIds],
    apps: [...changed.apps],
    databases: [...(changed.databases ?? [])],
  })
  const branches = new Set(changed.branches)
  if (changed.environmentIds.size > 0) {
    const named = await gitlabObserved(db, projectId, { branches: new Set(), environmentIds: changed.environmentIds })
    for (const name of branchNamesOf(named).values()) branches.add(name)
  }
  for (const { branchName } of touched) if (branchName !== null) branches.add(branchName)
  const siblings = await rowsTouchedBy(db, projectId, {
    branches: [...branches],
    environmentIds: [],
    apps: [],
    databases: [],
  })
  const environmentIds = new Set(changed.environmentIds)
  for (const { environmentId } of [...touched, ...siblings])
    if (environmentId !== null) environmentIds.add(environmentId)
  const keys = new Set([...touched, ...siblings].map(({ key }) => key))
  for (const name of branches) keys.add(`b:${name}`)
  return { branches, environmentIds, keys }
}

function branchNamesOf(gitlab: GitlabObserved): Map<number, string> {
  const deployments = Map.groupBy(gitlab.deployments, ({ environmentId }) => environmentId)
  return new Map(
    gitlab.environments.flatMap((environment): [number, string][] => {
      const name = branchOf(environment, deployments.get(environment.id) ?? [], gitlab.mergeRequests)
      return name === null ? [] : [[environment.id, name]]
    }),
  )
}

async function decideSummary(
  db: Database,
  gitlab: GitlabObserved,
  rows: ReturnType<typeof boardRows>,
  asOf: Date,
): Promise<boolean> {
  const projectId = gitlab.project.id
  const deployments = Map.groupBy(gitlab.deployments, ({ environmentId }) => environmentId)
  const comparisons = await db.comparison.findMany({ where: { projectId }, orderBy: { observedAt: 'desc' }, take: 20 })
  const lane = laneOf({
    rows: rows.filter(({ zone }) => zone === 'lane'),
    deploymentsOf: (environmentId) => deployments.get(environmentId) ?? [],
    commitCount: (fromSha, toSha) => {
      const comparison = comparisons.find((candidate) => candidate.fromSha === fromSha && candidate.toSha === toSha)
      return Array.isArray(comparison?.commits) ? comparison.commits.length : null
    },
  })
  const [needingAttention, counts] = await Promise.all([
    rowsNeedingAttention(db, projectId, shownAttention),
    boardCounts(db, projectId),
  ])
  const summary = boardSummary(gitlab.project, lane, { needingAttention, counts })
  return replaceBoardSummary(db, summary, asOf)
}
