import { randomBytes } from 'node:crypto'

/** One container of an app, as Docker tells it: `running`, `restarting`, `exited`, … */
export interface Process {
  type: string
  index: number
  status: string
  containerId: string
  /** How often Docker's restart policy started it again. */
  restarts: number
  startedAt: Date
  /** Of its last end; 0 for one that never ended. */
  exitCode: number
  oomKilled: boolean
}

/** A deployed commit, and the Git repository on this disk where it can be read; `null` when it was only seeded by name. */
export interface Commit {
  repository: string | null
  sha: string
}

/** One Dokku app with all that its reports speak of. */
export interface App {
  name: string
  createdAt: Date
  /** `null` when it never was deployed from Git. */
  commit: Commit | null
  /** The image it was deployed from instead of a commit. */
  image: string | null
  deployedAt: Date | null
  deployBranch: string | null
  locked: boolean
  /** Whether the host starts it after a reboot: `false` once it was stopped on purpose. */
  restore: boolean
  /** Its program ends soon after every start. */
  crashes: boolean
  /** The status with which its program answers a visitor. */
  answers: number
  processes: Process[]
  /** Process type → wanted count, in the order of the Procfile. */
  scale: Record<string, number>
  /** `false` when `app.json` sets the counts. */
  canScale: boolean
  domains: string[]
  /** When its certificate ends; `null` without one, and then it is not served over HTTPS. */
  certificateEndsAt: Date | null
  config: Record<string, string>
}

export const appNamePattern = /^[a-z0-9][a-z0-9.-]*$/

export function createApp(name: string, domain: string, createdAt: Date): App {
  return {
    name,
    createdAt,
    commit: null,
    image: null,
    deployedAt: null,
    deployBranch: null,
    locked: false,
    restore: true,
    crashes: false,
    answers: 200,
    processes: [],
    scale: { web: 1 },
    canScale: true,
    domains: [`${name}.${domain}`],
    certificateEndsAt: null,
    config: {},
  }
}

export function isDeployed(app: App): boolean {
  return app.commit !== null || app.image !== null
}

/** Dokku's own `Running`, which counts a crash loop as running. */
export function runningState(app: App): 'true' | 'false' | 'mixed' {
  const up = app.processes.filter((process) => process.status === 'running' || process.status === 'restarting')
  if (up.length === 0) return 'false'
  return up.length === app.processes.length ? 'true' : 'mixed'
}

/** Whether a visitor gets an answer from it. */
export function isServing(app: App): boolean {
  return app.processes.some((process) => process.type === 'web' && process.status === 'running')
}

export function createProcess(
  type: string,
  index: number,
  { status = 'running', startedAt = new Date() }: { status?: string; startedAt?: Date } = {},
): Process {
  return {
    type,
    index,
    status,
    containerId: randomBytes(32).toString('hex'),
    restarts: status === 'restarting' ? 7 : 0,
    startedAt,
    exitCode: status === 'restarting' ? 1 : 0,
    oomKilled: false,
  }
}

/** `web.1`, as logs and deploy output name a container. */
export function processName(process: Process): string {
  return `${process.type}.${process.index}`
}
