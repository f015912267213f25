import type { World } from '#lib/context.ts'
import { closeAbandonedFindings, forgetClosedFindings } from '#lib/db/findings.ts'
import { publish } from '#lib/db/notifications.ts'
import { decideProject } from './decision.ts'
import { decideHost } from './host-findings.ts'
import { topicsOf } from './topics.ts'

/** For so long one can see what was the matter. */
const closedFindingDays = 30

/**
 * Decides every board and host again because time passed: a source that fell silent, a stop that takes too long and a snooze
 * that ends change what is said although no source said anything. Also brings boards that another version of Berth decided
 * to this one's shape.
 */
export async function decideByClock(world: World): Promise<void> {
  const projects = await world.db.project.findMany({ select: { id: true }, orderBy: { id: 'asc' } })
  for (const { id } of projects) {
    const changed = await decideProject(world, id, world.now(), 'all')
    await publish(world.db, topicsOf(id, changed))
  }
  for (const host of world.dokku.keys()) await decideHost(world, host, world.now())
  const shown = {
    projectIds: projects.map(({ id }) => id),
    hosts: [...world.dokku.keys()],
    heroku: world.heroku !== null,
  }
  const abandoned = await closeAbandonedFindings(world.db, shown, world.now())
  if (abandoned > 0) await publish(world.db, ['findings'])
  await forgetClosedFindings(world.db, new Date(world.now().getTime() - closedFindingDays * 86_400_000))
}
