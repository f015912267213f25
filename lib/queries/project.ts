import type { Context } from '#lib/context.ts'
import { withAges } from '#lib/db/board-ages.ts'
import { revive } from '#lib/db/json.ts'
import { sourceStates } from '#lib/db/sources.ts'
import { together } from '#lib/db/together.ts'
import type { BoardSummary } from '#lib/domain/board.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { SourceState } from '#lib/domain/source.ts'
import { projectNotFound, requireSight } from './sight.ts'

export interface ProjectHead {
  summary: BoardSummary
  sources: SourceState[]
  decidedAt: Date
}

/** The head of a project's page. `decidedAt` is when anything in it last changed. Throws `not-found`. */
export async function projectHead(ctx: Context, projectId: number): Promise<ProjectHead> {
  requireSight(ctx, projectId)
  return together(`head ${projectId}`, () => readHead(ctx, projectId))
}

async function readHead(ctx: Context, projectId: number): Promise<ProjectHead> {
  const [kept, sources] = await Promise.all([
    ctx.db.boardSummary.findUnique({ where: { projectId } }),
    sourceStates(ctx.db, projectId),
  ])
  if (!kept) throw await notFound(ctx, projectId)
  const summary = revive<BoardSummary>(kept.value)
  const { staging, production } = summary.lane
  const lane = await withAges(ctx.db, projectId, [...staging, ...production])
  return {
    summary: {
      ...summary,
      lane: { ...summary.lane, staging: lane.slice(0, staging.length), production: lane.slice(staging.length) },
    },
    sources,
    decidedAt: kept.decidedAt,
  }
}

/** Throws `not-found` for a project that Berth does not show. */
export async function requireProject(ctx: Context, projectId: number): Promise<void> {
  requireSight(ctx, projectId)
  const kept = await ctx.db.boardSummary.findUnique({ where: { projectId }, select: { projectId: true } })
  if (!kept) throw await notFound(ctx, projectId)
}

async function notFound(ctx: Context, projectId: number): Promise<BerthError> {
  const project = await ctx.db.project.findUnique({ where: { id: projectId }, select: { pathWithNamespace: true } })
  return project
    ? new BerthError(
        'unavailable',
        'gitlab',
        `${project.pathWithNamespace} is being read for the first time; try again in a few seconds.`,
      )
    : projectNotFound(projectId)
}
