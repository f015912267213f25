import { createHash } from 'node:crypto'
import {
  type BoardCounts,
  type BoardRow,
  type BoardSummary,
  type PlainFilter,
  plainFilters,
} from '#lib/domain/board.ts'
import { authorOf, searchText } from '#lib/domain/board-row.ts'
import { healthRank } from '#lib/domain/board-summary.ts'
import { leftoverKinds } from '#lib/domain/environment-findings.ts'
import { environmentFindingKinds, isSnoozed } from '#lib/domain/finding.ts'
import { checkingState, healthOrder } from '#lib/domain/truth.ts'
import type { Database } from './client.ts'
import { Prisma } from './generated/client.ts'
import { revive } from './json.ts'

/** Keys of rows that stand for these branches, environments, apps (`host/app`) or databases (by name). */
export async function rowsTouchedBy(
  db: Database,
  projectId: number,
  touched: { branches: string[]; environmentIds: number[]; apps: string[]; databases: string[] },
): Promise<{ key: string; branchName: string | null; environmentId: number | null; app: string | null }[]> {
  const apps = touched.apps.map((location) => location.slice(location.indexOf('/') + 1))
  const rows = await db.boardRow.findMany({
    where: {
      projectId,
      OR: [
        { branchName: { in: touched.branches } },
        { environmentId: { in: touched.environmentIds.map(BigInt) } },
        { appName: { in: apps } },
        { databaseName: { in: touched.databases } },
      ],
    },
    select: { key: true, branchName: true, environmentId: true, appHost: true, appName: true },
  })
  return rows.map(({ key, branchName, environmentId, appHost, appName }) => ({
    key,
    branchName,
    environmentId: environmentId === null ? null : Number(environmentId),
    app: appName === null ? null : `${appHost}/${appName}`,
  }))
}

/** Apps of a host about which a row says that the host was not asked since GitLab said what happened to them, by project. */
export async function appsWaitingForHost(db: Database, host: string): Promise<Map<number, Set<string>>> {
  const rows = await db.$queryRaw<{ projectId: number; app: string }[]>`
    SELECT "projectId", "appHost" || '/' || "appName" AS app FROM "BoardRow"
    WHERE "appHost" = ${host} AND value->'dokku'->>'state' = ${checkingState}`
  const waiting = new Map<number, Set<string>>()
  for (const { projectId, app } of rows) waiting.set(projectId, (waiting.get(projectId) ?? new Set()).add(app))
  return waiting
}

/**
 * Writes the rows that differ from what is kept and deletes the kept ones of `replaced` (`'all'`: of the project) that
 * were not decided again. Returns the keys that changed, appeared or went.
 */
export async function replaceBoardRows(
  db: Database,
  projectId: number,
  rows: readonly { row: BoardRow; branchName: string | null }[],
  replaced: 'all' | readonly string[],
  asOf: Date,
): Promise<string[]> {
  const records = rows.map(({ row, branchName }) => boardRecord(row, branchName, asOf))
  const written = await db.$queryRaw<{ key: string }[]>`
    INSERT INTO "BoardRow" AS kept (
      "projectId", key, zone, "branchName", "environmentId", "appHost", "appName", "databaseName", search, health,
      "healthRank", "environmentState", "mergeRequestState", "findingKinds", author, "activeAt", value, hash
    )
    SELECT ${projectId}, * FROM jsonb_to_recordset(${`[${records.join(',')}]`}::jsonb) AS decided (
      key text, zone text, "branchName" text, "environmentId" bigint, "appHost" text, "appName" text, "databaseName" text,
      search text, health text, "healthRank" int, "environmentState" text, "mergeRequestState" text,
      "findingKinds" text[], author text, "activeAt" timestamptz, value jsonb, hash text
    )
    ON CONFLICT ("projectId", key) DO UPDATE SET
      zone = excluded.zone, "branchName" = excluded."branchName", "environmentId" = excluded."environmentId",
      "appHost" = excluded."appHost", "appName" = excluded."appName", "databaseName" = excluded."databaseName",
      search = excluded.search, health = excluded.health, "healthRank" = excluded."healthRank",
      "environmentState" = excluded."environmentState", "mergeRequestState" = excluded."mergeRequestState",
      "findingKinds" = excluded."findingKinds", author = excluded.author, "activeAt" = excluded."activeAt",
      value = excluded.value, hash = excluded.hash
    WHERE kept.hash <> excluded.hash
    RETURNING key`
  const decided = new Set(rows.map(({ row }) => row.key))
  const gone = await goneKeys(db, projectId, decided, replaced)
  if (gone.length > 0) await db.boardRow.deleteMany({ where: { projectId, key: { in: gone } } })
  return [...written.map(({ key }) => key), ...gone]
}

async function goneKeys(
  db: Database,
  projectId: number,
  decided: ReadonlySet<string>,
  replaced: 'all' | readonly string[],
): Promise<string[]> {
  const where = replaced === 'all' ? { projectId } : { projectId, key: { in: [...replaced] } }
  const kept = await db.boardRow.findMany({ where, select: { key: true } })
  return kept.map(({ key }) => key).filter((key) => !decided.has(key))
}

/** A row with its columns, as JSON. A whole board is megabytes, so what its hash is taken of is what is sent. */
function boardRecord(row: BoardRow, branchName: string | null, asOf: Date): string {
  const value = JSON.stringify(row)
  const columns = {
    key: row.key,
    zone: row.zone,
    branchName,
    environmentId: row.environment?.id ?? null,
    appHost: row.app?.host ?? null,
    appName: row.app?.app ?? null,
    databaseName: row.database?.name ?? null,
    search: searchText(row),
    health: row.health,
    healthRank: healthRank(row.health),
    environmentState: row.environment?.state ?? 'none',
    mergeRequestState: row.mergeRequest?.state ?? 'none',
    findingKinds: row.findings.filter((finding) => !isSnoozed(finding, asOf)).map(({ kind }) => kind),
    author: authorOf(row),
    activeAt: row.activeAt,
  }
  const text = JSON.stringify(columns).slice(0, -1)
  // Of the columns too: what of a row is snoozed changes with the time alone.
  const hash = createHash('sha256').update(text).update(value).digest('base64url')
  return `${text},"hash":"${hash}","value":${value}}`
}

/** The rows of one zone that need attention, the worst first. */
export async function rowsNeedingAttention(db: Database, projectId: number, limit: number): Promise<BoardRow[]> {
  const rows = await db.boardRow.findMany({
    where: { projectId, zone: 'branch', NOT: { findingKinds: { isEmpty: true } } },
    orderBy: [{ healthRank: 'asc' }, { activeAt: 'desc' }],
    take: limit,
    select: { value: true },
  })
  return rows.map(({ value }) => revive<BoardRow>(value))
}

/** Counts of the branch zone, over all its rows. */
export async function boardCounts(db: Database, projectId: number): Promise<BoardCounts> {
  const zone = Prisma.sql`"projectId" = ${projectId} AND zone = 'branch'`
  const [[plain], kinds, healths] = await Promise.all([
    db.$queryRaw<Record<PlainFilter | 'branches', number>[]>`
      SELECT count(*)::int AS "all",
        count(*) FILTER (WHERE "findingKinds" <> '{}')::int AS "attention",
        count(*) FILTER (WHERE "environmentState" IN ('available', 'stopping'))::int AS "up",
        count(*) FILTER (WHERE "mergeRequestState" = 'opened')::int AS "open",
        count(*) FILTER (WHERE "findingKinds" && ${[...leftoverKinds]})::int AS "leftover",
        count(*) FILTER (WHERE "environmentState" = 'none')::int AS "no-app",
        (SELECT count(*) FROM "Branch" WHERE "projectId" = ${projectId})::int AS "branches"
      FROM "BoardRow" WHERE ${zone}`,
    counted(db.$queryRaw`
      SELECT kind AS name, count(*)::int AS count FROM "BoardRow", unnest("findingKinds") AS kind WHERE ${zone} GROUP BY kind`),
    counted(db.$queryRaw`SELECT health AS name, count(*)::int AS count FROM "BoardRow" WHERE ${zone} GROUP BY health`),
  ])
  return {
    branches: plain?.branches ?? 0,
    reviewApps: plain?.up ?? 0,
    byHealth: each(healthOrder, (health) => healths.get(health) ?? 0),
    byFilter: {
      ...each(plainFilters, (filter) => plain?.[filter] ?? 0),
      ...each(environmentFindingKinds, (kind) => kinds.get(kind) ?? 0),
    },
    attention: plain?.attention ?? 0,
  }
}

const counted = async (rows: Promise<{ name: string; count: number }[]>): Promise<Map<string, number>> =>
  new Map((await rows).map(({ name, count }) => [name, count]))

const each = <Name extends string>(names: readonly Name[], count: (name: Name) => number): Record<Name, number> =>
  Object.fromEntries(names.map((name) => [name, count(name)])) as Record<Name, number>

/** Keeps the summary; returns whether it differs from the one before. */
export async function replaceBoardSummary(db: Database, summary: BoardSummary, decidedAt: Date): Promise<boolean> {
  const value = JSON.stringify(summary)
  const written = await db.$executeRaw`
    INSERT INTO "BoardSummary" AS kept ("projectId", value, "decidedAt")
    VALUES (${summary.projectId}, ${value}::jsonb, ${decidedAt})
    ON CONFLICT ("projectId") DO UPDATE SET value = excluded.value, "decidedAt" = excluded."decidedAt"
    WHERE kept.value <> excluded.value`
  return written > 0
}
