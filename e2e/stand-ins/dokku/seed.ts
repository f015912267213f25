import { createApp, createProcess } from './app.ts'
import { startText } from './container.ts'
import type { Host } from './host.ts'
import { createService, dataSourceName } from './service.ts'

/** An app that is there from the beginning, as if somebody had deployed it earlier. */
export interface SeedApp {
  name: string
  /** Path of a Git repository that has the commit. */
  repo: string | null
  /** `null` with no image: never deployed. */
  sha: string | null
  image?: string
  /** One running `web` when left out. */
  processes?: { type: string; index: number; status: string }[]
  /** `false` as if `app.json` set the counts. */
  scalable?: boolean
  locked?: boolean
  createdAt?: Date
  /** When it was created, if left out. */
  deployedAt?: Date
  /** Besides the app's own `<app>.<domain>`. */
  domains?: string[]
  certificateEndsAt?: Date
  /** The status with which its program answers a visitor, 200 if left out. */
  answers?: number
  database?: { name: string; linked: boolean } | null
}

/** Databases that are there from the beginning and linked to nothing. */
export function seedDatabases(host: Host, names: string[], createdAt: Date): void {
  for (const name of names) host.services.set(`postgres/${name}`, createService('postgres', name, createdAt))
  host.changed()
}

/** Puts the apps and their databases there, replacing those of the same name. */
export function seedApps(host: Host, seeds: SeedApp[]): void {
  for (const seed of seeds) {
    const createdAt = seed.createdAt ?? new Date()
    const app = createApp(seed.name, host.domain, createdAt)
    host.apps.set(app.name, app)
    app.locked = seed.locked ?? false
    app.canScale = seed.scalable ?? true
    app.domains.push(...(seed.domains ?? []))
    app.answers = seed.answers ?? 200
    app.certificateEndsAt = seed.certificateEndsAt ?? null
    if (seed.database) seedDatabase(host, app.name, seed.database, createdAt)
    if (seed.sha === null && seed.image === undefined) continue
    app.commit = seed.sha === null ? null : { repository: seed.repo, sha: seed.sha }
    app.image = seed.sha === null ? (seed.image ?? null) : null
    app.deployedAt = seed.deployedAt ?? createdAt
    app.restore = !seed.processes?.every((process) => process.status === 'exited')
    app.crashes = seed.processes?.some((process) => process.status === 'restarting') ?? false
    if (seed.sha !== null) app.config.GIT_REV = seed.sha
    const processes = seed.processes ?? [{ type: 'web', index: 1, status: 'running' }]
    const startedAt = app.deployedAt
    app.processes = processes.map(({ type, index, status }) => createProcess(type, index, { status, startedAt }))
    for (const { type } of processes) app.scale[type] = processes.filter((process) => process.type === type).length
    for (const process of app.processes) {
      host.logs.write(process, startText(process))
      if (process.status !== 'running') host.logs.write(process, `${process.type} failing again`)
    }
  }
  host.changed()
}

function seedDatabase(host: Host, app: string, database: { name: string; linked: boolean }, createdAt: Date): void {
  const service = createService('postgres', database.name, createdAt)
  host.services.set(`postgres/${service.name}`, service)
  if (!database.linked) return
  service.links.push({ app, variable: 'DATABASE_URL' })
  const linked = host.apps.get(app)
  if (linked) linked.config.DATABASE_URL = dataSourceName(service)
}
