import type { Command } from '../call.ts'
import { Failure, warning } from '../call.ts'
import { type Host, isOld } from '../host.ts'
import { goJson } from '../report.ts'
import { berthVersion } from './berth.ts'

const corePlugins =
  `00_dokku-standard 20_events app-json apps builder builder-dockerfile builder-herokuish builder-lambda
builder-nixpacks builder-null builder-pack builder-railpack buildpacks builds caddy-vhosts certs checks common config cron
docker-options domains enter git haproxy-vhosts logs network nginx-vhosts openresty-vhosts plugin ports proxy ps registry repo
resource run scheduler scheduler-docker-local scheduler-null shell ssh-keys storage trace traefik-vhosts`.split(/\s+/)

const longNames: Record<string, string> = {
  '00_dokku-standard': 'standard',
  '20_events': 'events logging',
  certs: 'certificate management',
}

/** The builds plugin has a number of its own. */
const ownVersions: Record<string, string> = { builds: '0.34.0' }

interface Plugin {
  name: string
  version: string
  enabled: boolean
  core: boolean
  description: string
  source_url: string
  committish: string
  branch: string
}

function plugins(host: Host): Plugin[] {
  const core = corePlugins.map((name) => ({
    name,
    version: ownVersions[name] ?? host.version,
    core: true,
    description: `dokku core ${longNames[name] ?? name} plugin`,
  }))
  const services = host.plugins.map((name) => ({
    name,
    version: '1.48.0',
    core: false,
    description: `dokku ${name} service plugin`,
  }))
  const berth = host.hasBerthPlugin
    ? [{ name: 'berth', version: berthVersion, core: false, description: 'Berth: one cheap look at everything' }]
    : []
  return [...core, ...services, ...berth]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, version, core, description }) => ({
      name,
      version,
      enabled: true,
      core,
      description,
      source_url: '',
      committish: '',
      branch: '',
    }))
}

const list: Command = async (call) => {
  await call.spend(0.35)
  if (call.words.includes('json') && !isOld(call.host)) {
    call.out(`${goJson(plugins(call.host))}\n`)
    return 0
  }
  for (const plugin of plugins(call.host)) {
    call.out(`  ${plugin.name.padEnd(20)} ${plugin.version} ${'enabled'.padEnd(10)} ${plugin.description}\n`)
  }
  return 0
}

const install: Command = async () => {
  throw new Failure(warning('This command must be run as root'))
}

const version: Command = async (call) => {
  call.out(`dokku version ${call.host.version}\n`)
  return 0
}

export const pluginCommands: Record<string, Command> = { 'plugin:list': list, 'plugin:install': install, version }
