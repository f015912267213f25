import { appsUsedElsewhere, dokkuObserved, gitlabObserved } from '#lib/db/board-facts.ts'
import {
  boardCounts,
  replaceBoardRows,
  replaceBoardSummary,
  rowsNeedingAttention,
  rowsTouchedBy,
} from '#lib/db/board-rows.ts'
import type { Database } from '#lib/db/client.ts'
import { openFindings, writeFindingChanges } from '#lib/db/findings.ts'
import { herokuObserved } from '#lib/db/heroku.ts'
import { revive } from '#lib/db/json.ts'
import { publish } from '#lib/db/notifications.ts'
import { projectSettings } from '#lib/db/settings.ts'
import { urlProbesOf } from '#lib/db/url-probes.ts'
import type { BoardRow } from '#lib/domain/board.ts'
import {
  appsLeft,
  boardRows,
  branchOf,
  type DokkuObserved,
  type GitlabObserved,
  type HerokuObserved,
} from '#lib/domain/board-rows.ts'
import { boardSummary, shownAttention } from '#lib/domain/board-summary.ts'
import type { Commit } from '#lib/domain/branch.ts'
import { isInDoubt } from '#lib/domain/environment-findings.ts'
import { type Finding, findingKey } from '#lib/domain/finding.ts'
import { findingChanges, isNothing, type OpenFinding } from '#lib/domain/finding-changes.ts'
import { laneOf } from '#lib/domain/lane.ts'
import type { Mapping } from '#lib/domain/mapping.ts'
import { isTooOld } from '#lib/domain/source.ts'

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
 * Decides the board again where something changed and keeps what came out, so that a page is one indexed read; what became
 * of its findings is written down with it. Returns the keys of rows that changed, `'summary'` among them when lane,
 * attention or counts did; empty when nothing did.
 */
export async function decideBoard(
  db: Database,
  input: {
    projectId: number
    mapping: Mapping
    hosts: readonly string[]
    hasHeroku: boolean
    /** A probe of a URL that is older says nothing about now. */
    urlStaleMinutes: number
    asOf: Date
    changed: Changed
  },
): Promise<string[]> {
  const { projectId, mapping, asOf } = input
  const scope = await scopeOf(db, projectId, input.changed)
  const [gitlab, dokku, heroku] = await Promise.all([
    gitlabObserved(db, projectId, scope === 'all' ? 'all' : scope),
    dokkuObserved(db, input.hosts),
    herokuObserved(db, input.hasHeroku),
  ])
  const decidedIds = gitlab.environments.map(({ id }) => id)
  const environmentIds = scope === 'all' ? 'all' : [...new Set([...decidedIds, ...scope.environmentIds])]
  const [probes, usedElsewhere, open] = await Promise.all([
    urlProbesOf(db, projectId, environmentIds),
    appsUsedElsewhere(db, appsLeft(gitlab, dokku, mapping), { projectId, environmentIds: decidedIds }),
    openFindings(db, { projectId, environmentIds }),
  ])
  const known = new Map(open.map((finding) => [findingKey(finding), finding]))
  const urls = { probes, staleMinutes: input.urlStaleMinutes }
  const decided = boardRows({ gitlab, dokku, heroku, urls, usedElsewhere, known }, mapping, asOf)
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
    scope === 'all' ? 'all' : [...scope.keys, ...decidedIds.map((id) => `e${id}`)],
    asOf,
  )
  await decideFindings(db, { projectId, rows, dokku, heroku, open, asOf })
  const summaryChanged = await decideSummary(db, gitlab, rows, asOf)
  return summaryChanged ? [...changedKeys, 'summary'] : changedKeys
}

/** Remembers what the rows' findings are now. */
async function decideFindings(
  db: Database,
  {
    projectId,
    rows,
    dokku,
    heroku,
    open,
    asOf,
  }: {
    projectId: number
    rows: readonly BoardRow[]
    dokku: DokkuObserved
    heroku: HerokuObserved
    open: OpenFinding[]
    asOf: Date
  },
): Promise<void> {
  const byEnvironment = new Map(rows.map((row) => [row.environment?.id, row]))
  const rowOf = ({ subject }: Finding) =>
    subject.kind === 'environment' ? byEnvironment.get(subject.environmentId) : undefined
  const changes = findingChanges(
    open,
    rows.flatMap(({ findings }) => findings),
    (finding) => {
      const row = rowOf(finding)
      const sight = row?.heroku ? heroku.sight : row?.app ? dokku.sight(row.app.host) : null
      const isHostSilent = sight !== null && isTooOld(sight, asOf)
      return row !== undefined && isInDoubt(finding, row, { isHostSilent })
    },
  )
  if (isNothing(changes)) return
  await writeFindingChanges(db, changes, (finding) => ({ projectId, host: rowOf(finding)?.app?.host ?? null }), asOf)
  await publish(db, ['findings', `project:${projectId}`])
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
    // Two environments of one app need each other: what one leaves behind may be what the other runs.
    apps: touched.flatMap(({ app }) => app ?? []),
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
  const [comparisons, settings] = await Promise.all([
    db.comparison.findMany({ where: { projectId }, orderBy: { observedAt: 'desc' }, take: 40 }),
    projectSettings(db, projectId),
  ])
  const lane = laneOf({
    rows: rows.filter(({ zone }) => zone === 'lane'),
    deploymentsOf: (environmentId) => deployments.get(environmentId) ?? [],
    commits: (fromSha, toSha) => {
      const comparison = comparisons.find((candidate) => candidate.fromSha === fromSha && candidate.toSha === toSha)
      return comparison ? revive<Commit[]>(comparison.commits) : null
    },
    way: settings.promotion.way,
  })
  const [needingAttention, counts] = await Promise.all([
    rowsNeedingAttention(db, projectId, shownAttention),
    boardCounts(db, projectId),
  ])
  const summary = boardSummary(gitlab.project, lane, { needingAttention, counts }, asOf)
  return replaceBoardSummary(db, summary, asOf)
}
