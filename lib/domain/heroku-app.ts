/** What Heroku says of a dyno; `unknown` for a word that a newer Heroku brings. */
export type DynoState = 'up' | 'starting' | 'idle' | 'crashed' | 'down' | 'unknown'

/** One running container of an app on Heroku. */
export interface Dyno {
  /** `web.1` */
  name: string
  /** `web`, `worker`, …; `run`, `scheduler` and `release` are somebody's one-off. */
  type: string
  state: DynoState
  /** The release that it runs; while dynos are replaced, two differ. */
  releaseVersion: number
  /** When it last changed its state. */
  updatedAt: Date
}

/** How many dynos of a process type are wished. */
export interface Formation {
  type: string
  quantity: number
  /** `standard-1X`, `eco`, … */
  size: string
}

export type ReleaseStatus = 'succeeded' | 'failed' | 'pending' | 'expired' | 'unknown'

/** A release: a slug with the config variables of its time. Every change of either makes the next. */
export interface HerokuRelease {
  id: string
  /** `v12` is 12. */
  version: number
  status: ReleaseStatus
  /** Heroku's own words: `Deploy a1b2c3d4`, `Set TZ config vars`, `Rollback to v11`. */
  description: string
  /** Of the slug; `null` for a release without one: nothing built yet, or a container image. */
  slugId: string | null
  /** The one that runs. */
  current: boolean
  /** E-mail of whoever made it. */
  by: string | null
  createdAt: Date
}

/** What the list of apps tells of each. */
export interface HerokuApp {
  id: string
  name: string
  /** Where it answers: `https://hello-app-0123456789ab.herokuapp.com/`, by whatever name Heroku gave it. */
  webUrl: string | null
  maintenance: boolean
  /** `heroku-24`, `container`, … */
  stack: string
  /** When something was released last; `null` before the first time. */
  releasedAt: Date | null
  updatedAt: Date
}

/** The commit of a slug, as whoever built it said; `null` when they did not. */
export interface HerokuSlug {
  id: string
  commit: string | null
}
