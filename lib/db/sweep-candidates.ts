import { databaseNameOf, isInLane } from '#lib/domain/app-name.ts'
import { type AppClaim, type Belongings, isSameApp } from '#lib/domain/belonging.ts'
import type { BoardRow } from '#lib/domain/board.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { type Finding, type FindingSubject, subjectKey } from '#lib/domain/finding.ts'
import type { AppLocation, Mapping } from '#lib/domain/mapping.ts'
import { staleAt } from '#lib/domain/staleness.ts'
import type { SweepCandidate } from '#lib/domain/sweep.ts'
import { appProtection, databaseProtection } from '#lib/domain/sweep-protection.ts'
import { belongings } from './belongings.ts'
import type { Database } from './client.ts'
import { storedFindings } from './findings.ts'
import type { DokkuService, Environment } from './generated/client.ts'
import { revive } from './json.ts'

/** What a project's sweep is judged by. */
export interface SweepGrounds {
  projectId: number
  mapping: Mapping
  belongings: Belongings
}

/** Throws `not-found`. */
export async function sweepGrounds(
  db: Database,
  projectId: number,
  known: { hosts: readonly string[]; mappingOf(pathWithNamespace: string): Mapping },
): Promise<SweepGrounds> {
  const [project, owned] = await Promise.all([
    db.project.findUnique({ where: { id: projectId }, select: { pathWithNamespace: true } }),
    belongings(db, known),
  ])
  if (!project) throw new BerthError('not-found', 'berth', `Berth shows no project ${projectId}.`)
  return { projectId, mapping: known.mappingOf(project.pathWithNamespace), belongings: owned }
}

type SweptSubject = Exclude<FindingSubject, { kind: 'host' | 'heroku' }>
type SweptDatabase = NonNullable<SweepCandidate['database']>

/** Each subject with everything that was observed of it, in the given order. Nothing of it is asked of GitLab or Dokku. */
export async function sweepCandidates(
  db: Database,
  subjects: readonly SweptSubject[],
  grounds: SweepGrounds,
): Promise<SweepCandidate[]> {
  const { projectId } = grounds
  const claims = subjects.map((subject) => claimOf(subject, grounds))
  const environmentIds = [
    ...claims.flatMap((claim) => claim?.environmentId ?? []),
    ...subjects.flatMap((subject) => (subject.kind === 'environment' ? [subject.environmentId] : [])),
  ].map(BigInt)
  const [environments, rows, findings, apps, services, running] = await Promise.all([
    db.environment.findMany({ where: { projectId, id: { in: environmentIds } } }),
    db.boardRow.findMany({ where: { projectId, environmentId: { in: environmentIds } }, select: { value: true } }),
    openFindings(db, subjects.map(subjectKey)),
    db.dokkuApp.findMany({ select: { host: true, name: true, deployedAt: true } }),
    db.dokkuService.findMany(),
    busyEnvironments(db, environmentIds),
  ])
  const observed: Observed = {
    environments: new Map(environments.map((environment) => [Number(environment.id), environment])),
    rows: new Map(
      rows.map(({ value }) => {
        const row = revive<BoardRow>(value)
        return [row.environment?.id ?? 0, row]
      }),
    ),
    findings,
    apps: new Map(apps.map(({ host, name, deployedAt }) => [`${host}/${name}`, deployedAt])),
    services,
    running,
  }
  return subjects.map((subject, index) => candidateOf(subject, claims[index] ?? null, observed, grounds))
}

interface Observed {
  environments: ReadonlyMap<number, Environment>
  rows: ReadonlyMap<number, BoardRow>
  findings: ReadonlyMap<string, Finding[]>
  /** When each was deployed last, as its host says. */
  apps: ReadonlyMap<string, Date | null>
  services: readonly DokkuService[]
  running: ReadonlyMap<number, string>
}

/** The environment whose app or database it is, one that is up first. */
function claimOf(subject: SweptSubject, { projectId, belongings }: SweepGrounds): AppClaim | null {
  const isItsOwn = (claim: AppClaim): boolean => {
    switch (subject.kind) {
      case 'environment':
        return claim.projectId === projectId && claim.environmentId === subject.environmentId
      case 'app':
        return isSameApp(claim.app, subject)
      case 'database':
        return claim.database?.host === subject.host && claim.database.name === subject.name
    }
  }
  const claims = belongings.claims.filter(isItsOwn)
  return claims.find(({ state }) => state !== 'stopped') ?? claims[0] ?? null
}

function candidateOf(
  subject: SweptSubject,
  claim: AppClaim | null,
  observed: Observed,
  grounds: SweepGrounds,
): SweepCandidate {
  const environmentId = subject.kind === 'environment' ? subject.environmentId : (claim?.environmentId ?? null)
  const environment = environmentId === null ? null : (observed.environments.get(environmentId) ?? null)
  const row = environmentId === null ? null : (observed.rows.get(environmentId) ?? null)
  const named = appNamed(subject, claim)
  const app = named && observed.apps.has(`${named.host}/${named.app}`) ? named : null
  const database = databaseOf(subject, { claim, app, observed, grounds })
  // Of an app without environment nobody but its host can tell.
  const deployedByHost = app && environment === null ? observed.apps.get(`${app.host}/${app.app}`) : null
  const lastDeployedAt = row?.deployment?.changedAt ?? deployedByHost ?? null
  const sweeper = { projectId: grounds.projectId, environmentId }
  return {
    subject: subject.kind === 'environment' ? { ...subject, name: environment?.name ?? subject.name } : subject,
    environment: environment && {
      id: Number(environment.id),
      name: environment.name,
      state: environment.state as AppClaim['state'],
      tier: environment.tier as AppClaim['tier'],
    },
    hasBranch: row === null ? null : row.branch !== null,
    mergeRequest: row?.mergeRequest
      ? {
          iid: row.mergeRequest.iid,
          title: row.mergeRequest.title,
          state: row.mergeRequest.state,
          webUrl: row.mergeRequest.webUrl,
        }
      : null,
    lastDeployedAt,
    isDeploying: row?.newer?.status === 'running',
    staleAt: environment && claim ? staleAtOf(environment, claim, lastDeployedAt, grounds.mapping) : null,
    app,
    database,
    findings: observed.findings.get(subjectKey(subject)) ?? [],
    ...protections(subject, { named, database, sweeper }, grounds.belongings),
    busy: environmentId === null ? null : (observed.running.get(environmentId) ?? null),
  }
}

function appNamed(subject: SweptSubject, claim: AppClaim | null): AppLocation | null {
  switch (subject.kind) {
    case 'environment':
      return claim?.app ?? null
    case 'app':
      return { host: subject.host, app: subject.app }
    case 'database':
      return null
  }
}

function databaseOf(
  subject: SweptSubject,
  known: { claim: AppClaim | null; app: AppLocation | null; observed: Observed; grounds: SweepGrounds },
): SweptDatabase | null {
  const { claim, app, observed, grounds } = known
  const name = subject.kind === 'app' && app ? databaseNameOf(app.app, grounds.mapping) : null
  const wanted =
    subject.kind === 'database'
      ? subject
      : (claim?.database ?? (app && name !== null ? { host: app.host, name } : null))
  const service = wanted
    ? observed.services.find(
        (one) =>
          one.host === wanted.host &&
          one.name === wanted.name &&
          (!('plugin' in wanted) || one.plugin === wanted.plugin),
      )
    : undefined
  return service
    ? {
        host: service.host,
        plugin: service.plugin,
        name: service.name,
        links: service.links,
        sizeBytes: service.sizeBytes === null ? null : Number(service.sizeBytes),
      }
    : null
}

/** An app or a database that is a victim of its own protects itself; one that would go along only stays behind. */
function protections(
  subject: SweptSubject,
  { named, database, sweeper }: Known,
  belongings: Belongings,
): Pick<SweepCandidate, 'protection' | 'databaseProtection'> {
  const ofDatabase = database && databaseProtection(database, sweeper, belongings)
  if (subject.kind === 'database') return { protection: ofDatabase, databaseProtection: null }
  const words = subject.kind === 'environment' ? `No rule says which Dokku app ${subject.name || 'it'} is.` : ''
  return {
    protection: named ? appProtection(named, sweeper, belongings) : words,
    databaseProtection: ofDatabase,
  }
}

interface Known {
  named: AppLocation | null
  database: SweptDatabase | null
  sweeper: { projectId: number; environmentId: number | null }
}

function staleAtOf(
  environment: Environment,
  claim: AppClaim,
  lastDeployedAt: Date | null,
  mapping: Mapping,
): Date | null {
  const { state, tier } = claim
  if (isInLane(claim)) return null
  return staleAt(
    { environment: { state, tier, createdAt: environment.createdAt }, app: claim.app, lastDeployedAt },
    mapping,
  )
}

/** By subject; one whose sources are too old to tell is none. */
async function openFindings(db: Database, subjects: string[]): Promise<Map<string, Finding[]>> {
  const rows = await db.finding.findMany({
    where: { activeKey: { not: null }, unknownSince: null, subject: { in: subjects } },
    orderBy: { since: 'asc' },
  })
  return Map.groupBy(await storedFindings(db, rows), ({ subject }) => subjectKey(subject))
}

/** What else Berth does with these environments right now, in words. */
async function busyEnvironments(db: Database, environmentIds: bigint[]): Promise<Map<number, string>> {
  const operations = await db.operation.findMany({
    where: { status: 'running', environmentId: { in: environmentIds } },
    select: { environmentId: true, kind: true, requestedBy: true },
  })
  return new Map(
    operations.map(({ environmentId, kind, requestedBy }) => [
      Number(environmentId),
      `Berth is busy with it: ${kind.replace('app.', '')}, asked for by ${requestedBy}.`,
    ]),
  )
}
