export type ProcessStatus = 'running' | 'restarting' | 'exited' | 'missing' | 'created' | 'paused' | 'dead' | 'removing'

/** One container of an app, as `ps:report` names it. */
export interface Process {
  /** `web`, `worker`, … */
  type: string
  /** Counts from 1. */
  index: number
  status: ProcessStatus
  /** Of this container, by Docker; absent where the host does not tell. */
  restarts?: number
  startedAt?: Date
}

/** What one container uses now; absent from hosts that do not tell. */
export interface ProcessUsage {
  type: string
  index: number
  memoryBytes: number
  /** Of one core. */
  cpuPercent: number
}

export interface ProcessReport {
  deployed: boolean
  /** Dokku's own summary. `true` says nothing about health: a crash loop says `true`. */
  running: 'true' | 'false' | 'mixed'
  /** `false` after somebody stopped the app on purpose. */
  restore: boolean
  processes: Process[]
}

/** What one whole-host look tells of an app. `null` where the host's Dokku does not say. */
export interface DokkuApp {
  name: string
  createdAt: Date | null
  locked: boolean | null
  /** Full SHA of the deployed commit; `null` when never deployed or deployed from an image. */
  deployedSha: string | null
  sourceImage: string | null
  deployedAt: Date | null
}

/** A Dokku service (database). Its DSN is dropped where it is parsed and exists nowhere in Berth. */
export interface DokkuService {
  /** `postgres`, `redis`, … */
  plugin: string
  name: string
  status: string | null
  version: string | null
  /** Names of the apps that are linked to it. */
  links: string[]
  /** Of its data on the host's disk; `null` where the host does not tell. */
  sizeBytes: number | null
}

/** What one cheap whole-host look tells. */
export interface HostLook {
  /** `0.38.27` */
  version: string
  /** Installed and enabled service plugins, e.g. `postgres`. */
  servicePlugins: string[]
  /** Version of the `berth` plugin; `null` on a host without it. */
  berthPlugin: string | null
  apps: DokkuApp[]
  /** Names only: details are asked per service. */
  services: { plugin: string; name: string }[]
}

/** What the `berth` plugin tells of an app at once. */
export interface AppSnapshot extends DokkuApp {
  report: ProcessReport
  domains: string[]
  /** Wished containers by process type. */
  scale: Record<string, number>
  usage: ProcessUsage[]
}

/** The whole host at one moment, by the `berth` plugin in one command. */
export interface HostSnapshot extends Omit<HostLook, 'apps' | 'services'> {
  apps: AppSnapshot[]
  services: DokkuService[]
  /** Of the file system that holds Docker's data. */
  disk: { totalBytes: number; freeBytes: number } | null
}

/** Something that happened to an app on its host. */
export interface DokkuEvent {
  at: Date
  app: string
  /** `died` has the exit code in its words, `restarting` the count. */
  kind:
    | 'created'
    | 'destroyed'
    | 'deployed'
    | 'started'
    | 'died'
    | 'restarting'
    | 'stopped'
    | 'locked'
    | 'unlocked'
    | 'scaled'
  /** `web.1`; `null` when it concerns the app. */
  process: string | null
  /** One sentence. */
  words: string
}
