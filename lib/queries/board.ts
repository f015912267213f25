import { z } from 'zod'
import type { Context } from '#lib/context.ts'
import { withAges } from '#lib/db/board-ages.ts'
import { readBoardPage } from '#lib/db/board-page.ts'
import { together } from '#lib/db/together.ts'
import { type BoardPage, type BoardQuery, boardFilters, boardSorts } from '#lib/domain/board.ts'
import { type ProjectHead, projectHead, requireProject } from './project.ts'
import { requireSight } from './sight.ts'

export const boardPageSize = 50

const oneOf = <Value extends string>(values: readonly [Value, ...Value[]], fallback: Value) =>
  z.enum(values).catch(fallback)

const longestSearch = 300

const boardQuery = z.object({
  // Cut and not dropped: the table must never show everything to somebody who searched. PostgreSQL's text holds no NUL.
  q: z
    .string()
    .catch('')
    .transform((words) => words.replaceAll('\0', '').trim().slice(0, longestSearch)),
  filter: oneOf(boardFilters, 'all'),
  sort: oneOf(boardSorts, 'active'),
  page: z.coerce.number().int().min(1).max(10_000).catch(1),
})

/**
 * Reads the table's part of an address, forgiving: what cannot be meant falls back to the default. Direction defaults to
 * what a person expects of the sort: newest activity first, worst health first, names from A.
 */
export function parseBoardQuery(params: URLSearchParams | Record<string, string | string[] | undefined>): BoardQuery {
  const given = params instanceof URLSearchParams ? Object.fromEntries(params) : params
  const { q, filter, sort, page } = boardQuery.parse({
    q: given.q ?? '',
    filter: given.filter,
    sort: given.sort,
    page: given.page ?? 1,
  })
  const direction =
    given.direction === 'asc' || given.direction === 'desc' ? given.direction : sort === 'active' ? 'desc' : 'asc'
  return { q, filter, sort, direction, page }
}

/** One page of a project's branch table. A page past the end is the last page. Throws `not-found`. */
export async function boardPage(ctx: Context, projectId: number, query: BoardQuery): Promise<BoardPage> {
  requireSight(ctx, projectId)
  return together(`board ${projectId} ${JSON.stringify(query)}`, async () => {
    const page = await readBoardPage(ctx.db, projectId, query, boardPageSize)
    if (page.rows.length === 0) await requireProject(ctx, projectId)
    return { ...page, rows: await withAges(ctx.db, projectId, page.rows) }
  })
}

/** A project's whole page as data, for programs. */
export async function projectBoard(
  ctx: Context,
  projectId: number,
  query: BoardQuery,
): Promise<ProjectHead & { query: BoardQuery; board: BoardPage }> {
  requireSight(ctx, projectId)
  return together(`page ${projectId} ${JSON.stringify(query)}`, async () => {
    const [head, board] = await Promise.all([projectHead(ctx, projectId), boardPage(ctx, projectId, query)])
    return { ...head, query, board }
  })
}
