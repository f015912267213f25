import { dokkuObserved } from '#lib/db/board-facts.ts'
import { appOf, databaseNameOf } from '#lib/domain/app-name.ts'
import type { Environment } from '#lib/domain/environment.ts'
import type { AppLocation } from '#lib/domain/mapping.ts'
import type { Project } from '#lib/domain/project.ts'
import type { World } from '../context.ts'

export interface AppBehind {
  app: AppLocation
  /** Names of hosts on which it could be: just one, unless it has not been seen on any. */
  hosts: string[]
  database: { plugin: string; name: string } | null
}

/** The app and the database behind an environment, by the mapping rule and what was last seen on the hosts; `null` when no rule names one. */
export async function appBehind(world: World, project: Project, environment: Environment): Promise<AppBehind | null> {
  const directory = await dokkuObserved(world.db, [...world.dokku.keys()])
  const mapping = world.mappingOf(project.pathWithNamespace)
  const app = appOf(environment, {
    mapping,
    projectName: project.pathWithNamespace.split('/').at(-1) ?? project.name,
    directory,
  })
  if (app === null) return null
  const isPinned = mapping.named[environment.name] !== undefined || mapping.reviewHost !== null
  const hosts = directory.has(app) || isPinned ? [app.host] : [...directory.hosts]
  const name = databaseNameOf(app.app, mapping)
  if (name === null) return { app, hosts, database: null }
  const plugins = directory.plugins(app.host)
  const plugin = plugins.find((candidate) => directory.service(app.host, candidate, name) !== null) ?? plugins[0]
  return { app, hosts, database: plugin === undefined ? null : { plugin, name } }
}
