import type { World } from '#lib/context.ts'
import { publish } from '#lib/db/notifications.ts'
import { keepOnlyProjects, writeProjects } from '#lib/db/observations-projects.ts'
import { whereSet } from '#lib/domain/connections.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Project } from '#lib/domain/project.ts'
import { decideProject } from './decision.ts'
import { type Look, type LookOutcome, lookAt } from './look.ts'

/**
 * Reads which projects there are: those named by `paths`, or, where none is named, all that the token is a member of and
 * that are not archived. A named project that GitLab does not show makes the look fail with its name, after the others were
 * written; what was known of it stays.
 */
export async function syncProjects(world: World, paths: readonly string[]): Promise<LookOutcome> {
  const { db } = world
  const outcome = await lookAt(world, 'gitlab', async (look) => {
    const { projects, missing } = paths.length > 0 ? await named(world, look, paths) : await memberOf(world, look)
    const changed = await writeProjects(db, projects, look.asOf)
    const kept = await db.project.findMany({ where: { pathWithNamespace: { in: missing } }, select: { id: true } })
    const gone = await keepOnlyProjects(
      db,
      [...projects, ...kept].map(({ id }) => id),
    )
    for (const id of changed) await decideProject(world, id, look.asOf, 'all')
    if (changed.length + gone.length > 0) await publish(db, ['fleet', ...changed.map((id) => `project:${id}`)])
    if (missing.length > 0) throw notShown(missing)
    await look.observed()
    return { cursor: {}, changed: changed.length + gone.length }
  })
  const isTurned = outcome.status === 'failed' ? outcome.isNewFailure : outcome.status === 'done' && outcome.recovered
  if (isTurned) await publish(db, ['fleet'])
  return outcome
}

interface Found {
  projects: Project[]
  /** Named, but GitLab does not show them to this token. */
  missing: string[]
}

async function memberOf({ gitlab }: World, look: Look): Promise<Found> {
  const projects = await look.ask(() => gitlab.projects())
  return { projects: projects.filter(({ archived }) => !archived), missing: [] }
}

async function named({ gitlab }: World, look: Look, paths: readonly string[]): Promise<Found> {
  const found: Found = { projects: [], missing: [] }
  for (const path of paths) {
    try {
      found.projects.push(await look.ask(() => gitlab.project(path)))
    } catch (error) {
      if (!(error instanceof BerthError) || error.kind !== 'not-found') throw error
      found.missing.push(path)
    }
  }
  return found
}

const notShown = (paths: readonly string[]) =>
  new BerthError(
    'not-found',
    'gitlab',
    `GitLab does not show ${paths.join(', ')} to Berth's token. Check the projects ${whereSet('BERTH_GITLAB_PROJECTS')}, and that the token's user is a member.`,
  )
