import type { Environment } from './environment.ts'
import type { AppLocation, Mapping } from './mapping.ts'

/** Which apps are known to be on which host, as last seen. */
export interface AppDirectory {
  /** Host names in the configured order. */
  hosts: readonly string[]
  has(location: AppLocation): boolean
  /** The app that serves this domain; `null` when none is known to. */
  byDomain(domain: string): AppLocation | null
}

export type NamedEnvironment = Pick<Environment, 'name' | 'slug' | 'tier' | 'externalUrl'>

/** Staging and production: the environments of the lane. They are promoted to and never stopped from here. */
export const isInLane = (environment: Pick<Environment, 'tier'>): boolean =>
  environment.tier === 'staging' || environment.tier === 'production'

/**
 * The one rule that joins GitLab and Dokku: the app behind an environment. Named by hand first; else a review app by the
 * mapping's template, staging and production by the domain of their URL. `null` when nothing says which app it is, or when
 * it is on Heroku.
 */
export function appOf(
  environment: NamedEnvironment,
  rule: { mapping: Mapping; projectName: string; directory: AppDirectory },
): AppLocation | null {
  const named = rule.mapping.named[environment.name]
  if (named) return 'heroku' in named ? null : named
  return isInLane(environment) ? appByDomain(environment, rule.directory) : reviewAppOf(environment, rule)
}

/** Which apps are known to be on Heroku, as last seen. */
export interface HerokuDirectory {
  /** Whether Berth has a key of Heroku. */
  isConnected: boolean
  /** The app whose own address on Heroku has this hostname; `null` when none is known to. */
  byHostname(hostname: string): string | null
}

/**
 * The app on Heroku behind an environment of the lane: named by hand, or found by its URL where that is the address that Heroku
 * gave an app. A domain of one's own tells nothing of it. `null` when it is not on Heroku, and of every review app.
 */
export function herokuAppOf(
  environment: Pick<NamedEnvironment, 'name' | 'tier' | 'externalUrl'>,
  { mapping, directory }: { mapping: Pick<Mapping, 'named'>; directory: HerokuDirectory },
): string | null {
  if (!isInLane(environment)) return null
  const named = mapping.named[environment.name]
  if (named) return 'heroku' in named ? named.heroku : null
  if (!directory.isConnected || environment.externalUrl === null || !URL.canParse(environment.externalUrl)) return null
  const { hostname } = new URL(environment.externalUrl)
  return directory.byHostname(hostname) ?? nameOnHeroku(hostname)
}

/** Since June 2023 Heroku adds twelve characters to the name of a new app. */
const nameOnHeroku = (hostname: string): string | null =>
  /^(?<name>[a-z][a-z0-9-]*?)(?:-[0-9a-f]{12})?\.herokuapp\.com$/.exec(hostname)?.groups?.name ?? null

/** The database that belongs to an app, by the mapping's template; `null` where apps have none. */
export const databaseNameOf = (app: string, mapping: Mapping): string | null =>
  mapping.database?.replaceAll('$APP_NAME', app) ?? null

function reviewAppOf(
  environment: NamedEnvironment,
  { mapping, projectName, directory }: { mapping: Mapping; projectName: string; directory: AppDirectory },
): AppLocation | null {
  const app = mapping.reviewApp
    .replaceAll('$CI_ENVIRONMENT_SLUG', environment.slug)
    .replaceAll('$CI_PROJECT_NAME', projectName)
  const hosts = mapping.reviewHost === null ? directory.hosts : [mapping.reviewHost]
  const host = hosts.find((candidate) => directory.has({ host: candidate, app })) ?? hosts[0]
  return host === undefined ? null : { host, app }
}

function appByDomain(environment: NamedEnvironment, directory: AppDirectory): AppLocation | null {
  if (environment.externalUrl === null || !URL.canParse(environment.externalUrl)) return null
  const domain = new URL(environment.externalUrl).hostname
  const byDomain = directory.byDomain(domain)
  if (byDomain) return byDomain
  // Dokku gives an app named like a full domain that domain, and any other app its name below the host's own domain.
  const names = [domain, domain.split('.')[0] ?? domain]
  for (const app of names) {
    const host = directory.hosts.find((candidate) => directory.has({ host: candidate, app }))
    if (host !== undefined) return { host, app }
  }
  return null
}
