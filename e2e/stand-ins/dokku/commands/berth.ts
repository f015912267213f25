import { setInterval as every } from 'node:timers/promises'
import { type App, isDeployed, type Process } from '../app.ts'
import type { Call, Command } from '../call.ts'
import type { Host } from '../host.ts'
import { sortedApps } from '../host.ts'
import type { Service } from '../service.ts'

/** What the plugin `berth` adds to a host: the whole of it in one document, and what happens on it as it happens. */

export const berthVersion = '0.1.0'

const aliveMs = 15_000

const epochSeconds = (at: Date | null): number | null => (at ? Math.floor(at.getTime() / 1000) : null)
const second = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z')

const snapshot: Command = async (call) => {
  const { host } = call
  const withUsage = call.words.includes('--usage')
  await call.spendProcessor(0.07 + 0.003 * host.apps.size + (withUsage ? 2.5 : 0))
  call.out(
    `${JSON.stringify({
      format: 1,
      plugin: berthVersion,
      dokku: host.version,
      'taken-at': second(new Date()),
      'service-plugins': [...host.plugins].sort(),
      disk: { 'total-bytes': host.disk.totalBytes, 'free-bytes': host.disk.freeBytes },
      apps: sortedApps(host).map((app) => appFacts(app, withUsage)),
      services: servicesOf(host).map(serviceFacts),
    })}\n`,
  )
  return 0
}

function appFacts(app: App, withUsage: boolean): object {
  return {
    name: app.name,
    'created-at': epochSeconds(app.createdAt),
    locked: app.locked,
    sha: app.commit?.sha ?? '',
    'source-image': app.image ?? '',
    'deployed-at': epochSeconds(app.deployedAt),
    deployed: isDeployed(app),
    restore: app.restore,
    domains: app.domains,
    scale: app.scale,
    processes: app.processes.map((process) => processFacts(process, withUsage)),
  }
}

function processFacts(process: Process, withUsage: boolean): object {
  const isUsing = withUsage && process.status === 'running'
  return {
    type: process.type,
    index: process.index,
    status: process.status,
    restarts: process.restarts,
    'started-at': process.startedAt.toISOString(),
    'exit-code': process.exitCode,
    'oom-killed': process.oomKilled,
    'memory-bytes': isUsing ? 90_000_000 + (shareOf(process) % 400) * 1_000_000 : null,
    'cpu-percent': isUsing ? (shareOf(process) % 90) / 10 : null,
  }
}

/** A number that stays with a container, for what only a real one would use. */
const shareOf = ({ containerId }: { containerId: string }): number => Number.parseInt(containerId.slice(0, 6), 16)

function servicesOf(host: Host): Service[] {
  return [...host.services.values()]
    .filter(({ plugin }) => host.plugins.includes(plugin))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function serviceFacts(service: Service): object {
  return {
    plugin: service.plugin,
    name: service.name,
    status: service.running ? 'running' : 'missing',
    version: '18.4',
    links: service.links.map(({ app }) => app),
    'size-bytes': 40_000_000 + (shareOf(service) % 300) * 1_000_000,
  }
}

/** Lines until the caller hangs up. */
const events: Command = async (call) => {
  const say = (line: object) => call.out(`${JSON.stringify(line)}\n`)
  const stop = call.host.events.follow(({ at, app, kind, process, words }) => say({ at, app, kind, process, words }))
  say({ kind: 'ready', at: new Date() })
  try {
    for await (const _ of every(aliveMs, null, { signal: signalOf(call), ref: false }))
      say({ kind: 'alive', at: new Date() })
  } catch {
    // Only hanging up ends the wait.
  } finally {
    stop()
  }
  return 0
}

/** Somebody who removes the plugin does not end what runs; switching the host off does. */
const signalOf = ({ signal, host }: Call): AbortSignal => AbortSignal.any([signal, host.closing])

export const berthCommands: Record<string, Command> = { 'berth:snapshot': snapshot, 'berth:events': events }
