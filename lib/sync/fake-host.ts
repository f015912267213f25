import type { Dokku } from '#lib/dokku/index.ts'
import type { DokkuEvent, DokkuService, HostLook, HostSnapshot, ProcessReport } from '#lib/domain/dokku-app.ts'
import { BerthError } from '#lib/domain/errors.ts'

/** For tests: what a Dokku host holds, changed in place. */
export interface FakeHostState {
  /** Its `berthPlugin` says whether the host answers `snapshot` and `followEvents`. */
  look: HostLook
  reports: Map<string, ProcessReport>
  services: Map<string, DokkuService>
  domains: Map<string, string[]>
  scales: Map<string, Record<string, number>>
  configKeys: Map<string, string[]>
  /** Megabytes that each container of the app uses. */
  memory: Map<string, number>
  /** Bytes of each service's data. */
  sizes: Map<string, number>
  disk: HostSnapshot['disk']
  failure: BerthError | null
  /** Of `snapshot` alone. */
  snapshotFailure: BerthError | null
  refusedKey: string | null
  commands: string[]
  /** Seconds that a command takes of the host, by its first word; the rest takes none. */
  seconds: Record<string, number>
  /** Everybody who follows its events now. */
  followers: Set<(event: DokkuEvent) => void>
  /** Ends every stream of events with this error, or by itself with `null`. */
  hangUp(error: BerthError | null): void
}

export const emptyHost = (): FakeHostState => ({
  look: { version: '0.38.27', servicePlugins: ['postgres'], berthPlugin: null, apps: [], services: [] },
  reports: new Map(),
  services: new Map(),
  domains: new Map(),
  scales: new Map(),
  configKeys: new Map(),
  memory: new Map(),
  sizes: new Map(),
  disk: { totalBytes: 100e9, freeBytes: 60e9 },
  failure: null,
  snapshotFailure: null,
  refusedKey: null,
  commands: [],
  seconds: {},
  followers: new Set(),
  hangUp() {},
})

/** Answers what observing asks of a host; a call that observing never makes is an error. `spend` lets time pass. */
export function fakeDokku(host: string, state: FakeHostState, spend: (seconds: number) => void): Dokku {
  let commandSeconds = 0
  const asked = <Answer>(command: string, answer: Answer | undefined): Promise<Answer> => {
    state.commands.push(command)
    if (state.failure) return Promise.reject(state.failure)
    const seconds = state.seconds[command.split(' ')[0] ?? ''] ?? 0
    commandSeconds += seconds
    spend(seconds)
    if (answer === undefined) return Promise.reject(new BerthError('not-found', 'dokku', `${command}: does not exist`))
    return Promise.resolve(answer)
  }
  const unasked = () => Promise.reject(new Error('Observing does not ask this.'))
  return {
    host,
    look: () => asked('look', state.look),
    processReport: (app) => asked(`processes ${app}`, state.reports.get(app)),
    domains: (app) => asked(`domains ${app}`, state.domains.get(app) ?? []),
    service: (plugin, name) => asked(`service ${plugin} ${name}`, state.services.get(name)),
    configKeys: (app) => asked(`configKeys ${app}`, state.configKeys.get(app) ?? []),
    scaleOf: (app) => asked(`scale ${app}`, state.scales.get(app) ?? {}),
    async snapshot({ usage = false } = {}) {
      const snapshot = await asked(usage ? 'snapshot --usage' : 'snapshot', snapshotOf(state, usage))
      if (state.snapshotFailure) throw state.snapshotFailure
      return snapshot
    },
    followEvents: (onEvent, signal) =>
      new Promise((resolve, reject) => {
        state.commands.push('events')
        if (state.failure) return reject(state.failure)
        const end = () => {
          state.followers.delete(onEvent)
          resolve()
        }
        state.followers.add(onEvent)
        signal.addEventListener('abort', end)
        state.hangUp = (error) => {
          if (error) reject(error)
          end()
        }
      }),
    installation: unasked,
    globalDomains: unasked,
    keyFingerprints: unasked,
    knownHostsLine: unasked,
    appExists: unasked,
    deployedSha: unasked,
    serviceExists: unasked,
    logs: unasked,
    followLog: unasked,
    destroyApp: unasked,
    destroyService: unasked,
    restart: unasked,
    rebuild: unasked,
    scale: unasked,
    unlock: unasked,
    close() {},
    get commandCount() {
      return state.commands.length
    },
    get commandSeconds() {
      return commandSeconds
    },
    get refusedKey() {
      return state.refusedKey
    },
  }
}

/** The same host as its plugin tells it. */
function snapshotOf(state: FakeHostState, withUsage: boolean): HostSnapshot {
  const { version, servicePlugins, berthPlugin, apps, services } = state.look
  return {
    version,
    servicePlugins,
    berthPlugin,
    disk: state.disk,
    apps: apps.map((app) => {
      const report = state.reports.get(app.name) ?? { deployed: false, running: 'false', restore: true, processes: [] }
      const megabytes = withUsage ? state.memory.get(app.name) : undefined
      return {
        ...app,
        report,
        domains: state.domains.get(app.name) ?? [],
        scale: state.scales.get(app.name) ?? {},
        usage:
          megabytes === undefined
            ? []
            : report.processes.map(({ type, index }) => ({
                type,
                index,
                memoryBytes: megabytes * 1e6,
                cpuPercent: 1,
              })),
      }
    }),
    services: services.map(({ plugin, name }) => {
      const unread = { plugin, name, status: null, version: null, links: [] }
      const sizeBytes = (withUsage && state.sizes.get(name)) || null
      return { ...(state.services.get(name) ?? unread), sizeBytes }
    }),
  }
}
