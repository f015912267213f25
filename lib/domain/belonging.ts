import { isInLane } from './app-name.ts'
import { type Decision, refuse } from './decision.ts'
import type { EnvironmentState, Tier } from './environment.ts'
import type { ServiceLocation } from './finding.ts'
import type { AppLocation } from './mapping.ts'

/** An environment of any project with the app and the database that the mapping rule gives it, whether or not they exist. */
export interface AppClaim {
  projectId: number
  environmentId: number
  environmentName: string
  state: EnvironmentState
  tier: Tier
  app: AppLocation
  database: ServiceLocation | null
}

/** A person's word that apps and databases of these names on this host are a project's. */
export interface NamingClaim {
  id: string
  projectId: number
  host: string
  /** See `isPattern`. */
  pattern: string
  claimedBy: string
  claimedAt: Date
}

/** Whose the apps and databases on the hosts are. Everything in it speaks for all projects, so that none can destroy another's. */
export interface Belongings {
  /** Of every environment of every project, stopped ones too. */
  claims: readonly AppClaim[]
  naming: readonly NamingClaim[]
  /** Names of apps and databases that are never destroyed, as patterns, on whichever host. */
  keep: readonly string[]
  /** Apps that could be staging or production: their domains were not read yet, and a lane environment has not found its app. */
  unread: readonly AppLocation[]
}

/**
 * Whether an app may be destroyed at all, and whose it is: never one of staging or production, never one that is to be
 * kept, and never by guess. Whether its environment still needs it is another question.
 */
export function destroyability(app: AppLocation, belongings: Belongings): Decision<{ projectId: number }> {
  const claims = belongings.claims.filter((claim) => isSameApp(claim.app, app))
  const lane = claims.find(isInLane)
  if (lane) return refuse(`App ${app.app} is that of ${lane.environmentName}, a ${lane.tier} environment.`)
  const kept = keptBy(app.app, belongings)
  if (kept !== null) return refuse(`App ${app.app} is on the keep list (${kept}).`)
  if (belongings.unread.some((one) => isSameApp(one, app))) {
    return refuse(`App ${app.app} could be that of staging or production: its domains were not read yet.`)
  }
  return owner({ what: `App ${app.app}`, host: app.host, name: app.app, claims, belongings })
}

/** The same for a database. One that is linked to an app which must stay, stays. */
export function databaseDestroyability(
  database: ServiceLocation & { links: readonly string[] },
  belongings: Belongings,
): Decision<{ projectId: number }> {
  const { host, name } = database
  const what = `Database ${name}`
  // Of whichever plugin: a production app may have a second service of the same name.
  const namesakes = belongings.claims.filter((claim) => claim.database?.host === host && claim.database.name === name)
  const lane = namesakes.find(isInLane)
  if (lane) return refuse(`${what} is that of ${lane.environmentName}, a ${lane.tier} environment.`)
  const kept =
    [name, ...namesakes.map(({ app }) => app.app)].map((one) => keptBy(one, belongings)).find((by) => by !== null) ??
    null
  if (kept !== null) return refuse(`${what} is on the keep list (${kept}).`)
  if (belongings.unread.some((app) => app.host === host && name.includes(app.app))) {
    return refuse(`${what} could be that of staging or production: the domains of its app were not read yet.`)
  }
  const claims = namesakes.filter((claim) => claim.database?.plugin === database.plugin)
  const owned = owner({ what, host, name, claims, belongings })
  if (!owned.allowed) return owned
  for (const app of database.links) {
    const linked = destroyability({ host, app }, belongings)
    if (!linked.allowed) return refuse(`${what} is linked to an app that must stay. ${linked.reason}`)
    if (linked.projectId !== owned.projectId) return refuse(`${what} is linked to ${app}, an app of another project.`)
  }
  return owned
}

/**
 * The one project that an app or database belongs to: by an environment that is up, else by one that was stopped (its name
 * may be another project's by now), else by a claimed naming rule.
 */
function owner(thing: {
  what: string
  host: string
  name: string
  claims: readonly AppClaim[]
  belongings: Belongings
}): Decision<{ projectId: number }> {
  const up = thing.claims.filter(({ state }) => state !== 'stopped')
  const owners = [up, thing.claims, claimsOfName(thing, thing.belongings.naming)].find(({ length }) => length > 0) ?? []
  const [projectId, ...others] = new Set(owners.map((claim) => claim.projectId))
  if (projectId === undefined) {
    return refuse(`${thing.what} is not ours: no environment maps to it, and nobody claimed its name.`)
  }
  if (others.length > 0) return refuse(`${thing.what} belongs to more than one project.`)
  return { allowed: true, projectId }
}

/** The naming rules that claim this name on this host. */
export const claimsOfName = (
  { host, name }: { host: string; name: string },
  naming: readonly NamingClaim[],
): readonly NamingClaim[] => naming.filter((claim) => claim.host === host && matches(claim.pattern, name))

const keptBy = (name: string, { keep }: Belongings): string | null =>
  keep.find((pattern) => matches(pattern, name)) ?? null

export const isSameApp = (one: AppLocation, other: AppLocation): boolean =>
  one.host === other.host && one.app === other.app

const fewestLiteralCharacters = 3

/** What may be claimed: the characters of an app's name and `*`, with enough of the former to mean something. */
export const isPattern = (text: string): boolean =>
  /^[a-z0-9.*-]{1,100}$/.test(text) && text.replaceAll('*', '').length >= fewestLiteralCharacters

/** `*` stands for anything, also for nothing; every other character for itself. */
export function matches(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return pattern === name
  const end = name.length - last.length
  if (!name.startsWith(first) || !name.endsWith(last) || end < first.length) return false
  let at = first.length
  for (const part of rest) {
    const found = name.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}
