import type { DokkuApp, DokkuService, HostLook, HostSnapshot, ProcessReport } from '../domain/dokku-app.ts'
import type { Database } from './client.ts'
import { revive } from './json.ts'
import { type ObservationTable, writeRows } from './observations.ts'

/** Whose observation, and when it was made. */
export interface HostObserved {
  host: string
  asOf: Date
}

const instant = 'timestamptz(3)'

const appTable: ObservationTable<DokkuApp & { host: string; domains: string[]; observedAt: Date }> = {
  name: 'DokkuApp',
  key: ['host', 'name'],
  columns: {
    host: 'text',
    name: 'text',
    locked: 'boolean',
    createdAt: instant,
    deployedSha: 'text',
    sourceImage: 'text',
    deployedAt: instant,
    domains: 'text[]',
    observedAt: instant,
  },
  notCompared: ['domains', 'observedAt'],
  // Domains come from a report of their own: the whole-host look only gives a new row its empty list.
  expressions: { domains: 'kept."domains"' },
}

export type ServiceName = Pick<DokkuService, 'plugin' | 'name'>

/** Writes the apps of a whole-host look and forgets those that are gone; returns the names that were new, different or gone. */
export async function writeApps(
  db: Database,
  { host, asOf }: HostObserved,
  apps: readonly DokkuApp[],
): Promise<{ changed: string[]; gone: string[] }> {
  const rows = apps.map((app) => ({ ...app, host, domains: [], observedAt: asOf }))
  const changed = await writeRows(db, appTable, rows)
  const gone = await forgetOtherApps(db, host, apps)
  return { changed: changed.map(({ name }) => name), gone }
}

/** Forgets the apps of the host that are not among these; returns their names. */
export async function forgetOtherApps(
  db: Database,
  host: string,
  apps: readonly { name: string }[],
): Promise<string[]> {
  const names = apps.map(({ name }) => name)
  const gone = await db.$queryRaw<{ name: string }[]>`
    DELETE FROM "DokkuApp" WHERE "host" = ${host} AND "name" <> ALL(${names}::text[]) RETURNING "name"`
  return gone.map(({ name }) => name)
}

/** What whole-host looks have told so far. */
export async function knownApps(db: Database, host: string): Promise<DokkuApp[]> {
  return db.dokkuApp.findMany({
    where: { host },
    select: { name: true, createdAt: true, locked: true, deployedSha: true, sourceImage: true, deployedAt: true },
  })
}

/** `host/app` of those that were deployed at this instant or later, by their host's clock; none without an instant. */
export async function appsDeployedSince(db: Database, instant: Date | null): Promise<Set<string>> {
  if (instant === null) return new Set()
  const rows = await db.dokkuApp.findMany({
    where: { deployedAt: { gte: instant } },
    select: { host: true, name: true },
  })
  return new Set(rows.map(({ host, name }) => `${host}/${name}`))
}

/** The same for the names of services; what is known of one besides its name stays. */
export async function writeServiceNames(
  db: Database,
  { host, asOf }: HostObserved,
  services: readonly ServiceName[],
): Promise<{ added: ServiceName[]; gone: ServiceName[] }> {
  const plugins = services.map(({ plugin }) => plugin)
  const names = services.map(({ name }) => name)
  const added = await db.$queryRaw<ServiceName[]>`
    INSERT INTO "DokkuService" ("host", "plugin", "name", "links", "observedAt")
    SELECT ${host}, given."plugin", given."name", '{}', ${asOf}
    FROM unnest(${plugins}::text[], ${names}::text[]) AS given("plugin", "name")
    ON CONFLICT DO NOTHING RETURNING "plugin", "name"`
  return { added, gone: await forgetOtherServices(db, host, services) }
}

/** Forgets the services of the host that are not among these; returns them. */
export async function forgetOtherServices(
  db: Database,
  host: string,
  services: readonly ServiceName[],
): Promise<ServiceName[]> {
  const plugins = services.map(({ plugin }) => plugin)
  const names = services.map(({ name }) => name)
  return db.$queryRaw<ServiceName[]>`
    DELETE FROM "DokkuService" AS kept WHERE "host" = ${host} AND NOT EXISTS (
      SELECT 1 FROM unnest(${plugins}::text[], ${names}::text[]) AS given("plugin", "name")
      WHERE given."plugin" = kept."plugin" AND given."name" = kept."name")
    RETURNING "plugin", "name"`
}

/** Returns the report before, `null` when this is the first, and whether this one says something else. */
export async function writeProcessReport(
  db: Database,
  { host, asOf }: HostObserved,
  app: string,
  report: ProcessReport,
): Promise<{ before: ProcessReport | null; changed: boolean }> {
  const json = JSON.stringify(report)
  const [written] = await db.$queryRaw<{ before: unknown; changed: boolean }[]>`
    UPDATE "DokkuApp" AS kept SET "processes" = ${json}::jsonb, "processesAt" = ${asOf}
    FROM "DokkuApp" AS before
    WHERE kept."host" = ${host} AND kept."name" = ${app} AND before."host" = kept."host" AND before."name" = kept."name"
    RETURNING before."processes" AS "before", before."processes" IS DISTINCT FROM ${json}::jsonb AS "changed"`
  return { before: revive<ProcessReport | null>(written?.before ?? null), changed: written?.changed ?? false }
}

/** Returns whether the domains are others than before. */
export async function writeDomains(
  db: Database,
  { host, asOf }: HostObserved,
  app: string,
  domains: string[],
): Promise<boolean> {
  const [written] = await db.$queryRaw<{ changed: boolean }[]>`
    UPDATE "DokkuApp" AS kept SET "domains" = ${domains}::text[], "domainsAt" = ${asOf}
    FROM "DokkuApp" AS before
    WHERE kept."host" = ${host} AND kept."name" = ${app} AND before."host" = kept."host" AND before."name" = kept."name"
    RETURNING before."domains" IS DISTINCT FROM ${domains}::text[] AS "changed"`
  return written?.changed ?? false
}

/** Returns whether the service is another than before. A size that was measured once stays: no report tells another. */
export async function writeService(
  db: Database,
  { host, asOf }: HostObserved,
  { plugin, name, status, version, links }: DokkuService,
): Promise<boolean> {
  const [written] = await db.$queryRaw<{ changed: boolean }[]>`
    UPDATE "DokkuService" AS kept
    SET "status" = ${status}, "version" = ${version}, "links" = ${links}::text[], "detailAt" = ${asOf}
    FROM "DokkuService" AS before
    WHERE kept."host" = ${host} AND kept."plugin" = ${plugin} AND kept."name" = ${name}
      AND before."host" = kept."host" AND before."plugin" = kept."plugin" AND before."name" = kept."name"
    RETURNING (before."status", before."version", before."links")
      IS DISTINCT FROM (${status}::text, ${version}::text, ${links}::text[]) AS "changed"`
  return written?.changed ?? false
}

/**
 * Writes what is asked only while somebody looks; `scale` is `null` where another answer tells it. Returns whether
 * something is other than before.
 */
export async function writeAppDetail(
  db: Database,
  { host, asOf }: HostObserved,
  app: string,
  { configKeys, scale }: { configKeys: string[]; scale: Record<string, number> | null },
): Promise<boolean> {
  const json = scale && JSON.stringify(scale)
  const [written] = await db.$queryRaw<{ changed: boolean }[]>`
    UPDATE "DokkuApp" AS kept
    SET "configKeys" = ${configKeys}::text[], "scale" = coalesce(${json}::jsonb, kept."scale"), "detailAt" = ${asOf}
    FROM "DokkuApp" AS before
    WHERE kept."host" = ${host} AND kept."name" = ${app} AND before."host" = kept."host" AND before."name" = kept."name"
    RETURNING (before."configKeys", before."scale") IS DISTINCT FROM (kept."configKeys", kept."scale") AS "changed"`
  return written?.changed ?? false
}

/** What was asked of each app and service, and when: decides whom the next look asks about. */
export async function inspections(db: Database, host: string) {
  const [apps, services] = await Promise.all([
    db.dokkuApp.findMany({
      where: { host },
      select: { name: true, createdAt: true, deployedAt: true, processesAt: true, domainsAt: true, detailAt: true },
    }),
    db.dokkuService.findMany({ where: { host }, select: { plugin: true, name: true, detailAt: true } }),
  ])
  return { apps, services }
}

/** What a look told of the host itself, whose key was the pinned one. `disk` is left out where the look could not tell. */
export async function writeHost(
  db: Database,
  { host, asOf }: HostObserved,
  {
    version,
    servicePlugins,
    berthPlugin,
    disk,
  }: Pick<HostLook, 'version' | 'servicePlugins' | 'berthPlugin'> & { disk?: HostSnapshot['disk'] },
): Promise<void> {
  await db.dokkuHost.update({
    where: { name: host },
    data: {
      version,
      plugins: servicePlugins,
      berthPlugin,
      refusedKey: null,
      observedAt: asOf,
      ...(disk !== undefined && {
        diskTotalBytes: disk && BigInt(disk.totalBytes),
        diskFreeBytes: disk && BigInt(disk.freeBytes),
      }),
    },
  })
}

/** Whether the host had the `berth` plugin when it was looked at last. */
export async function hasBerthPlugin(db: Database, host: string): Promise<boolean> {
  const row = await db.dokkuHost.findUnique({ where: { name: host }, select: { berthPlugin: true } })
  return row?.berthPlugin != null
}

/** Remembers which key the host showed when it was refused. */
export async function writeRefusedKey(db: Database, host: string, refusedKey: string): Promise<void> {
  await db.dokkuHost.updateMany({ where: { name: host }, data: { refusedKey } })
}

/** Apps of the host that a project's lane rests on. */
export async function laneApps(db: Database, host: string): Promise<Set<string>> {
  const rows = await db.boardRow.findMany({
    where: { zone: 'lane', appHost: host, appName: { not: null } },
    select: { appName: true },
  })
  return new Set(rows.map(({ appName }) => appName ?? ''))
}

/** Apps of the host that somebody looks at: named by themselves, or by an environment that is open. */
export async function watchedApps(db: Database, host: string): Promise<Set<string>> {
  const rows = await db.$queryRaw<{ app: string }[]>`
    WITH alive AS (SELECT "subject" FROM "Watch" WHERE "until" > now())
    SELECT substr("subject", length(${`app:${host}/`}) + 1) AS "app" FROM alive
    WHERE starts_with("subject", ${`app:${host}/`})
    UNION
    SELECT "appName" FROM "BoardRow"
    WHERE "appHost" = ${host} AND "appName" IS NOT NULL
      AND 'environment:' || "environmentId" IN (SELECT "subject" FROM alive)`
  return new Set(rows.map(({ app }) => app))
}

/**
 * Projects whose board may say something else because of these apps and databases: those with a row that rests on one, and
 * those with a lane that has found no app yet.
 */
export async function projectsRestingOn(
  db: Database,
  { apps, databases }: { apps: readonly string[]; databases: readonly string[] },
): Promise<number[]> {
  const rows = await db.$queryRaw<{ projectId: number }[]>`
    SELECT DISTINCT "projectId" FROM "BoardRow"
    WHERE "appName" = ANY(${apps}::text[]) OR "databaseName" = ANY(${databases}::text[])
      OR ("zone" = 'lane' AND "appName" IS NULL)`
  return rows.map(({ projectId }) => projectId)
}

/** Environments whose row rests on one of these apps. */
export async function environmentsRestingOn(db: Database, host: string, apps: readonly string[]): Promise<number[]> {
  if (apps.length === 0) return []
  const rows = await db.boardRow.findMany({
    where: { appHost: host, appName: { in: [...apps] }, environmentId: { not: null } },
    select: { environmentId: true },
  })
  return rows.map(({ environmentId }) => Number(environmentId))
}
