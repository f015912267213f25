import { type Call, type Command, Failure, requireApp, warning } from '../call.ts'
import { dataSourceName, type Service } from '../service.ts'
import { setConfig, unsetConfig } from './config.ts'

/** The plugin's name as its sentences write it: `Postgres`. */
export function title(plugin: string): string {
  return plugin.charAt(0).toUpperCase() + plugin.slice(1)
}

/** The words without flags: the service comes first, then the app. */
export function plainWords(call: Call): string[] {
  return call.words.filter((word) => !word.startsWith('-'))
}

/** The service named by the first word. */
export function requireService(call: Call, plugin: string): Service {
  const [name] = plainWords(call)
  if (!name) throw new Failure(warning('Please specify a valid name for the service'))
  const service = call.host.services.get(`${plugin}/${name}`)
  if (!service) throw new Failure(warning(`${title(plugin)} service ${name} does not exist`))
  return service
}

const link =
  (plugin: string): Command =>
  async (call) => {
    const app = requireApp(call, plainWords(call)[1])
    const service = requireService(call, plugin)
    const linked = service.links.find((candidate) => candidate.app === app.name)
    if (linked) throw new Failure(warning(`Already linked as ${linked.variable}`))
    const at = call.words.indexOf('--alias')
    const fallback = 'DATABASE_URL' in app.config ? `DOKKU_${plugin.toUpperCase()}_AQUA_URL` : 'DATABASE_URL'
    const variable = at < 0 ? fallback : `${call.words[at + 1]}_URL`
    await call.spend(0.5)
    service.links.push({ app: app.name, variable })
    await setConfig(call, app, { [variable]: dataSourceName(service) }, !call.words.includes('--no-restart'))
    return 0
  }

const unlink =
  (plugin: string): Command =>
  async (call) => {
    const app = requireApp(call, plainWords(call)[1])
    const service = requireService(call, plugin)
    const linked = service.links.find((candidate) => candidate.app === app.name)
    if (!linked) throw new Failure(warning(`Not linked to app ${app.name}`))
    await call.spend(0.5)
    service.links = service.links.filter((candidate) => candidate !== linked)
    await unsetConfig(call, app, [linked.variable], !call.words.includes('--no-restart'))
    return 0
  }

const linked =
  (plugin: string): Command =>
  async (call) => {
    const app = requireApp(call, plainWords(call)[1])
    const service = requireService(call, plugin)
    if (!service.links.some((candidate) => candidate.app === app.name)) {
      throw new Failure(warning(`Service ${service.name} is not linked to ${app.name}`))
    }
    call.out(`-----> Service ${service.name} is linked to ${app.name}\n`)
    return 0
  }

const links =
  (plugin: string): Command =>
  async (call) => {
    for (const { app } of requireService(call, plugin).links) call.out(`${app}\n`)
    return 0
  }

const appLinks =
  (plugin: string): Command =>
  async (call) => {
    const app = requireApp(call)
    for (const service of call.host.services.values()) {
      const own = service.plugin === plugin && service.links.some((candidate) => candidate.app === app.name)
      if (own) call.out(`${service.name}\n`)
    }
    return 0
  }

/** What ties services of one plugin to apps. */
export function linkCommandsOf(plugin: string): Record<string, Command> {
  return {
    [`${plugin}:link`]: link(plugin),
    [`${plugin}:unlink`]: unlink(plugin),
    [`${plugin}:linked`]: linked(plugin),
    [`${plugin}:links`]: links(plugin),
    [`${plugin}:app-links`]: appLinks(plugin),
  }
}
