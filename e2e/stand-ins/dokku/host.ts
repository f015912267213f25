import type { App } from './app.ts'
import { type AppLogs, createAppLogs } from './app-log.ts'
import { removed, stopped } from './container.ts'
import { createHostEvents, type HostEvents } from './host-events.ts'
import { createPace, type Pace } from './pace.ts'
import type { Service } from './service.ts'
import { loadState, saveState } from './state-file.ts'
import { noTrouble, type Trouble } from './trouble.ts'

/** One command somebody sent, for tests to look at. */
export interface CommandRecord {
  line: string
  words: string[]
  /** `null` while it runs and after its caller hung up. */
  exitCode: number | null
  startedAt: Date
  endedAt: Date | null
}

/** A key under the name that `ssh-keys:add` gave it. */
export interface AuthorizedKey {
  name: string
  /** `ssh-ed25519 AAAA…` */
  line: string
}

/** All that one Dokku host knows. */
export interface Host {
  name: string
  dir: string
  version: string
  /** Installed service plugins. */
  plugins: string[]
  /** Whether the plugin `berth` is installed. */
  hasBerthPlugin: boolean
  /** New apps get `<app>.<domain>`. */
  domain: string
  /** Who may enter, one OpenSSH line each; the first is the administrator's. */
  authorizedKeys: AuthorizedKey[]
  /** The ports of deployed apps, told in their addresses. */
  port: number
  httpsPort: number
  /** Of the file system with Docker's data. */
  disk: { totalBytes: number; freeBytes: number }
  pace: Pace
  logs: AppLogs
  events: HostEvents
  trouble: Trouble
  apps: Map<string, App>
  /** Under `plugin/name`. */
  services: Map<string, Service>
  /** Apps that are being deployed at this moment. */
  deploying: Set<string>
  commands: CommandRecord[]
  /** Aborted when the host is switched off. */
  closing: AbortSignal
  /** Docker's wait before it starts an ended program again for the first time; it doubles each time. */
  restartDelayMs: number
  /** Writes apps and services to disk, soon. */
  changed(): void
  /** Writes what is not yet written, and nothing afterwards. */
  close(): void
}

export type HostSettings = Pick<
  Host,
  'name' | 'dir' | 'version' | 'plugins' | 'domain' | 'authorizedKeys' | 'hasBerthPlugin' | 'restartDelayMs'
> & {
  pace: number
}

const gigabyte = 1_000_000_000

export function openHost(settings: HostSettings): Host {
  let timer: NodeJS.Timeout | null = null
  const closing = new AbortController()
  const save = () => {
    timer = null
    saveState(settings.dir, { apps: [...host.apps.values()], services: [...host.services.values()] })
  }
  const state = loadState(settings.dir)
  const host: Host = {
    ...settings,
    port: 0,
    httpsPort: 0,
    disk: { totalBytes: 80 * gigabyte, freeBytes: 46 * gigabyte },
    pace: createPace(settings.pace),
    logs: createAppLogs(),
    events: createHostEvents(),
    trouble: noTrouble(),
    apps: new Map(state.apps.map((app) => [app.name, app])),
    services: new Map(state.services.map((service) => [`${service.plugin}/${service.name}`, service])),
    deploying: new Set(),
    commands: [],
    closing: closing.signal,
    changed() {
      if (!closing.signal.aborted) timer ??= setTimeout(save, 50).unref()
    },
    close() {
      if (timer) clearTimeout(timer)
      closing.abort()
      save()
    },
  }
  return host
}

/** Apps in the order in which every list and report tells them. */
export function sortedApps(host: Host): App[] {
  return [...host.apps.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Forgets an app; its services stay, without the link. Answers the services it was linked to. */
export function removeApp(host: Host, name: string): Service[] {
  const unlinked = unlinkServices(host, name)
  const app = host.apps.get(name)
  for (const process of app?.processes ?? []) {
    if (app) stopped(host, app, process)
    removed(process)
  }
  host.apps.delete(name)
  host.changed()
  return unlinked
}

/** Answers the services that were linked to the app. */
export function unlinkServices(host: Host, name: string): Service[] {
  const unlinked = [...host.services.values()].filter((service) => service.links.some((link) => link.app === name))
  for (const service of unlinked) service.links = service.links.filter((link) => link.app !== name)
  return unlinked
}

/** Versions before 0.38 know `--format json` on almost no command, and fewer facts in their reports. */
export function isOld(host: Host): boolean {
  const [major = 0, minor = 0] = host.version.split('.').map(Number)
  return major === 0 && minor < 38
}
