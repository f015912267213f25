import type { BoardFilter, BoardPage, BoardQuery, BoardRow, PlainFilter } from '#lib/domain/board.ts'
import { leftoverKinds } from '#lib/domain/environment-findings.ts'
import { environmentFindingKinds } from '#lib/domain/finding.ts'
import type { Database } from './client.ts'
import { Prisma } from './generated/client.ts'
import { revive } from './json.ts'

/** Counting what a search finds stops here: nobody pages further, and a count of everything costs as much as reading everything. */
const countLimit = 1000

const plain: Record<PlainFilter, Prisma.Sql> = {
  all: Prisma.sql`true`,
  attention: Prisma.sql`"findingKinds" <> '{}'`,
  up: Prisma.sql`"environmentState" IN ('available', 'stopping')`,
  open: Prisma.sql`"mergeRequestState" = 'opened'`,
  leftover: Prisma.sql`"findingKinds" && ${[...leftoverKinds]}`,
  'no-app': Prisma.sql`"environmentState" = 'none'`,
}

const filters = {
  ...plain,
  ...Object.fromEntries(environmentFindingKinds.map((kind) => [kind, Prisma.sql`${kind} = ANY ("findingKinds")`])),
} as Record<BoardFilter, Prisma.Sql>

const orders: Record<BoardQuery['sort'], Record<BoardQuery['direction'], Prisma.Sql>> = {
  active: { asc: Prisma.sql`"activeAt" ASC, key`, desc: Prisma.sql`"activeAt" DESC, key` },
  health: {
    asc: Prisma.sql`"healthRank" ASC, "activeAt" DESC, key`,
    desc: Prisma.sql`"healthRank" DESC, "activeAt" DESC, key`,
  },
  branch: { asc: Prisma.sql`"branchName" ASC NULLS LAST, key`, desc: Prisma.sql`"branchName" DESC NULLS LAST, key` },
  author: { asc: Prisma.sql`author ASC, "activeAt" DESC, key`, desc: Prisma.sql`author DESC, "activeAt" DESC, key` },
}

/** One page of the branch zone. A page past the end is read as the last one. */
export async function readBoardPage(
  db: Database,
  projectId: number,
  query: BoardQuery,
  pageSize: number,
): Promise<BoardPage> {
  const matching = Prisma.sql`"projectId" = ${projectId} AND zone = 'branch' AND ${filters[query.filter]} AND ${matches(query.q)}`
  const counted = async (limit: number | null): Promise<number> => {
    const [row] = await db.$queryRaw<{ total: number }[]>`
      SELECT count(*)::int AS total FROM (SELECT FROM "BoardRow" WHERE ${matching} LIMIT ${limit}::int) AS counted`
    return row?.total ?? 0
  }
  const reading = (page: number): Promise<{ value: unknown }[]> => db.$queryRaw`
    SELECT value FROM "BoardRow" WHERE ${matching}
    ORDER BY ${orders[query.sort][query.direction]} LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`

  const [total, read] = await Promise.all([counted(countLimit + 1), reading(query.page)])
  const isPastEnd = read.length === 0 && total > 0
  const page = isPastEnd ? Math.ceil((await counted(null)) / pageSize) : query.page
  const rows = isPastEnd ? await reading(page) : read
  const known = total > countLimit && query.q === '' ? await countKept(db, projectId, query.filter) : null
  return {
    rows: rows.map(({ value }) => revive<BoardRow>(value)),
    total: known ?? Math.min(total, countLimit),
    totalIsCapped: known === null && total > countLimit,
    page,
    pageSize,
  }
}

/** How many rows a filter shows, as it was counted when the board was decided. */
async function countKept(db: Database, projectId: number, filter: BoardFilter): Promise<number | null> {
  const [row] = await db.$queryRaw<{ count: number | null }[]>`
    SELECT (value->'counts'->'byFilter'->>${filter})::int AS count FROM "BoardSummary" WHERE "projectId" = ${projectId}`
  return row?.count ?? null
}

/** Every word must occur somewhere, in any order; `%` and `_` are themselves. */
function matches(q: string): Prisma.Sql {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return Prisma.sql`true`
  const patterns = words.map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`)
  return Prisma.join(
    patterns.map((pattern) => Prisma.sql`search LIKE ${pattern}`),
    ' AND ',
  )
}
