import { databaseNameOf } from './app-name.ts'
import { type AppClaim, type Belongings, claimsOfName, databaseDestroyability, destroyability } from './belonging.ts'
import type { DokkuService } from './dokku-app.ts'
import { type Finding, type HostFindingKind, type KnownFindings, remembered } from './finding.ts'
import { hostTrouble } from './host-trouble.ts'
import type { Mapping } from './mapping.ts'
import { isTooOld, type Sight } from './source.ts'

export interface HostApp {
  name: string
  createdAt: Date | null
  deployedAt: Date | null
}

/** Everything that the findings about a host, and about what is on it, are decided from. */
export interface HostFacts {
  host: string
  /** `attemptedAt` is the last look, whether or not it succeeded. */
  sight: Sight & { attemptedAt: Date | null }
  /** Why the host cannot be asked, for a person; `null` while it can. */
  failure: string | null
  /** The key that it was refused for, beside the pinned one; `null` while they are the same. */
  refusedKey: { shown: string; pinned: string | null } | null
  /** Installed service plugins. */
  plugins: readonly string[]
  /** `null` where the host does not tell. */
  disk: { totalBytes: number; freeBytes: number } | null
  /** How many apps it has room for; `null` when nobody said. */
  mostApps: number | null
  apps: readonly HostApp[]
  /** `detailAt` is when status and links were read; `null` when not yet. */
  services: readonly (DokkuService & { detailAt: Date | null })[]
  belongings: Belongings
  projects: ReadonlyMap<number, { path: string; sight: Sight; mapping: Mapping }>
  known: KnownFindings
}

/** What a rule found. `since` is when it began as far as a source tells; `projectId` whose page shows it. */
export type Found = Omit<Finding, 'since' | 'snooze' | 'kind'> & {
  kind: HostFindingKind
  since: Date | null
  projectId: number | null
}

export interface HostFinding {
  finding: Finding
  projectId: number | null
}

/** What is the matter with a host and with what is on it. A host that is silent says nothing but that. */
export function hostFindings(facts: HostFacts, asOf: Date): HostFinding[] {
  const isSilent = isTooOld(facts.sight, asOf)
  const isKnown = (projectId: number): boolean => {
    const project = facts.projects.get(projectId)
    return project !== undefined && !isTooOld(project.sight, asOf)
  }
  const found = [...hostTrouble(facts, { isSilent, isKnown }), ...(isSilent ? [] : belongingFindings(facts, isKnown))]
  return found.map(({ projectId, ...one }) => ({ finding: remembered(one, facts.known, asOf), projectId }))
}

/** Sources that are too old to say that a finding which rests on them ended. */
export function hostSourcesInDoubt(facts: HostFacts, asOf: Date): string[] {
  const projects = [...facts.projects].filter(([, { sight }]) => isTooOld(sight, asOf))
  return [...(isTooOld(facts.sight, asOf) ? [`dokku:${facts.host}`] : []), ...projects.map(([id]) => `gitlab:${id}`)]
}

/** What is on the host, in the light of whose it is. A project that is not known now is not judged by. */
function belongingFindings(facts: HostFacts, isKnown: View['isKnown']): Found[] {
  const onHost = onlyOf(facts)
  const view: View = {
    facts: { ...facts, belongings: onHost },
    isKnown,
    apps: new Map(facts.apps.map((app) => [app.name, app])),
    claimsOf: Map.groupBy(onHost.claims, ({ app }) => app.app),
    claimsOfDatabase: Map.groupBy(
      onHost.claims.filter(({ database }) => database?.host === facts.host),
      ({ database }) => `${database?.plugin}/${database?.name}`,
    ),
  }
  return [...nameCollisions(view), ...appsWithoutEnvironment(view), ...databaseFindings(view)]
}

interface View {
  facts: HostFacts
  isKnown(projectId: number): boolean
  apps: ReadonlyMap<string, HostApp>
  /** By app. */
  claimsOf: ReadonlyMap<string, AppClaim[]>
  /** By `plugin/name`. */
  claimsOfDatabase: ReadonlyMap<string, AppClaim[]>
}

/** The claims of one host: with many environments elsewhere, each question is asked of few. */
const onlyOf = ({ host, belongings }: HostFacts): Belongings => ({
  ...belongings,
  claims: belongings.claims.filter((claim) => claim.app.host === host || claim.database?.host === host),
})

const isUp = ({ state }: AppClaim): boolean => state !== 'stopped'

function nameCollisions({ facts, apps, claimsOf, isKnown }: View): Found[] {
  return [...claimsOf].flatMap(([app, claims]): Found[] => {
    const up = claims.filter(isUp)
    if (up.length < 2 || !apps.has(app) || !up.every(({ projectId }) => isKnown(projectId))) return []
    const projectIds = [...new Set(up.map(({ projectId }) => projectId))]
    const names = up.map(({ environmentName, projectId }) =>
      projectIds.length > 1 ? `${environmentName} of ${facts.projects.get(projectId)?.path}` : environmentName,
    )
    return [
      {
        kind: 'name-collision',
        subject: { kind: 'app', host: facts.host, app },
        severity: 'critical',
        words: `${up.length} environments that are up map to app ${app}: ${inWords(names)}. Each deployment replaces the other's.`,
        evidence: [
          { source: `dokku:${facts.host}`, words: `App ${app} is there once.` },
          ...projectIds.map((projectId) => ({
            source: `gitlab:${projectId}`,
            words: `${inWords(up.filter((claim) => claim.projectId === projectId).map((claim) => claim.environmentName))} not stopped.`,
          })),
        ],
        resolutions: [
          { act: 'stop', words: 'Stop the environments that nobody needs.' },
          {
            act: 'by-hand',
            words: 'Give the projects mappings that name their apps apart, e.g. with $CI_PROJECT_NAME.',
          },
        ],
        since: null,
        projectId: projectIds[0] ?? null,
      },
    ]
  })
}

function appsWithoutEnvironment({ facts, apps, claimsOf, isKnown }: View): Found[] {
  return [...apps.values()].flatMap(({ name: app, createdAt }): Found[] => {
    if (claimsOf.has(app)) return []
    const owned = destroyability({ host: facts.host, app }, facts.belongings)
    if (!owned.allowed || !isKnown(owned.projectId)) return []
    const project = facts.projects.get(owned.projectId)
    // An app is made by the job of an environment that GitLab may have been asked about just before.
    const seenAt = project?.sight.observedAt
    if (createdAt && seenAt && seenAt < createdAt) return []
    const [claim] = claimsOfName({ host: facts.host, name: app }, facts.belongings.naming)
    return [
      {
        kind: 'app-without-environment',
        subject: { kind: 'app', host: facts.host, app },
        severity: 'attention',
        words: `App ${app} is on ${facts.host}, but ${project?.path} has no environment for it.`,
        evidence: [
          { source: `dokku:${facts.host}`, words: `App ${app} is there.` },
          {
            source: `gitlab:${owned.projectId}`,
            words: `No environment maps to it; ${claim?.claimedBy} claimed ${claim?.pattern} for this project.`,
          },
        ],
        resolutions: [
          { act: 'sweep', words: 'Sweep it.' },
          { act: 'by-hand', words: 'Add it to the project’s keep list if it must stay.' },
        ],
        since: null,
        projectId: owned.projectId,
      },
    ]
  })
}

function databaseFindings(view: View): Found[] {
  return view.facts.services.flatMap((service): Found[] => {
    // Without its details nobody knows what it is linked to.
    if (service.status === null || service.detailAt === null) return []
    if (service.links.some((app) => view.apps.has(app))) return []
    const app = appOfDatabase(service, view)
    if (!app || !view.isKnown(app.projectId)) return []
    const there = view.apps.get(app.name)
    if (there) return app.isNeeded && wasReadSince(service.detailAt, there) ? [unlinked(service, app, view)] : []
    if (app.isNeeded && app.environmentName !== null) return []
    const owned = databaseDestroyability({ ...service, host: view.facts.host }, view.facts.belongings)
    return owned.allowed && owned.projectId === app.projectId ? [left(service, app, view)] : []
  })
}

interface DatabaseOwner {
  projectId: number
  /** The app that it is named for. */
  name: string
  /** `null` when only a naming rule claims it. */
  environmentName: string | null
  /** An environment that is up wants it; without environments, whoever made the app does. */
  isNeeded: boolean
}

function appOfDatabase(service: DokkuService, { facts, claimsOfDatabase, apps }: View): DatabaseOwner | null {
  const claims = claimsOfDatabase.get(`${service.plugin}/${service.name}`) ?? []
  const claim = claims.find(isUp) ?? claims[0]
  if (claim) {
    const { projectId, environmentName, app } = claim
    return { projectId, name: app.app, environmentName, isNeeded: isUp(claim) }
  }
  const [naming] = claimsOfName({ host: facts.host, name: service.name }, facts.belongings.naming)
  const mapping = naming && facts.projects.get(naming.projectId)?.mapping
  if (!mapping) return null
  const name = [...apps.keys()].find((app) => databaseNameOf(app, mapping) === service.name)
  return { projectId: naming.projectId, name: name ?? '', environmentName: null, isNeeded: true }
}

/** A database is linked before its app is deployed; what was read before that tells nothing. */
const wasReadSince = (detailAt: Date, { deployedAt }: HostApp): boolean => deployedAt !== null && detailAt > deployedAt

function unlinked(service: DokkuService, app: DatabaseOwner, { facts }: View): Found {
  return {
    kind: 'database-unlinked',
    subject: { kind: 'database', host: facts.host, plugin: service.plugin, name: service.name },
    severity: 'attention',
    words: `Database ${service.name} is linked to no app, though ${app.name} is there.`,
    evidence: [
      { source: `dokku:${facts.host}`, words: `Database ${service.name} has no links; app ${app.name} is there.` },
      { source: `gitlab:${app.projectId}`, words: expectation(app) },
    ],
    resolutions: [
      {
        act: 'by-hand',
        words: `Link it with "dokku ${service.plugin}:link ${service.name} ${app.name}" if the app needs it.`,
      },
    ],
    since: null,
    projectId: app.projectId,
  }
}

function left(service: DokkuService, app: DatabaseOwner, { facts }: View): Found {
  return {
    kind: 'database-left',
    subject: { kind: 'database', host: facts.host, plugin: service.plugin, name: service.name },
    severity: 'attention',
    words: `Database ${service.name} is still on ${facts.host}, though its app is gone.`,
    evidence: [
      { source: `dokku:${facts.host}`, words: `Database ${service.name} is there and linked to no app.` },
      { source: `gitlab:${app.projectId}`, words: expectation(app) },
    ],
    resolutions: [
      { act: 'sweep', words: 'Sweep it, with its data.' },
      { act: 'by-hand', words: 'Add its name to the project’s keep list if it must stay.' },
    ],
    since: null,
    projectId: app.projectId,
  }
}

function expectation({ environmentName, isNeeded }: DatabaseOwner): string {
  if (environmentName === null) return 'No environment maps to it; its name was claimed for this project.'
  return isNeeded ? `It is that of ${environmentName}, which is up.` : `${environmentName}, whose it was, is stopped.`
}

/** `a`, `a and b`, `a, b and c`. */
const inWords = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
