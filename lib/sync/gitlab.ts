import type { World } from '#lib/context.ts'
import { publish } from '#lib/db/notifications.ts'
import { appsDeployedSince } from '#lib/db/observations-dokku.ts'
import { compareLanes } from './comparison.ts'
import { decideProject } from './decision.ts'
import { type LookOutcome, lookAt } from './look.ts'
import { type ProjectCursor, projectCursor } from './project-cursor.ts'
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

    const isWholeBoard = isFull || look.unfinished || look.observedAt === null
    // What was deployed since GitLab was asked last could not be compared with it before.
    const apps = isWholeBoard ? noApps : await appsDeployedSince(db, look.observedAt)
    const { topics, notComparable } = await decideReading(world, reading, cursor, { isWholeBoard, apps })
    if (look.failingSince !== null || look.observedAt === null) topics.push(`project:${projectId}`, 'fleet')
    await publish(db, topics)
    return { cursor: { ...cursor, notComparable }, changed: changes.branches.size + changes.environmentIds.size }
  })
  if (outcome.status === 'failed' && outcome.isNewFailure) await publish(db, [`project:${projectId}`, 'fleet'])
  return outcome
}

const noApps: ReadonlySet<string> = new Set()

/** Decides the board where the reading found changes and at these apps, or all of it; answers whom that concerns. */
export async function decideReading(
  world: World,
  reading: ProjectReading,
  cursor: ProjectCursor,
  { isWholeBoard, apps = noApps }: { isWholeBoard: boolean; apps?: ReadonlySet<string> },
): Promise<{ topics: string[]; notComparable: string[] }> {
  const { projectId, look, changes } = reading
  const where = isWholeBoard ? 'all' : { ...changes, apps }
  const rows = await decideProject(world, projectId, look.asOf, where)
  const { environmentIds, notComparable } = await compareLanes(reading, cursor.notComparable)
  const compared = await decideProject(world, projectId, look.asOf, {
    branches: new Set(),
    environmentIds: new Set(environmentIds),
    apps: noApps,
  })
  return { topics: topicsOf(projectId, [...rows, ...compared], changes.environmentIds), notComparable }
}

function isFullLook(mode: ProjectLookMode, fullAt: Date | null, asOf: Date): boolean {
  if (mode === 'full' || fullAt === null) return true
  return mode !== 'idle' && asOf.getTime() - fullAt.getTime() >= mode.fullAfterMinutes * 60_000
}
