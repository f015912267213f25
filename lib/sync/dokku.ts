import type { World } from '#lib/context.ts'
import { publish } from '#lib/db/notifications.ts'
import {
  projectsRestingOn,
  writeApps,
  writeHost,
  writeRefusedKey,
  writeServiceNames,
} from '#lib/db/observations-dokku.ts'
import type { Dokku } from '#lib/dokku/index.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { decideProject } from './decision.ts'
import { type HostChanges, inspect } from './host-inspection.ts'
import { type Look, type LookOutcome, lookAt } from './look.ts'
import { topicsOf } from './topics.ts'

/**
 * Looks at one host: everything that is cheap for all apps at once, then the dear reports for the few apps that need one
 * now. Decides the boards that rest on what changed. An unreachable host, or one with another key, keeps its last facts.
 */
export async function syncHost(world: World, host: string): Promise<LookOutcome> {
  const dokku = world.dokku.get(host)
  if (!dokku) throw new BerthError('not-found', 'dokku', `No Dokku host ${host} is configured.`)
  const outcome = await lookAt(world, `dokku:${host}`, async (look) => {
    const changes: HostChanges = { apps: new Set(), databases: new Set() }
    await readHost(world, dokku, look, changes)
    await look.observed()
    const cursor = await inspect(world, dokku, look, changes)
    await decideBoards(world, look, changes)
    return { cursor, changed: changes.apps.size + changes.databases.size }
  })
  if (outcome.status === 'failed') {
    if (dokku.refusedKey !== null) await writeRefusedKey(world.db, host, dokku.refusedKey)
    if (outcome.isNewFailure) await publishToAll(world)
  }
  return outcome
}

async function readHost({ db }: World, dokku: Dokku, look: Look, changes: HostChanges): Promise<void> {
  const seen = await look.ask(() => dokku.look(look.signal))
  const observed = { host: dokku.host, asOf: look.asOf }
  look.signal.throwIfAborted()
  await writeHost(db, observed, { version: seen.version, plugins: seen.servicePlugins })
  const apps = await writeApps(db, observed, seen.apps)
  const services = await writeServiceNames(db, observed, seen.services)
  for (const name of [...apps.changed, ...apps.gone]) changes.apps.add(name)
  for (const { name } of [...services.added, ...services.gone]) changes.databases.add(name)
}

async function decideBoards(world: World, look: Look, changes: HostChanges): Promise<void> {
  // Until a host was seen, nothing of it could be judged: its first look concerns every row.
  const isWhole = look.observedAt === null || look.unfinished
  const projectIds = isWhole ? await allProjects(world) : await touchedProjects(world, changes)
  for (const projectId of projectIds) {
    look.signal.throwIfAborted()
    const rows = await decideProject(
      world,
      projectId,
      look.asOf,
      isWhole ? 'all' : { branches: new Set(), environmentIds: new Set(), ...changes },
    )
    await publish(world.db, topicsOf(projectId, rows))
  }
  if (look.failingSince !== null) await publishToAll(world)
}

async function touchedProjects({ db }: World, { apps, databases }: HostChanges): Promise<number[]> {
  if (apps.size + databases.size === 0) return []
  return projectsRestingOn(db, { apps: [...apps], databases: [...databases] })
}

async function allProjects({ db }: World): Promise<number[]> {
  const rows = await db.project.findMany({ select: { id: true }, orderBy: { id: 'asc' } })
  return rows.map(({ id }) => id)
}

/** Every page shows how fresh each host is, so each must hear when one fails or comes back. */
async function publishToAll(world: World): Promise<void> {
  const projectIds = await allProjects(world)
  await publish(world.db, ['fleet', ...projectIds.map((id) => `project:${id}`)])
}
