import { type AppDirectory, appOf, databaseNameOf, type HerokuDirectory, herokuAppOf, isInLane } from './app-name.ts'
import type { BoardRow, RowApp, RowDatabase, RowHeroku } from './board.ts'
import { boardRow } from './board-row.ts'
import type { Branch } from './branch.ts'
import type { Deployment } from './deployment.ts'
import type { DokkuApp, DokkuService, ProcessReport } from './dokku-app.ts'
import type { Environment } from './environment.ts'
import type { KnownFindings } from './finding.ts'
import type { Dyno, Formation, HerokuRelease } from './heroku-app.ts'
import type { AppLocation, Mapping } from './mapping.ts'
import type { MergeRequest } from './merge-request.ts'
import type { Pipeline } from './pipeline.ts'
import type { Project } from './project.ts'
import { newest } from './promotion.ts'
import type { Sight } from './source.ts'
import type { NotProbed, ObservedUrl } from './url-probe.ts'

export type ObservedEnvironment = Environment & { stateSince: Date }
export type ObservedApp = DokkuApp & { report: ProcessReport | null; processesAt: Date | null }

/** What was observed of GitLab, for the whole project or for the part of it that changed. */
export interface GitlabObserved {
  project: Project
  sight: Sight
  branches: readonly Branch[]
  /** The branch list was read whole at least once, so an absent branch is gone. */
  branchesKnown: boolean
  mergeRequests: readonly MergeRequest[]
  /** The newest pipeline of each ref. */
  pipelines: readonly Pipeline[]
  environments: readonly ObservedEnvironment[]
  /** Of those environments: at least the last successful deployment and every newer one. */
  deployments: readonly Deployment[]
}

/** What was observed of the Dokku hosts. */
export interface DokkuObserved extends AppDirectory {
  app(location: AppLocation): ObservedApp | null
  service(host: string, plugin: string, name: string): DokkuService | null
  sight(host: string): Sight
  /** Names of the host's installed service plugins. */
  plugins(host: string): readonly string[]
}

/** An app on Heroku, with its newest releases, newest first, and the commits of their slugs as far as they were told. */
export interface ObservedHeroku {
  maintenance: boolean
  dynos: Dyno[]
  formation: Formation[]
  releases: (HerokuRelease & { sha: string | null })[]
}

/** What was observed of Heroku. */
export interface HerokuObserved extends HerokuDirectory {
  sight: Sight
  app(name: string): ObservedHeroku | null
}

/** What was observed of the URLs of those environments. */
export interface UrlsObserved {
  /** By environment. */
  probes: ReadonlyMap<number, ObservedUrl | NotProbed>
  /** A probe that is older says nothing about now. */
  staleMinutes: number
}

/** Everything that a board, or a part of it, is decided from. */
export interface Observed {
  gitlab: GitlabObserved
  dokku: DokkuObserved
  heroku: HerokuObserved
  urls: UrlsObserved
  /** Names of environments outside this part, of this and other projects, that are up, by the `host/app` that they map to. */
  usedElsewhere: ReadonlyMap<string, string>
  known: KnownFindings
}

/**
 * The board: one row for every environment and for every branch that has none, decided from what was observed, the
 * mapping rule and the time. Environments that are stopped, without branch, app and database are history, not rows.
 */
export function boardRows(observed: Observed, mapping: Mapping, asOf: Date): BoardRow[] {
  const { gitlab, dokku, heroku, urls, known } = observed
  const branches = new Map(gitlab.branches.map((branch) => [branch.name, branch]))
  const pipelines = new Map(gitlab.pipelines.map((pipeline) => [pipeline.ref, pipeline]))
  const mergeRequests = bySourceBranch(gitlab.mergeRequests, gitlab.project.id)
  const deployments = Map.groupBy(gitlab.deployments, ({ environmentId }) => environmentId)
  const onHeroku = new Map(
    gitlab.environments.map((environment) => [environment.id, rowHeroku(environment, heroku, mapping)]),
  )
  const apps = new Map(
    gitlab.environments.map((environment) => [
      environment.id,
      onHeroku.get(environment.id) ? null : rowApp(environment, gitlab.project, dokku, mapping),
    ]),
  )
  const users = usersOf(gitlab.environments, apps)

  const row = (branchName: string | null, environment: ObservedEnvironment | null): BoardRow => {
    const app = (environment && apps.get(environment.id)) ?? null
    const herokuApp = (environment && onHeroku.get(environment.id)) ?? null
    return boardRow(
      {
        projectId: gitlab.project.id,
        branch: branches.get(branchName ?? '') ?? null,
        mergeRequest: mergeRequests.get(branchName ?? '') ?? null,
        pipeline: pipelines.get(branchName ?? '') ?? null,
        environment,
        deployments: (environment && deployments.get(environment.id)) ?? [],
        app,
        heroku: herokuApp,
        appUsedBy:
          app && environment?.state === 'stopped'
            ? (users.get(keyOf(app)) ?? observed.usedElsewhere.get(keyOf(app)) ?? null)
            : null,
        database: app && rowDatabase(app, dokku, mapping),
        restore: (app && dokku.app(app)?.report?.restore) ?? null,
        url: (environment && urls.probes.get(environment.id)) ?? null,
        urlStaleMinutes: urls.staleMinutes,
        gitlabSight: gitlab.sight,
        hostSight: herokuApp ? heroku.sight : app ? dokku.sight(app.host) : neverSeen,
        branchesKnown: gitlab.branchesKnown,
        policy: mapping,
        known,
      },
      asOf,
    )
  }

  const withEnvironment = new Set<string>()
  const ofEnvironments = gitlab.environments.flatMap((environment) => {
    const name = branchOf(environment, deployments.get(environment.id) ?? [], gitlab.mergeRequests)
    const made = row(name, environment)
    if (!isShown(made)) return []
    if (name !== null && !isInLane(environment)) withEnvironment.add(name)
    return [made]
  })
  const ofBranches = gitlab.branches.filter(({ name }) => !withEnvironment.has(name)).map(({ name }) => row(name, null))
  return [...ofEnvironments, ...ofBranches]
}

/**
 * The branch that an environment belongs to: the ref of its newest deployment (of a merge request pipeline: the source
 * branch), or, before any deployment, what follows the folder in its name.
 */
export function branchOf(
  environment: Pick<Environment, 'name'>,
  deployments: readonly Deployment[],
  mergeRequests: readonly Pick<MergeRequest, 'iid' | 'sourceBranch'>[],
): string | null {
  const ref = newest(deployments)?.ref
  if (ref === undefined) return environment.name.includes('/') ? environment.name.replace(/^[^/]*\//, '') : null
  const iid = /^refs\/merge-requests\/(\d+)\//.exec(ref)?.[1]
  if (iid === undefined) return ref
  return mergeRequests.find((mergeRequest) => mergeRequest.iid === Number(iid))?.sourceBranch ?? null
}

const neverSeen: Sight = { observedAt: null, failingSince: null }

/** Apps of stopped environments that are still there, or whose database is: whether another environment needs them must be known. */
export function appsLeft(gitlab: GitlabObserved, dokku: DokkuObserved, mapping: Mapping): AppLocation[] {
  return gitlab.environments.flatMap((environment) => {
    const app = environment.state === 'stopped' ? rowApp(environment, gitlab.project, dokku, mapping) : null
    return app && (app.exists || rowDatabase(app, dokku, mapping)?.exists) ? [{ host: app.host, app: app.app }] : []
  })
}

/** `review/foo`: one text for one place. */
export const keyOf = ({ host, app }: AppLocation): string => `${host}/${app}`

/** Names of environments that are up, by the app that they map to. */
const usersOf = (
  environments: readonly ObservedEnvironment[],
  apps: ReadonlyMap<number, RowApp | null>,
): Map<string, string> =>
  new Map(
    environments.flatMap(({ id, name, state }): [string, string][] => {
      const app = apps.get(id)
      return app && state !== 'stopped' ? [[keyOf(app), name]] : []
    }),
  )

const isShown = ({ environment, branch, app, database, zone }: BoardRow): boolean =>
  environment?.state !== 'stopped' ||
  branch !== null ||
  app?.exists === true ||
  database?.exists === true ||
  zone === 'lane'

/** An open merge request stands for its branch; without one, the one that was updated last. Forks' branches are not ours. */
function bySourceBranch(mergeRequests: readonly MergeRequest[], projectId: number): Map<string, MergeRequest> {
  const chosen = new Map<string, MergeRequest>()
  for (const candidate of mergeRequests) {
    if (candidate.sourceProjectId !== null && candidate.sourceProjectId !== projectId) continue
    const present = chosen.get(candidate.sourceBranch)
    if (!present || rank(candidate) > rank(present)) chosen.set(candidate.sourceBranch, candidate)
  }
  return chosen
}

const rank = (mergeRequest: MergeRequest): number =>
  mergeRequest.updatedAt.getTime() + (mergeRequest.state === 'opened' ? Number.MAX_SAFE_INTEGER / 2 : 0)

function rowApp(environment: Environment, project: Project, dokku: DokkuObserved, mapping: Mapping): RowApp | null {
  const projectName = project.pathWithNamespace.split('/').at(-1) ?? project.name
  const location = appOf(environment, { mapping, projectName, directory: dokku })
  if (!location) return null
  const app = dokku.app(location)
  return {
    ...location,
    exists: dokku.sight(location.host).observedAt === null ? null : app !== null,
    deployedSha: app?.deployedSha ?? null,
    deployedAt: app?.deployedAt ?? null,
    sourceImage: app?.sourceImage ?? null,
    locked: app?.locked ?? null,
    processes: app?.report?.processes ?? null,
    processesAt: app?.processesAt ?? null,
  }
}

function rowHeroku(environment: Environment, heroku: HerokuObserved, mapping: Mapping): RowHeroku | null {
  const name = herokuAppOf(environment, { mapping, directory: heroku })
  if (name === null) return null
  const app = heroku.app(name)
  const types = new Set(app?.formation.map(({ type }) => type))
  const current = app?.releases.find((release) => release.current)
  const newest = app?.releases[0]
  const newer = newest && newest.version > (current?.version ?? 0) && newest.status !== 'succeeded' ? newest : null
  return {
    app: name,
    exists: heroku.sight.observedAt === null ? null : app !== null,
    maintenance: app?.maintenance ?? false,
    dynos: (app?.dynos ?? [])
      .filter(({ type }) => types.has(type))
      .map(({ name, type, state }) => ({ name, type, state })),
    formation: app?.formation ?? [],
    release: current
      ? { version: current.version, description: current.description, createdAt: current.createdAt, sha: current.sha }
      : null,
    newer: newer && {
      version: newer.version,
      status: newer.status,
      description: newer.description,
      createdAt: newer.createdAt,
    },
  }
}

/** The database is looked for among the host's services of any plugin; PostgreSQL is meant when none has it. */
function rowDatabase(app: RowApp, dokku: DokkuObserved, mapping: Mapping): RowDatabase | null {
  const plugins = dokku.plugins(app.host)
  if (plugins.length === 0) return null
  const name = databaseNameOf(app.app, mapping)
  if (name === null) return null
  const plugin = plugins.find((candidate) => dokku.service(app.host, candidate, name)) ?? plugins[0] ?? 'postgres'
  const service = dokku.service(app.host, plugin, name)
  return {
    host: app.host,
    plugin,
    name,
    exists: service !== null,
    status: service?.status ?? null,
    version: service?.version ?? null,
    linked: service && service.status !== null ? service.links.includes(app.app) : null,
  }
}
