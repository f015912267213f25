import type { Context } from '#lib/context.ts'
import { belongings } from '#lib/db/belongings.ts'
import { findingsOnHost, visibleTo } from '#lib/db/finding-page.ts'
import { type HostAppRecord, type HostRecord, hostContents, hostRecords, projectSights } from '#lib/db/hosts.ts'
import { together } from '#lib/db/together.ts'
import { type Actor, roleIn, seenProjects } from '#lib/domain/access.ts'
import {
  type AppClaim,
  type Belongings,
  claimsOfName,
  databaseDestroyability,
  destroyability,
  type NamingClaim,
} from '#lib/domain/belonging.ts'
import type { DokkuService } from '#lib/domain/dokku-app.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { StoredFinding } from '#lib/domain/finding.ts'
import { findingFor, seesFinding } from '#lib/domain/finding-sight.ts'
import type { HostApp } from '#lib/domain/host-findings.ts'
import type { SourceState } from '#lib/domain/source.ts'
import { processTruth } from '#lib/domain/truth.ts'
import { sightKey } from './sight.ts'

/** Whose something on a host is: an environment maps to it, a person claimed its name, or nobody's that Berth knows. */
export type Belonging = 'mapped' | 'claimed' | 'not-ours'

interface Owned {
  belonging: Belonging
  projectId: number | null
  projectPath: string | null
  environmentId: number | null
  environmentName: string | null
  /** Why it is never destroyed from here; `null` when it may be. */
  protection: string | null
}

/** `state` and `words` say how its processes are. */
export type OwnedApp = HostApp & Owned & { state: string; words: string }
export type OwnedService = DokkuService & Owned

export interface HostDetail {
  host: Omit<HostRecord, 'source'>
  source: SourceState
  apps: OwnedApp[]
  services: OwnedService[]
  claims: (NamingClaim & { projectPath: string | null })[]
  findings: StoredFinding[]
  /** All projects, for whom a name may be claimed. */
  projects: { id: number; path: string }[]
}

/** Everything that is on a host, whose it is, and what is the matter. Throws `not-found`. */
export async function hostDetail(ctx: Context, name: string): Promise<HostDetail> {
  return detailFor(ctx.actor, await together(`host ${name}`, () => readHost(ctx, name)))
}

/** The host itself everybody sees; what is on it, who sees its project; what is nobody's that Berth knows, who sees all. */
function detailFor(actor: Actor, detail: HostDetail): HostDetail {
  if (seenProjects(actor) === 'all') return detail
  const isSeen = ({ projectId }: { projectId: number | null }) =>
    projectId !== null && roleIn(actor, projectId) !== null
  return {
    ...detail,
    apps: detail.apps.filter(isSeen),
    services: detail.services.filter(isSeen).map((service) => ({
      ...service,
      links: service.links.filter((link) => detail.apps.some((app) => app.name === link && isSeen(app))),
    })),
    claims: detail.claims.filter(isSeen),
    findings: detail.findings
      .filter((finding) => seesFinding(actor, finding))
      .map((finding) => findingFor(actor, finding)),
    projects: detail.projects.filter(({ id }) => roleIn(actor, id) !== null),
  }
}

async function readHost(ctx: Context, name: string): Promise<HostDetail> {
  const record = (await hostRecords(ctx.db)).find((host) => host.name === name)
  if (!record) throw new BerthError('not-found', 'berth', `Berth knows no Dokku host ${name.slice(0, 60)}.`)
  const [contents, whose, projects, findings] = await Promise.all([
    hostContents(ctx.db, name),
    belongings(ctx.db, { hosts: [...ctx.dokku.keys()], mappingOf: ctx.mappingOf }),
    projectSights(ctx.db),
    findingsOnHost(ctx.db, name),
  ])
  const onHost = { ...whose, claims: whose.claims.filter((claim) => claim.app.host === name) }
  const byApp = Map.groupBy(onHost.claims, ({ app }) => app.app)
  const byDatabase = Map.groupBy(onHost.claims, ({ database }) => `${database?.plugin}/${database?.name}`)
  const paths = new Map(projects.map(({ id, path }) => [id, path]))
  const { source, ...host } = record
  return {
    host,
    source,
    apps: contents.apps.map(({ report, processesAt, ...app }) => {
      const decision = destroyability({ host: name, app: app.name }, onHost)
      const owned = ownedBy({ host: name, name: app.name, claims: byApp.get(app.name) ?? [] }, onHost, paths)
      return {
        ...app,
        ...owned,
        ...stateOf(report, processesAt),
        protection: decision.allowed ? null : decision.reason,
      }
    }),
    services: contents.services.map((service) => {
      const decision = databaseDestroyability({ ...service, host: name }, onHost)
      const claims = byDatabase.get(`${service.plugin}/${service.name}`) ?? []
      const owned = ownedBy({ host: name, name: service.name, claims }, onHost, paths)
      return { ...service, ...owned, protection: decision.allowed ? null : decision.reason }
    }),
    claims: whose.naming
      .filter((claim) => claim.host === name)
      .map((claim) => ({ ...claim, projectPath: paths.get(claim.projectId) ?? null })),
    findings,
    projects: projects.map(({ id, path }) => ({ id, path })).sort((one, other) => one.path.localeCompare(other.path)),
  }
}

function stateOf(report: HostAppRecord['report'], processesAt: Date | null): Pick<OwnedApp, 'state' | 'words'> {
  if (report === null) return { state: 'not asked yet', words: 'Its processes were not asked yet.' }
  if (!report.deployed) return { state: 'never deployed', words: 'The app exists, but nothing was deployed to it.' }
  const { state, words } = processTruth(report.processes, processesAt, { deploying: false, restore: report.restore })
  return { state, words }
}

/** An environment that is up speaks before one that was stopped. */
function ownedBy(
  thing: { host: string; name: string; claims: readonly AppClaim[] },
  { naming }: Belongings,
  paths: ReadonlyMap<number, string>,
): Omit<Owned, 'protection'> {
  const mapped = thing.claims.find(({ state }) => state !== 'stopped') ?? thing.claims[0]
  const [claimed] = mapped ? [] : claimsOfName(thing, naming)
  const projectId = mapped?.projectId ?? claimed?.projectId ?? null
  return {
    belonging: mapped ? 'mapped' : claimed ? 'claimed' : 'not-ours',
    projectId,
    projectPath: (projectId !== null && paths.get(projectId)) || null,
    environmentId: mapped?.environmentId ?? null,
    environmentName: mapped?.environmentName ?? null,
  }
}

/** A host in the list of all: how fresh it is, how much is on it, and how much is the matter. */
export interface HostLine {
  host: Omit<HostRecord, 'source'>
  source: SourceState
  /** `null` for who does not see all that is on it. */
  apps: number | null
  services: number | null
  /** Open ones that nobody snoozed, about the host and everything on it. */
  findings: { critical: number; attention: number }
}

/** Every host, by name. */
export function hostList(ctx: Context): Promise<HostLine[]> {
  const seen = seenProjects(ctx.actor)
  return together(`hosts ${sightKey(ctx)}`, async () => {
    const open = { activeKey: { not: null }, OR: [{ snoozedUntil: null }, { snoozedUntil: { lte: ctx.now() } }] }
    const [records, apps, services, findings] = await Promise.all([
      hostRecords(ctx.db),
      ctx.db.dokkuApp.groupBy({ by: ['host'], _count: true }),
      ctx.db.dokkuService.groupBy({ by: ['host'], _count: true }),
      ctx.db.finding.groupBy({ by: ['host', 'severity'], where: { AND: [open, visibleTo(seen)] }, _count: true }),
    ])
    const countOf = (rows: readonly { host: string; _count: number }[], host: string): number =>
      rows.find((row) => row.host === host)?._count ?? 0
    const found = (host: string, severity: string): number =>
      findings.find((row) => row.host === host && row.severity === severity)?._count ?? 0
    return records.map(({ source, ...host }) => ({
      host,
      source,
      apps: seen === 'all' ? countOf(apps, host.name) : null,
      services: seen === 'all' ? countOf(services, host.name) : null,
      findings: { critical: found(host.name, 'critical'), attention: found(host.name, 'attention') },
    }))
  })
}
