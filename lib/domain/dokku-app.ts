export type ProcessStatus = 'running' | 'restarting' | 'exited' | 'missing' | 'created' | 'paused' | 'dead' | 'removing'

/** One container of an app, as `ps:report` names it. */
export interface Process {
  /** `web`, `worker`, … */
  type: string
  /** Counts from 1. */
  index: number
  status: ProcessStatus
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
}
