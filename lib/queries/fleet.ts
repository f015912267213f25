import type { Context } from '#lib/context.ts'
import { revive } from '#lib/db/json.ts'
import { sourceStates } from '#lib/db/sources.ts'
import { together } from '#lib/db/together.ts'
import { roleIn } from '#lib/domain/access.ts'
import type { BoardSummary } from '#lib/domain/board.ts'
import type { SourceState } from '#lib/domain/source.ts'

export interface Fleet {
  projects: { summary: BoardSummary; source: SourceState }[]
  sources: SourceState[]
}

/** Every project that the actor sees, those that need attention first, then by path. */
export async function fleet(ctx: Context): Promise<Fleet> {
  const { projects, sources } = await together('fleet', () => readFleet(ctx))
  const isSeen = (projectId: number) => roleIn(ctx.actor, projectId) !== null
  return {
    projects: projects.filter(({ summary }) => isSeen(summary.projectId)),
    sources: sources.filter(({ id }) => !/^gitlab:\d+$/.test(id) || isSeen(Number(id.slice('gitlab:'.length)))),
  }
}

async function readFleet(ctx: Context): Promise<Fleet> {
  const [kept, sources] = await Promise.all([
    ctx.db.boardSummary.findMany({ select: { value: true } }),
    sourceStates(ctx.db),
  ])
  const states = new Map(sources.map((source) => [source.id, source]))
  const projects = kept.map(({ value }) => {
    const summary = revive<BoardSummary>(value)
    return { summary, source: states.get(`gitlab:${summary.projectId}`) ?? neverSeen(summary.projectId) }
  })
  projects.sort(
    (one, other) =>
      Number(other.summary.counts.attention > 0) - Number(one.summary.counts.attention > 0) ||
      one.summary.pathWithNamespace.localeCompare(other.summary.pathWithNamespace),
  )
  return { projects, sources }
}

const neverSeen = (projectId: number): SourceState => ({
  id: `gitlab:${projectId}`,
  observedAt: null,
  attemptedAt: null,
  failingSince: null,
  failure: null,
})
