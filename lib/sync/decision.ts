import type { World } from '#lib/context.ts'
import { type Changed, decideBoard } from './board.ts'

/** Deciding a very large project's board from nothing takes a few seconds; this much is a fault. */
const lockTimeoutMs = 120_000

/** A URL that was passed over so many times in a row, and for that long, says nothing about now. */
const missedProbes = 3
const urlStaleMinutes = 10

/**
 * Decides a project's board where something changed. One at a time a project: a look at GitLab and one at Dokku may end
 * together, and the one that read less must not write last.
 */
export async function decideProject(world: World, projectId: number, asOf: Date, changed: Changed): Promise<string[]> {
  if (changed !== 'all' && isNothing(changed)) return []
  return world.db.$transaction(
    async (transaction) => {
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('board'), ${projectId}::int)`
      const project = await transaction.project.findUnique({ where: { id: projectId } })
      if (!project) return []
      return decideBoard(world.db, {
        projectId,
        mapping: world.mappingOf(project.pathWithNamespace),
        hosts: [...world.dokku.keys()],
        hasHeroku: world.heroku !== null,
        urlStaleMinutes: Math.max(urlStaleMinutes, missedProbes * (world.limits.probeSeconds / 60)),
        asOf,
        changed,
      })
    },
    { timeout: lockTimeoutMs, maxWait: lockTimeoutMs },
  )
}

const isNothing = ({ branches, environmentIds, apps, databases }: Exclude<Changed, 'all'>): boolean =>
  branches.size + environmentIds.size + apps.size + (databases?.size ?? 0) === 0
