import type { AppSnapshot, DokkuService, HostSnapshot, ProcessReport } from '../domain/dokku-app.ts'
import type { Database } from './client.ts'
import { type ObservationTable, recordset, writeRows } from './observations.ts'
import {
  forgetOtherApps,
  forgetOtherServices,
  type HostObserved,
  type ServiceName,
  writeHost,
} from './observations-dokku.ts'

const instant = 'timestamptz(3)'

type AppRow = Omit<AppSnapshot, 'report' | 'usage'> & {
  host: string
  processes: ProcessReport
  configKeys: string[]
  processesAt: Date
  domainsAt: Date
  observedAt: Date
}

const appTable: ObservationTable<AppRow> = {
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
    processes: 'jsonb',
    processesAt: instant,
    domains: 'text[]',
    domainsAt: instant,
    scale: 'jsonb',
    configKeys: 'text[]',
    observedAt: instant,
  },
  notCompared: ['processesAt', 'domainsAt', 'configKeys', 'observedAt'],
  // Config keys are asked by a command of their own: the snapshot only gives a new row its empty list.
  expressions: { configKeys: 'kept."configKeys"' },
}

const serviceTable: ObservationTable<DokkuService & { host: string; detailAt: Date; observedAt: Date }> = {
  name: 'DokkuService',
  key: ['host', 'plugin', 'name'],
  columns: {
    host: 'text',
    plugin: 'text',
    name: 'text',
    status: 'text',
    version: 'text',
    links: 'text[]',
    sizeBytes: 'bigint',
    detailAt: instant,
    observedAt: instant,
  },
  notCompared: ['sizeBytes', 'detailAt', 'observedAt'],
  // Sizes are measured by a snapshot of their own.
  expressions: { sizeBytes: 'kept."sizeBytes"' },
}

/** How far the instants of facts that stayed the same may lag behind, so that an unchanged host costs few writes. */
const lagSeconds = 30

/**
 * Writes a whole host in a few statements, however many apps it has; only rows whose facts changed are touched. Returns
 * what was new, different or gone.
 */
export async function writeSnapshot(
  db: Database,
  observed: HostObserved,
  snapshot: HostSnapshot,
): Promise<{ apps: string[]; services: ServiceName[] }> {
  const { host, asOf } = observed
  await writeHost(db, observed, snapshot)
  const apps = await writeRows(
    db,
    appTable,
    snapshot.apps.map(({ report, usage, ...app }) => ({
      ...app,
      host,
      processes: report,
      configKeys: [],
      processesAt: asOf,
      domainsAt: asOf,
      observedAt: asOf,
    })),
  )
  const services = await writeRows(
    db,
    serviceTable,
    snapshot.services.map((service) => ({ ...service, host, detailAt: asOf, observedAt: asOf })),
  )
  const goneApps = await forgetOtherApps(db, host, snapshot.apps)
  const goneServices = await forgetOtherServices(db, host, snapshot.services)
  await confirm(db, observed)
  return { apps: [...apps.map(({ name }) => name), ...goneApps], services: [...services, ...goneServices] }
}

/** Every fact of the host was told again just now. */
async function confirm(db: Database, { host, asOf }: HostObserved): Promise<void> {
  const lagging = new Date(asOf.getTime() - lagSeconds * 1000)
  await db.$executeRaw`
    UPDATE "DokkuApp" SET "processesAt" = ${asOf}, "domainsAt" = ${asOf}
    WHERE "host" = ${host} AND ("processesAt" IS NULL OR "processesAt" <= ${lagging})`
  await db.$executeRaw`
    UPDATE "DokkuService" SET "detailAt" = ${asOf}
    WHERE "host" = ${host} AND ("detailAt" IS NULL OR "detailAt" <= ${lagging})`
}

/** Writes what the containers of these apps use; an app without any loses what was written before. */
export async function writeUsage(
  db: Database,
  { host, asOf }: HostObserved,
  apps: readonly Pick<AppSnapshot, 'name' | 'usage'>[],
): Promise<void> {
  const rows = recordset(apps.map(({ name, usage }) => ({ name, usage })))
  await db.$executeRaw`
    UPDATE "DokkuApp" AS kept SET "usage" = given."usage", "usageAt" = ${asOf}
    FROM jsonb_to_recordset(${rows}::jsonb) AS given("name" text, "usage" jsonb)
    WHERE kept."host" = ${host} AND kept."name" = given."name"`
}

/** Writes the sizes that were measured; a service whose size was not keeps what is known. Answers whether any is another. */
export async function writeSizes(
  db: Database,
  host: string,
  services: readonly Pick<DokkuService, 'plugin' | 'name' | 'sizeBytes'>[],
): Promise<boolean> {
  const measured = services.filter(({ sizeBytes }) => sizeBytes !== null)
  const changed = await db.$executeRaw`
    UPDATE "DokkuService" AS kept SET "sizeBytes" = given."sizeBytes"
    FROM jsonb_to_recordset(${recordset(measured)}::jsonb) AS given("plugin" text, "name" text, "sizeBytes" bigint)
    WHERE kept."host" = ${host} AND kept."plugin" = given."plugin" AND kept."name" = given."name"
      AND kept."sizeBytes" IS DISTINCT FROM given."sizeBytes"`
  return changed > 0
}
