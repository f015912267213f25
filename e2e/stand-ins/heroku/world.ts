import { randomUUID } from 'node:crypto'

export type DynoState = 'up' | 'starting' | 'idle' | 'crashed' | 'down'

export interface Dyno {
  id: string
  /** `web.1` */
  name: string
  type: string
  state: DynoState
  release: number
  createdAt: Date
  updatedAt: Date
}

export interface Formation {
  id: string
  type: string
  quantity: number
  size: string
  command: string
}

/** What a build made: the files of a commit, ready to run. */
export interface Slug {
  id: string
  /** As whoever asked for the build named it; `null` when they did not. */
  commit: string | null
  /** Folder with its files; `null` for one that was only ever told of. */
  files: string | null
  processTypes: Record<string, string>
  /** Its program ends at once, or answers 500. */
  trouble: 'crash' | 'error' | null
  createdAt: Date
}

export interface Release {
  id: string
  version: number
  status: 'pending' | 'succeeded' | 'failed'
  description: string
  slugId: string | null
  by: string
  createdAt: Date
  updatedAt: Date
}

export interface Build {
  id: string
  status: 'pending' | 'succeeded' | 'failed'
  version: string | null
  slugId: string | null
  releaseId: string | null
  output: string
  createdAt: Date
  updatedAt: Date
}

export interface App {
  id: string
  name: string
  /** Where it answers: its name, with twelve more characters unless it is from before June 2023. */
  webName: string
  maintenance: boolean
  configVars: Record<string, string>
  /** Besides Heroku's own. */
  domains: string[]
  formation: Formation[]
  dynos: Dyno[]
  slugs: Slug[]
  /** Oldest first. */
  releases: Release[]
  builds: Build[]
  createdAt: Date
  updatedAt: Date
}

/** Everything this Heroku knows. */
export interface World {
  dir: string
  /** Of the API and of the router before the apps. */
  port: number
  account: { id: string; email: string; key: string }
  apps: Map<string, App>
  /** Uploaded sources that wait to be built, by id. */
  sources: Map<string, Buffer>
  /** How long a build, a start and a release phase take, about. */
  stepMs: number
  /** Release phases that fail, and how often, by app. */
  failingReleases: Map<string, number>
}

export const emptyWorld = (options: { dir: string; key: string; stepMs: number }): World => ({
  dir: options.dir,
  port: 0,
  account: { id: randomUUID(), email: 'deploy@hello.example.jp', key: options.key },
  apps: new Map(),
  sources: new Map(),
  stepMs: options.stepMs,
  failingReleases: new Map(),
})

export const newApp = (name: string, { createdAt, webName }: { createdAt: Date; webName?: string }): App => ({
  id: randomUUID(),
  name,
  webName: webName ?? `${name}-${randomUUID().slice(-12)}`,
  maintenance: false,
  configVars: {},
  domains: [],
  formation: [],
  dynos: [],
  slugs: [],
  releases: [],
  builds: [],
  createdAt,
  updatedAt: createdAt,
})

/** The one that runs: the newest that succeeded. A release phase that fails leaves the one before. */
export const currentRelease = ({ releases }: App): Release | undefined =>
  releases.findLast(({ status }) => status === 'succeeded')

export const slugOf = (app: App, release: Release | undefined): Slug | undefined =>
  app.slugs.find(({ id }) => id === release?.slugId)
