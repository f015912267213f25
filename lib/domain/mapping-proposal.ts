import type { HostRole } from './connections.ts'
import type { AppLocation, Mapping } from './mapping.ts'

/** A host with the names of its apps. */
export interface KnownHost {
  name: string
  role: HostRole
  apps: readonly string[]
}

/** Environments that most projects have beside their review apps. */
export const usualEnvironments = ['staging', 'production'] as const

/**
 * Where a project's apps probably are, by what the hosts have: the only host for review apps, and an app that bears the
 * project's name. What is not named is found by the domain in the environment's URL, as by default.
 */
export function mappingProposal(path: string, hosts: readonly KnownHost[]): Partial<Mapping> {
  const project = (path.split('/').at(-1) ?? path).toLowerCase()
  const reviewHosts = hosts.filter(({ role }) => role === 'review')
  const [reviewHost] = reviewHosts.length > 0 ? reviewHosts : hosts
  const named: Record<string, AppLocation> = {}
  for (const environment of usualEnvironments) {
    const location = appNamed(namesOf(project, environment), ordered(hosts))
    if (location) named[environment] = location
  }
  return { ...(reviewHost && hosts.length > 1 && { reviewHost: reviewHost.name }), named }
}

const namesOf = (project: string, environment: (typeof usualEnvironments)[number]): string[] => [
  `${project}-${environment}`,
  `${environment}-${project}`,
  ...(environment === 'production' ? [project, `${project}-prod`] : [`${project}-stage`]),
]

const ordered = (hosts: readonly KnownHost[]): KnownHost[] =>
  hosts.toSorted((one, other) => Number(other.role === 'production') - Number(one.role === 'production'))

function appNamed(names: readonly string[], hosts: readonly KnownHost[]): AppLocation | null {
  for (const app of names) {
    const host = hosts.find(({ apps }) => apps.includes(app))
    if (host) return { host: host.name, app }
  }
  return null
}
