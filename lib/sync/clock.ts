import type { World } from '#lib/context.ts'
import { publish } from '#lib/db/notifications.ts'
import { decideProject } from './decision.ts'
import { topicsOf } from './topics.ts'

/**
 * Decides every board again because time passed: a host that fell silent and a stop that takes too long change what a row
 * says although no source said anything. Also brings boards that another version of Berth decided to this one's shape.
 */
export async function decideByClock(world: World): Promise<void> {
  const projects = await world.db.project.findMany({ select: { id: true }, orderBy: { id: 'asc' } })
  for (const { id } of projects) {
    const changed = await decideProject(world, id, world.now(), 'all')
    await publish(world.db, topicsOf(id, changed))
  }
}
