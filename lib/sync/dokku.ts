import type { World } from '#lib/context.ts'
import { publish } from '#lib/db/notifications.ts'
import { environmentsRestingOn, projectsRestingOn, writeRefusedKey } from '#lib/db/observations-dokku.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { decideProject } from './decision.ts'
import { affordable } from './host-credit.ts'
import { decideHost } from './host-findings.ts'
import { inspect } from './host-inspection.ts'
import { type HostChanges, readHost } from './host-reading.ts'
import { hostSpending } from './host-spending.ts'
import { type Look, type LookOutcome, lookAt } from './look.ts'
import { nudge } from './nudge.ts'
import { topicsOf } from './topics.ts'

/** How much of a host all questions together may take. */
export interface HostLookSettings {
  /** Of one core. */
  sharePercent: number
}

/**
 * Looks at one host: everything that is cheap for all apps at once, then the dear questions that its share allows. Decides
 * the boards that rest on what changed, and what is the matter with the host. An unreachable host, or one with another key, keeps its last facts.
 */
export async function syncHost(
  world: World,
  host: string,
  { sharePercent }: HostLookSettings = { sharePercent: 10 },
): Promise<LookOutcome> {
  const dokku = world.dokku.get(host)
  if (!dokku) throw new BerthError('not-found', 'dokku', `No Dokku host ${host} is configured.`)
  const outcome = await lookAt(world, `dokku:${host}`, async (look) => {
    const changes: HostChanges = { apps: new Set(), databases: new Set(), details: new Set() }
    const spending = hostSpending(world, look, sharePercent)
    const before = spending.credit.seconds
    const reading = await readHost(world, dokku, look, { changes, ask: spending.ask })
    const readingSeconds = before - spending.credit.seconds
    spending.credit = affordable(spending.credit)
    await look.observed()
    // The plugin answers what would be asked now for a fraction of the price.
    const inspection = reading.foundPlugin
      ? look.cursor
      : await inspect(world, dokku, look, { reading, changes, spending })
    await decideBoards(world, look, changes)
    await publish(world.db, await topicsOfHost(world, host, changes))
    if (reading.foundPlugin) await nudge(world.db, `dokku:${host}`)
    const changed = changes.apps.size + changes.databases.size
    return {
      cursor: { ...inspection, ...reading.cursor, credit: spending.credit },
      changed,
      cost: { readingSeconds, ...(reading.note && { note: reading.note }) },
    }
  })
  if (outcome.status === 'failed') {
    if (dokku.refusedKey !== null) await writeRefusedKey(world.db, host, dokku.refusedKey)
    if (outcome.isNewFailure) await publishToAll(world, host)
  }
  if (outcome.status === 'done' && outcome.recovered) await publishToAll(world, host)
  if (outcome.status !== 'held') await decideHost(world, host, world.now())
  return outcome
}

async function decideBoards(world: World, look: Look, changes: HostChanges): Promise<void> {
  // Until a host was seen, nothing of it could be judged: its first look concerns every row.
  const isWhole = look.observedAt === null || look.unfinished
  const projectIds = isWhole ? await allProjects(world) : await touchedProjects(world, changes)
  for (const projectId of projectIds) {
    look.signal.throwIfAborted()
    const { apps, databases } = changes
    const rows = await decideProject(
      world,
      projectId,
      look.asOf,
      isWhole ? 'all' : { branches: new Set(), environmentIds: new Set(), apps, databases },
    )
    await publish(world.db, topicsOf(projectId, rows))
  }
}

async function touchedProjects({ db }: World, { apps, databases }: HostChanges): Promise<number[]> {
  if (apps.size + databases.size === 0) return []
  return projectsRestingOn(db, { apps: [...apps], databases: [...databases] })
}

async function allProjects({ db }: World): Promise<number[]> {
  const rows = await db.project.findMany({ select: { id: true }, orderBy: { id: 'asc' } })
  return rows.map(({ id }) => id)
}

/** The host's own page, and those of environments that show more of an app than its row tells. */
async function topicsOfHost({ db }: World, host: string, changes: HostChanges): Promise<string[]> {
  const apps = [...changes.apps, ...changes.details]
  if (apps.length + changes.databases.size === 0) return []
  const environmentIds = await environmentsRestingOn(db, host, apps)
  return [`host:${host}`, ...environmentIds.map((id) => `environment:${id}`)]
}

/** Every page shows how fresh each host is, so each must hear when one fails or comes back. */
async function publishToAll(world: World, host: string): Promise<void> {
  const projectIds = await allProjects(world)
  await publish(world.db, ['fleet', `host:${host}`, ...projectIds.map((id) => `project:${id}`)])
}
