import { type Call, type Command, Failure, heading, warning } from '../call.ts'
import { createService, dataSourceName, type Service } from '../service.ts'
import { linkCommandsOf, plainWords, requireService, title } from './service-links.ts'

const namePattern = /^[A-Za-z0-9_-]+$/

/** What `info` tells, password and all. */
function facts(service: Service): Record<string, string> {
  const root = `/var/lib/dokku/services/${service.plugin}/${service.name}`
  return {
    'config-dir': `${root}/data`,
    'config-options': '',
    'data-dir': `${root}/data`,
    dsn: dataSourceName(service),
    'exposed-ports': '-',
    id: service.containerId,
    'internal-ip': '172.17.0.20',
    'initial-network': '',
    links: service.links.map((link) => link.app).join(' ') || '-',
    'post-create-network': '',
    'post-start-network': '',
    'service-root': root,
    status: service.running ? 'running' : 'missing',
    version: `${service.plugin}:18.4`,
  }
}

function sayInfo(call: Call, service: Service): void {
  heading(call, `${service.name} ${service.plugin} service information`)
  for (const [flag, value] of Object.entries(facts(service))) {
    const label = `${flag.charAt(0).toUpperCase()}${flag.slice(1).replaceAll('-', ' ')}:`
    call.out(`       ${label.padEnd(21)}${value.padEnd(25)}\n`)
  }
}

function sayCreated(call: Call, service: Service): void {
  call.out(`=====> ${title(service.plugin)} container created: ${service.name}\n`)
  sayInfo(call, service)
}

const list =
  (plugin: string): Command =>
  async (call) => {
    await call.spend(0.1)
    const own = [...call.host.services.values()].filter((service) => service.plugin === plugin)
    if (own.length === 0) {
      call.err(warning(`There are no ${title(plugin)} services`))
      return 0
    }
    heading(call, `${title(plugin)} services`)
    for (const name of own.map((service) => service.name).sort()) call.out(`${name}\n`)
    return 0
  }

const create =
  (plugin: string): Command =>
  async (call) => {
    const [name] = plainWords(call)
    if (!name || !namePattern.test(name)) {
      throw new Failure(warning('Please specify a valid name for the service. Valid characters are: [A-Za-z0-9_]+'))
    }
    if (call.host.services.has(`${plugin}/${name}`)) {
      throw new Failure(warning(`${title(plugin)} service ${name} already exists`))
    }
    const service = createService(plugin, name, new Date())
    call.host.services.set(`${plugin}/${name}`, service)
    call.host.changed()
    call.out('       Waiting for container to be ready\n')
    await call.spend(6)
    call.out('       Creating container database\n       Securing connection to database\n')
    await call.spend(2)
    sayCreated(call, service)
    return 0
  }

const destroy =
  (plugin: string): Command =>
  async (call) => {
    const service = requireService(call, plugin)
    if (service.links.length > 0) throw new Failure(warning('Cannot delete linked service'))
    if (!call.force && !call.words.includes('-f')) {
      call.err(warning('WARNING: Potentially Destructive Action'))
      call.err(warning(`This command will destroy ${service.name} ${title(plugin)} service.`))
      call.err(warning(`To proceed, type "${service.name}"`))
      call.out('\n')
      return 1
    }
    call.out(`=====> Deleting ${service.name}\n`)
    await call.spend(1)
    if (service.running) {
      call.out('=====> Pausing container\n       Container paused\n       Removing container\n')
    }
    call.out('       Removing data\n')
    call.host.services.delete(`${plugin}/${service.name}`)
    call.host.changed()
    call.out(`=====> ${title(plugin)} container deleted: ${service.name}\n`)
    return 0
  }

const info =
  (plugin: string): Command =>
  async (call) => {
    const service = requireService(call, plugin)
    await call.spend(0.3)
    const flag = call.words.find((word) => word.startsWith('--'))?.slice(2)
    if (flag === undefined) {
      sayInfo(call, service)
      return 0
    }
    const value = facts(service)[flag]
    if (value === undefined) {
      const flags = Object.keys(facts(service)).map((name) => `--${name}`)
      throw new Failure(warning(`Invalid flag passed, valid flags: ${flags.join(' ')}`))
    }
    call.out(`${value}\n`)
    return 0
  }

const exists =
  (plugin: string): Command =>
  async (call) => {
    call.out(`-----> Service ${requireService(call, plugin).name} exists\n`)
    return 0
  }

const stop =
  (plugin: string): Command =>
  async (call) => {
    const service = requireService(call, plugin)
    call.out('=====> Pausing container\n       Container paused\n       Removing container\n')
    service.running = false
    call.host.changed()
    return 0
  }

const start =
  (plugin: string): Command =>
  async (call) => {
    const service = requireService(call, plugin)
    call.out('=====> Starting container\n       Waiting for container to be ready\n')
    await call.spend(3)
    call.out('       Creating container database\n       Already exists\n       Securing connection to database\n')
    service.running = true
    call.host.changed()
    sayCreated(call, service)
    return 0
  }

function commandsOf(plugin: string): Record<string, Command> {
  return {
    [`${plugin}:list`]: list(plugin),
    [`${plugin}:create`]: create(plugin),
    [`${plugin}:destroy`]: destroy(plugin),
    [`${plugin}:info`]: info(plugin),
    [`${plugin}:exists`]: exists(plugin),
    [`${plugin}:start`]: start(plugin),
    [`${plugin}:stop`]: stop(plugin),
    ...linkCommandsOf(plugin),
  }
}

/** Every service plugin has the same family of commands. */
export function serviceCommands(plugins: string[]): Record<string, Command> {
  return Object.assign({}, ...plugins.map(commandsOf))
}
