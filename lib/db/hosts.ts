import type { DokkuService, ProcessReport } from '#lib/domain/dokku-app.ts'
import type { HostApp } from '#lib/domain/host-findings.ts'
import type { Sight, SourceState } from '#lib/domain/source.ts'
import type { Database } from './client.ts'
import { revive } from './json.ts'
import { sourceStates } from './sources.ts'

/** What is known of a host, whether or not it answers now. */
export interface HostRecord {
  name: string
  address: string
  version: string | null
  plugins: string[]
  berthPlugin: string | null
  /** The fingerprint that the host offered when it was last refused. */
  refusedKey: string | null
  /** Of the file system that holds Docker's data; `null` where the host does not tell. */
  disk: { totalBytes: number; freeBytes: number } | null
  source: SourceState
}

/** All hosts, by name. */
export async function hostRecords(db: Database): Promise<HostRecord[]> {
  const [hosts, sources] = await Promise.all([db.dokkuHost.findMany({ orderBy: { name: 'asc' } }), sourceStates(db)])
  const states = new Map(sources.map((source) => [source.id, source]))
  return hosts.map(({ name, address, version, plugins, berthPlugin, refusedKey, diskTotalBytes, diskFreeBytes }) => ({
    name,
    address,
    version,
    plugins,
    berthPlugin,
    refusedKey,
    disk:
      diskTotalBytes === null || diskFreeBytes === null
        ? null
        : { totalBytes: Number(diskTotalBytes), freeBytes: Number(diskFreeBytes) },
    source: states.get(`dokku:${name}`) ?? neverSeen(name),
  }))
}

const neverSeen = (host: string): SourceState => ({
  id: `dokku:${host}`,
  observedAt: null,
  attemptedAt: null,
  failingSince: null,
  failure: null,
})

/** `report` is what was asked of its processes last, `null` until then. */
export type HostAppRecord = HostApp & { report: ProcessReport | null; processesAt: Date | null }

/** What is on a host, as it was last seen. */
export async function hostContents(
  db: Database,
  host: string,
): Promise<{ apps: HostAppRecord[]; services: (DokkuService & { detailAt: Date | null })[] }> {
  const [apps, services] = await Promise.all([
    db.dokkuApp.findMany({
      where: { host },
      select: { name: true, createdAt: true, deployedAt: true, processes: true, processesAt: true },
      orderBy: { name: 'asc' },
    }),
    db.dokkuService.findMany({ where: { host }, orderBy: [{ plugin: 'asc' }, { name: 'asc' }] }),
  ])
  return {
    apps: apps.map(({ processes, ...app }) => ({ ...app, report: revive<ProcessReport | null>(processes) })),
    services: services.map(({ host: _, observedAt: __, sizeBytes, ...service }) => ({
      ...service,
      sizeBytes: sizeBytes === null ? null : Number(sizeBytes),
    })),
  }
}

/** How fresh what is known of each project is. */
export async function projectSights(db: Database): Promise<{ id: number; path: string; sight: Sight }[]> {
  const [projects, sources] = await Promise.all([
    db.project.findMany({ select: { id: true, pathWithNamespace: true } }),
    db.source.findMany({
      where: { id: { startsWith: 'gitlab:' } },
      select: { id: true, observedAt: true, failingSince: true },
    }),
  ])
  const sights = new Map<string, Sight>(sources.map(({ id, ...sight }) => [id, sight]))
  return projects.map(({ id, pathWithNamespace }) => ({
    id,
    path: pathWithNamespace,
    sight: sights.get(`gitlab:${id}`) ?? { observedAt: null, failingSince: null },
  }))
}
