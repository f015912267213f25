import type { World } from '#lib/context.ts'
import { publish } from '#lib/db/notifications.ts'
import { compareLanes } from './comparison.ts'
import { decideProject } from './decision.ts'
import { type LookOutcome, lookAt } from './look.ts'
import { projectCursor } from './project-cursor.ts'
import { readWhole } from './project-full.ts'
import { readNews } from './project-news.ts'
import type { ProjectChanges, ProjectReading } from './project-reading.ts'
import { topicsOf } from './topics.ts'

/** `full` reads every page; `idle` only what is new; `due` is idle, or full when the last full look is too old or missing. */
export type ProjectLookMode = 'full' | 'idle' | { fullAfterMinutes: number }

/** Reads one project from GitLab, decides its board where something changed, and says so to whoever has a page open. */
export async function syncProject(world: World, projectId: number, mode: ProjectLookMode): Promise<LookOutcome> {
  const { db, gitlab } = world
  const changes: ProjectChanges = { branches: new Set(), environmentIds: new Set() }
  const outcome = await lookAt(world, `gitlab:${projectId}`, async (look) => {
    const reading: ProjectReading = { db, gitlab, projectId, look, changes }
    const before = projectCursor(look.cursor)
    const isFull = isFullLook(mode, before.fullAt, look.asOf)
    const cursor = isFull ? await readWhole(reading, before) : await readNews(reading, before)
    await look.observed()

    const changedCount = changes.branches.size + changes.environmentIds.size
    const isWholeBoard = isFull || look.unfinished || look.observedAt === null
    const rows = await decideProject(
      world,
      projectId,
      look.asOf,
      isWholeBoard ? 'all' : { ...changes, apps: new Set() },
    )
    const { environmentIds, notComparable } = await compareLanes(reading, cursor.notComparable)
    const compared = await decideProject(world, projectId, look.asOf, {
      branches: new Set(),
      environmentIds: new Set(environmentIds),
      apps: new Set(),
    })
    const topics = topicsOf(projectId, [...rows, ...compared], changes.environmentIds)
    if (look.failingSince !== null || look.observedAt === null) topics.push(`project:${projectId}`, 'fleet')
    await publish(db, topics)
    return { cursor: { ...cursor, notComparable }, changed: changedCount }
  })
  if (outcome.status === 'failed' && outcome.isNewFailure) await publish(db, [`project:${projectId}`, 'fleet'])
  return outcome
}

function isFullLook(mode: ProjectLookMode, fullAt: Date | null, asOf: Date): boolean {
  if (mode === 'full' || fullAt === null) return true
  return mode !== 'idle' && asOf.getTime() - fullAt.getTime() >= mode.fullAfterMinutes * 60_000
}
