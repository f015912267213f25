import type { HerokuObserved, ObservedHeroku } from '#lib/domain/board-rows.ts'
import type { Dyno, Formation, HerokuRelease, ReleaseStatus } from '#lib/domain/heroku-app.ts'
import type { Mapping } from '#lib/domain/mapping.ts'
import type { SourceState } from '#lib/domain/source.ts'
import type { Database } from './client.ts'
import type { HerokuRelease as ReleaseRow } from './generated/client.ts'
import { environmentValue } from './gitlab-values.ts'
import { revive } from './json.ts'
import { sourceStates } from './sources.ts'

/** Heroku as a source. */
export const herokuSource = 'heroku'

/** A look at Heroku is wanted while there is a key; without one what was seen of it goes. */
export async function keepHeroku(db: Database, isConnected: boolean): Promise<void> {
  if (isConnected) {
    // The key may be another one than before.
    await db.herokuAccount.upsert({ where: { id: 1 }, create: {}, update: { email: null } })
    return
  }
  await db.$transaction([
    db.herokuAccount.deleteMany(),
    db.herokuApp.deleteMany(),
    db.herokuRelease.deleteMany(),
    db.source.deleteMany({ where: { id: herokuSource } }),
  ])
}

/** A release with the commit of its slug, as far as it was told. */
export type ToldRelease = HerokuRelease & { sha: string | null }

/** What was observed of Heroku. */
export async function herokuObserved(db: Database, isConnected: boolean): Promise<HerokuObserved> {
  const [source, apps, releases] = await Promise.all([
    db.source.findUnique({ where: { id: herokuSource }, select: { observedAt: true, failingSince: true } }),
    db.herokuApp.findMany(),
    toldReleases(db),
  ])
  const known = new Map(
    apps.map(({ name, maintenance, dynos, formation }): [string, ObservedHeroku] => [
      name,
      {
        maintenance,
        dynos: revive<Dyno[]>(dynos),
        formation: revive<Formation[]>(formation),
        releases: releases.get(name) ?? [],
      },
    ]),
  )
  return {
    isConnected,
    sight: (isConnected && source) || { observedAt: null, failingSince: null },
    app: (name) => known.get(name) ?? null,
    byHostname: (hostname) => apps.find((app) => app.hostname === hostname)?.name ?? null,
  }
}

/** The releases of one app or of all, newest first. */
async function toldReleases(db: Database, app?: string): Promise<Map<string, ToldRelease[]>> {
  const rows = await db.$queryRaw<(ReleaseRow & { sha: string | null })[]>`
    SELECT release.*, slug.commit AS sha
    FROM "HerokuRelease" release LEFT JOIN "HerokuSlug" slug ON slug.id = release."slugId"
    WHERE ${app ?? null}::text IS NULL OR release.app = ${app ?? null}
    ORDER BY release.version DESC`
  const releases = rows.map(({ app: name, ...release }) => ({
    name,
    ...release,
    status: release.status as ReleaseStatus,
  }))
  return Map.groupBy(releases, ({ name }) => name)
}

/** What a look tells of an app. */
export interface SeenHeroku extends Omit<ObservedHeroku, 'releases'> {
  name: string
  hostname: string | null
  stack: string
  domains: string[]
  configKeys: string[]
  detailAt: Date
  changedAt: Date
}

export async function writeHerokuApp(
  db: Database,
  { name, dynos, formation, ...rest }: SeenHeroku,
  /** `null` where they were not read. */
  releases: readonly HerokuRelease[] | null,
  asOf: Date,
): Promise<void> {
  const value = { ...rest, dynos: dynos as object[], formation: formation as object[], observedAt: asOf }
  await db.$transaction([
    db.herokuApp.upsert({ where: { name }, create: { name, ...value }, update: value }),
    ...(releases === null
      ? []
      : [
          db.herokuRelease.deleteMany({ where: { app: name } }),
          db.herokuRelease.createMany({ data: releases.map((release) => ({ app: name, ...release })) }),
        ]),
  ])
}

/** Forgets every app but these. Returns the names of those that were known. */
export async function keepOnlyHerokuApps(db: Database, names: readonly string[]): Promise<string[]> {
  const gone = await db.herokuApp.findMany({ where: { name: { notIn: [...names] } }, select: { name: true } })
  const goneNames = gone.map(({ name }) => name)
  if (goneNames.length === 0) return []
  await db.$transaction([
    db.herokuApp.deleteMany({ where: { name: { in: goneNames } } }),
    db.herokuRelease.deleteMany({ where: { app: { in: goneNames } } }),
  ])
  return goneNames
}

/** Of these slugs those that were never asked for their commit. */
export async function unknownSlugs(db: Database, slugIds: readonly string[]): Promise<string[]> {
  const known = await db.herokuSlug.findMany({ where: { id: { in: [...slugIds] } }, select: { id: true } })
  const ids = new Set(known.map(({ id }) => id))
  return slugIds.filter((id) => !ids.has(id))
}

/** Staging and production environments of every project that Berth shows, as far as they are up, with their mapping. */
export async function laneEnvironments(db: Database, mappingOf: (path: string) => Mapping) {
  const rows = await db.environment.findMany({
    where: { tier: { in: ['staging', 'production'] }, state: { not: 'stopped' } },
    include: { project: { select: { pathWithNamespace: true } } },
  })
  return rows.map((row) => ({
    ...environmentValue(row),
    projectId: row.projectId,
    mapping: mappingOf(row.project.pathWithNamespace),
  }))
}

/** Everything that is known of one app on Heroku, for its page. */
export interface HerokuDetail extends SeenHeroku {
  releases: ToldRelease[]
}

/** `null` when Heroku was not seen with it. */
export async function herokuDetail(db: Database, name: string): Promise<HerokuDetail | null> {
  const [row, releases] = await Promise.all([db.herokuApp.findUnique({ where: { name } }), toldReleases(db, name)])
  if (!row) return null
  const { dynos, formation, ...rest } = row
  return {
    ...rest,
    dynos: revive<Dyno[]>(dynos),
    formation: revive<Formation[]>(formation),
    releases: releases.get(name) ?? [],
  }
}

/** The account, and how many requests it has left; `null` where Berth has no key. */
export interface HerokuRecord {
  email: string | null
  /** Of 4,500 an hour. */
  requestsLeft: number | null
  apps: number
  /** `null` before the first look. */
  source: SourceState | null
}

export async function herokuRecord(db: Database): Promise<HerokuRecord | null> {
  const [account, apps, sources] = await Promise.all([
    db.herokuAccount.findUnique({ where: { id: 1 } }),
    db.herokuApp.count(),
    sourceStates(db),
  ])
  if (!account) return null
  const source = sources.find(({ id }) => id === herokuSource) ?? null
  return { email: account.email, requestsLeft: account.requestsLeft, apps, source }
}
