import type { DokkuService, Process, ProcessReport, ProcessUsage } from '#lib/domain/dokku-app.ts'
import type { AppLocation } from '#lib/domain/mapping.ts'
import type { Database } from './client.ts'
import { revive } from './json.ts'

/** Everything that is known of one app of a Dokku host, each part with when it was told. */
export interface AppDetail extends AppLocation {
  createdAt: Date | null
  deployedAt: Date | null
  processes: (Process & Partial<Pick<ProcessUsage, 'memoryBytes' | 'cpuPercent'>>)[]
  processesAt: Date | null
  domains: string[]
  domainsAt: Date | null
  /** Names of config variables; `null` until they were asked, which is while somebody looks. */
  configKeys: string[] | null
  /** Wished containers by process type; `null` until asked. */
  scale: Record<string, number> | null
  /** Databases that are linked to it. */
  services: DokkuService[]
}

/** `null` when its host was not seen with it. */
export async function appDetail(db: Database, { host, app }: AppLocation): Promise<AppDetail | null> {
  const [row, services] = await Promise.all([
    db.dokkuApp.findUnique({ where: { host_name: { host, name: app } } }),
    db.dokkuService.findMany({ where: { host, links: { has: app } }, orderBy: [{ plugin: 'asc' }, { name: 'asc' }] }),
  ])
  if (!row) return null
  const report = revive<ProcessReport | null>(row.processes)
  const usage = revive<ProcessUsage[] | null>(row.usage) ?? []
  return {
    host,
    app,
    createdAt: row.createdAt,
    deployedAt: row.deployedAt,
    processes: (report?.processes ?? []).map((process) => ({ ...process, ...usageOf(process, usage) })),
    processesAt: row.processesAt,
    domains: row.domains,
    domainsAt: row.domainsAt,
    configKeys: row.detailAt === null ? null : row.configKeys,
    scale: revive<Record<string, number> | null>(row.scale),
    services: services.map((service) => ({
      ...service,
      sizeBytes: service.sizeBytes === null ? null : Number(service.sizeBytes),
    })),
  }
}

function usageOf({ type, index }: Process, usage: readonly ProcessUsage[]) {
  const own = usage.find((candidate) => candidate.type === type && candidate.index === index)
  return own ? { memoryBytes: own.memoryBytes, cpuPercent: own.cpuPercent } : {}
}
