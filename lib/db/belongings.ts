import { appOf, databaseNameOf, isInLane } from '#lib/domain/app-name.ts'
import type { AppClaim, Belongings } from '#lib/domain/belonging.ts'
import type { DokkuObserved } from '#lib/domain/board-rows.ts'
import type { EnvironmentState, Tier } from '#lib/domain/environment.ts'
import type { AppLocation, Mapping } from '#lib/domain/mapping.ts'
import { guessTier } from '#lib/domain/tier.ts'
import { dokkuObserved } from './board-facts.ts'
import type { Database } from './client.ts'
import { namingClaims } from './naming-claims.ts'

interface MappedEnvironment {
  id: bigint
  projectId: number
  path: string
  name: string
  slug: string
  state: EnvironmentState
  tier: Tier
  externalUrl: string | null
}

/** Whose what is, for all projects and hosts at once: as far as it was observed, and never a part of it. */
export async function belongings(
  db: Database,
  { hosts, mappingOf }: { hosts: readonly string[]; mappingOf(pathWithNamespace: string): Mapping },
): Promise<Belongings> {
  const [directory, naming, projects, environments, unreadApps] = await Promise.all([
    dokkuObserved(db, hosts),
    namingClaims(db),
    db.project.findMany({ select: { pathWithNamespace: true } }),
    db.$queryRaw<MappedEnvironment[]>`
      SELECT environment.id, "projectId", project."pathWithNamespace" AS path, environment.name, slug, state, tier, "externalUrl"
      FROM "Environment" environment JOIN "Project" project ON project.id = "projectId"`,
    db.dokkuApp.findMany({ where: { domainsAt: null }, select: { host: true, name: true } }),
  ])
  const mappings = new Map(projects.map(({ pathWithNamespace: path }) => [path, mappingOf(path)]))
  const claimed = environments.map((environment) => ({
    environment,
    claim: claimOf(environment, mappings.get(environment.path), directory),
  }))
  const isLaneWithoutApp = claimed.some(({ environment, claim }) => claim === null && isInLane(environment))
  return {
    claims: claimed.flatMap(({ claim }) => claim ?? []),
    naming,
    keep: keptNames(mappings, environments),
    unread: isLaneWithoutApp ? unreadApps.map(({ host, name }): AppLocation => ({ host, app: name })) : [],
  }
}

function claimOf(
  environment: MappedEnvironment,
  mapping: Mapping | undefined,
  directory: DokkuObserved,
): AppClaim | null {
  const app = mapping && appOf(environment, { mapping, projectName: lastOf(environment.path), directory })
  if (!app) return null
  const name = databaseNameOf(app.app, mapping)
  const plugins = directory.plugins(app.host)
  const plugin = plugins.find((candidate) => name !== null && directory.service(app.host, candidate, name) !== null)
  return {
    projectId: environment.projectId,
    environmentId: Number(environment.id),
    environmentName: environment.name,
    state: environment.state,
    tier: environment.tier,
    app,
    database: name === null ? null : { host: app.host, plugin: plugin ?? plugins[0] ?? 'postgres', name },
  }
}

/**
 * The keep lists of all projects, with the databases of what they name; and every app that was named by hand for a staging
 * or production environment which GitLab does not show.
 */
function keptNames(mappings: ReadonlyMap<string, Mapping>, environments: readonly MappedEnvironment[]): string[] {
  const present = new Set(environments.map(({ path, name }) => `${path} ${name}`))
  const kept = new Set<string>()
  for (const [path, mapping] of mappings) {
    const absent = Object.entries(mapping.named).filter(
      ([name]) => !present.has(`${path} ${name}`) && isInLane({ tier: guessTier(name) }),
    )
    for (const name of [...mapping.keep, ...absent.flatMap(([, place]) => ('heroku' in place ? [] : place.app))]) {
      kept.add(name)
      const database = databaseNameOf(name, mapping)
      if (database !== null) kept.add(database)
    }
  }
  return [...kept]
}

const lastOf = (path: string): string => path.split('/').at(-1) ?? path
