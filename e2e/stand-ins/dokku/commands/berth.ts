import { setTimeout as wait } from 'node:timers/promises'
import { type App, isDeployed, type Process } from '../app.ts'
import { type Command, Failure, warning } from '../call.ts'
import type { Host } from '../host.ts'
import { sortedApps } from '../host.ts'
import type { Service } from '../service.ts'

/** What the plugin `berth` adds to a host: the whole of it in one document, and what happens on it as it happens. */

export const berthVersion = '0.1.0'

const lookSeconds = 2
const aliveSeconds = 15

const epochSeconds = (at: Date | null): number | null => (at ? Math.floor(at.getTime() / 1000) : null)
const second = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z')

const snapshot: Command = async (call) => {
  const { host, words } = call
  if (words.length > 1 || (words[0] ?? '--usage') !== '--usage')
    throw new Failure(warning('berth:snapshot takes --usage and nothing else.'))
  const withUsage = words.length === 1
  await call.spendProcessor(0.07 + 0.003 * host.apps.size)
  if (withUsage) await call.spend(2.5)
  call.out(
    `${JSON.stringify({
      format: 1,
      plugin: berthVersion,
      dokku: host.version,
      'taken-at': second(new Date()),
      'service-plugins': [...host.plugins].sort(),
      disk: { 'total-bytes': host.disk.totalBytes, 'free-bytes': host.disk.freeBytes },
      apps: sortedApps(host).map((app) => appFacts(host, app, withUsage)),
      services: servicesOf(host).map((service) => serviceFacts(service, withUsage)),
    })}\n`,
  )
  return 0
}

function appFacts(host: Host, app: App, withUsage: boolean): object {
  return {
    name: app.name,
    'created-at': epochSeconds(app.createdAt),
    locked: isLocked(host, app),
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
  const isMissing = process.status === 'missing'
  return {
    type: process.type,
    index: process.index,
    status: process.status,
    restarts: isMissing ? 0 : process.restarts,
    'started-at': isMissing ? null : process.startedAt.toISOString(),
    'exit-code': isMissing ? null : process.exitCode,
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

function serviceFacts(service: Service, withUsage: boolean): object {
  return {
    plugin: service.plugin,
    name: service.name,
    status: service.running ? 'running' : 'missing',
    version: '18.4',
    links: service.links.map(({ app }) => app),
    'size-bytes': withUsage ? 40_000_000 + (shareOf(service) % 300) * 1_000_000 : null,
  }
}

/** Lines until the caller hangs up. Docker tells of containers at once; the rest is seen by looking every two seconds. */
const events: Command = async (call) => {
  if (call.words.length > 0) throw new Failure(warning('berth:events takes no arguments.'))
  const { host } = call
  const say = (line: object) => call.out(`${JSON.stringify(line)}\n`)
  const stop = host.events.follow(({ at, app, kind, process, words }) => say({ at, app, kind, process, words }))
  let seen = lookAtApps(host)
  say({ kind: 'ready', at: second(new Date()) })
  const signal = AbortSignal.any([call.signal, host.closing])
  for (let looks = 1; !signal.aborted; looks++) {
    await wait(lookSeconds * 1000, undefined, { signal }).catch(() => undefined)
    const now = lookAtApps(host)
    for (const change of changes(seen, now)) say({ at: second(new Date()), process: null, ...change })
    seen = now
    if ((looks * lookSeconds) % aliveSeconds < lookSeconds) say({ kind: 'alive', at: second(new Date()) })
  }
  stop()
  return 0
}

interface SeenApp {
  locked: boolean
  /** `web=1 worker=1` */
  scale: string
}

function lookAtApps(host: Host): Map<string, SeenApp> {
  const scaleOf = ({ scale }: App) => Object.entries(scale).map(([type, count]) => `${type}=${count}`)
  return new Map(
    sortedApps(host).map((app) => [app.name, { locked: isLocked(host, app), scale: scaleOf(app).join(' ') }]),
  )
}

function changes(before: Map<string, SeenApp>, now: Map<string, SeenApp>) {
  const gone = [...before.keys()].filter((app) => !now.has(app))
  return [
    ...gone.map((app) => ({ app, kind: 'destroyed', words: 'The app was destroyed.' })),
    ...[...now].flatMap(([app, seen]) => changesOf(app, before.get(app), seen)),
  ]
}

function changesOf(app: string, before: SeenApp | undefined, now: SeenApp) {
  const change = (kind: string, words: string) => ({ app, kind, words })
  const lock = now.locked
    ? change('locked', 'The deploy lock was set: a deploy began, or somebody locked the app.')
    : change('unlocked', 'The deploy lock was released.')
  return [
    ...(before ? [] : [change('created', 'The app was created.')]),
    ...(before && before.scale !== now.scale ? [change('scaled', `The app was scaled to ${now.scale}.`)] : []),
    ...((before?.locked ?? false) === now.locked ? [] : [lock]),
  ]
}

/** A deploy holds the same lock that `apps:lock` sets. */
const isLocked = (host: Host, app: App): boolean => app.locked || host.deploying.has(app.name)

const version: Command = async (call) => {
  call.out(`${berthVersion}\n`)
  return 0
}

export const berthCommands: Record<string, Command> = {
  'berth:snapshot': snapshot,
  'berth:events': events,
  'berth:version': version,
}
