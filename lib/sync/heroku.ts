import { isDeepStrictEqual } from 'node:util'
import type { World } from '#lib/context.ts'
import {
  herokuDetail,
  herokuSource,
  keepOnlyHerokuApps,
  laneEnvironments,
  type SeenHeroku,
  unknownSlugs,
  writeHerokuApp,
} from '#lib/db/heroku.ts'
import { publish } from '#lib/db/notifications.ts'
import { herokuAppOf } from '#lib/domain/app-name.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { HerokuApp, HerokuRelease } from '#lib/domain/heroku-app.ts'
import type { Heroku } from '#lib/heroku/index.ts'
import { decideProject } from './decision.ts'
import { decideHeroku } from './heroku-findings.ts'
import { type Look, type LookOutcome, lookAt } from './look.ts'
import { topicsOf } from './topics.ts'

/** Of the account's 4,500 requests an hour so many are left to people's own tools and to what they ask of Berth. */
export const reservedRequests = 450

/** What no list of apps tells to have changed is read so often. */
const detailMinutes = 10

/** Commits of this many releases are worth a question; older ones are gone back to seldom. */
const toldReleases = 10

/** The environments that an app on Heroku is behind, by its name. */
type Mapped = Map<string, { projectId: number; environmentId: number }[]>

/**
 * Looks at Heroku: one question for all apps at once, then the dynos of those that staging or production map to, and the rest
 * of an app where something changed. What Berth shows no environment of is not asked for, nor kept.
 */
export async function syncHeroku(world: World): Promise<LookOutcome> {
  const { heroku } = world
  if (!heroku) throw new BerthError('not-found', 'heroku', 'No key of Heroku is configured.')
  const outcome = await lookAt(world, herokuSource, async (look) => {
    spare(heroku)
    const known = await world.db.herokuAccount.findUnique({ where: { id: 1 }, select: { email: true } })
    const email = known?.email ?? (await look.ask(() => heroku.account()))
    const apps = await look.ask(() => heroku.apps())
    const mapped = await mappedApps(world, apps)
    const changed = new Set(
      await keepOnlyHerokuApps(
        world.db,
        apps.map(({ name }) => name).filter((name) => mapped.has(name)),
      ),
    )
    for (const app of apps) {
      if (mapped.has(app.name) && (await readApp(world, heroku, look, app))) changed.add(app.name)
    }
    await look.observed()
    const account = { email, requestsLeft: heroku.requestsLeft, observedAt: look.asOf }
    await world.db.herokuAccount.upsert({ where: { id: 1 }, create: account, update: account })
    await decideBoards(world, look, { mapped, changed })
    return { cursor: {}, changed: changed.size }
  })
  if (outcome.status !== 'held') await decideHeroku(world, world.now())
  return outcome
}

/** The last of the budget is people's. */
function spare({ requestsLeft }: Heroku): void {
  if (requestsLeft === null || requestsLeft > reservedRequests) return
  const message = `Heroku's account has ${requestsLeft} requests left; Berth leaves the last ${reservedRequests} to people.`
  throw new BerthError('unavailable', 'heroku', message, { retryAfterSeconds: 120 })
}

async function mappedApps({ db, mappingOf }: World, apps: readonly HerokuApp[]): Promise<Mapped> {
  const byHostname = new Map(apps.map((app) => [hostnameOf(app), app.name]))
  const directory = { isConnected: true, byHostname: (hostname: string) => byHostname.get(hostname) ?? null }
  const mapped: Mapped = new Map()
  for (const environment of await laneEnvironments(db, mappingOf)) {
    const name = herokuAppOf(environment, { mapping: environment.mapping, directory })
    if (name === null) continue
    const place = { projectId: environment.projectId, environmentId: environment.id }
    mapped.set(name, [...(mapped.get(name) ?? []), place])
  }
  return mapped
}

const hostnameOf = ({ webUrl }: HerokuApp): string | null =>
  webUrl !== null && URL.canParse(webUrl) ? new URL(webUrl).hostname : null

/** Whether anything of the app is new. */
async function readApp(world: World, heroku: Heroku, look: Look, app: HerokuApp): Promise<boolean> {
  const { db } = world
  const { name } = app
  const before = await herokuDetail(db, name)
  const dynos = await look.ask(() => heroku.dynos(name))
  const isOld =
    before === null ||
    before.changedAt.getTime() !== app.updatedAt.getTime() ||
    look.asOf.getTime() - before.detailAt.getTime() >= detailMinutes * 60_000
  // Dynos of a release that is not known, and one that goes on, tell of what the app's own time may not.
  const isReleasing =
    before?.releases[0]?.status === 'pending' ||
    dynos.some(({ releaseVersion }) => releaseVersion > (before?.releases[0]?.version ?? 0))
  const releases = isOld || isReleasing ? await readReleases(world, heroku, look, name) : null
  const detail =
    isOld || isReleasing
      ? {
          formation: await look.ask(() => heroku.formation(name)),
          domains: await look.ask(() => heroku.domains(name)),
          configKeys: await look.ask(() => heroku.configKeys(name)),
          detailAt: look.asOf,
        }
      : before
  const seen: SeenHeroku = {
    name,
    hostname: hostnameOf(app),
    maintenance: app.maintenance,
    stack: app.stack,
    dynos,
    formation: detail.formation,
    domains: detail.domains,
    configKeys: detail.configKeys,
    detailAt: detail.detailAt,
    changedAt: app.updatedAt,
  }
  await writeHerokuApp(db, seen, releases, look.asOf)
  return before === null || !isDeepStrictEqual(factsOf(seen, releases), factsOf(before, releases && before.releases))
}

/** What a page shows, without when it was read. */
const factsOf = (
  { maintenance, dynos, formation, domains, configKeys }: SeenHeroku,
  releases: readonly HerokuRelease[] | null,
) => ({
  maintenance,
  dynos,
  formation,
  domains,
  configKeys,
  releases: releases?.map(({ version, status, current }) => ({ version, status, current })),
})

async function readReleases({ db }: World, heroku: Heroku, look: Look, app: string): Promise<HerokuRelease[]> {
  const releases = await look.ask(() => heroku.releases(app))
  const told = releases.filter(({ current, slugId }, index) => slugId !== null && (current || index < toldReleases))
  for (const slugId of await unknownSlugs(db, [...new Set(told.flatMap((release) => release.slugId ?? []))])) {
    const { commit } = await look.ask(() => heroku.slug(app, slugId))
    await db.herokuSlug.upsert({ where: { id: slugId }, create: { id: slugId, commit }, update: { commit } })
  }
  return releases
}

/** Those of the lane are few: each is decided, for what GitLab said before Heroku was asked may have waited for it. */
async function decideBoards(
  world: World,
  look: Look,
  { mapped, changed }: { mapped: Mapped; changed: ReadonlySet<string> },
): Promise<void> {
  const places = [...mapped].flatMap(([name, behind]) => behind.map((place) => ({ name, ...place })))
  for (const [projectId, own] of Map.groupBy(places, (place) => place.projectId)) {
    look.signal.throwIfAborted()
    const idsOf = (some: typeof own) => new Set(some.map(({ environmentId }) => environmentId))
    const decided = { branches: new Set<string>(), environmentIds: idsOf(own), apps: new Set<string>() }
    const rows = await decideProject(world, projectId, look.asOf, decided)
    await publish(world.db, topicsOf(projectId, rows, idsOf(own.filter(({ name }) => changed.has(name)))))
  }
  if (changed.size > 0) await publish(world.db, [herokuSource])
}
