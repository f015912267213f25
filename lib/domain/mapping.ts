/** Where an app lives on Dokku. */
export interface AppLocation {
  /** Name of a configured Dokku host. */
  host: string
  app: string
}

/** Where an app lives on Heroku. Only staging and production do; nothing of it is ever destroyed from here. */
export interface HerokuLocation {
  /** Name of the app. */
  heroku: string
}

/**
 * How a project's GitLab environments are joined to Dokku. The defaults are those of the talk: a review app is named by
 * `$CI_ENVIRONMENT_SLUG`, its database `$APP_NAME-database`; staging and production are named by hand or found by domain.
 */
export interface Mapping {
  /** The host of review apps; `null` looks on every host, in the configured order. */
  reviewHost: string | null
  /** Template of a review app's name; `$CI_ENVIRONMENT_SLUG` and `$CI_PROJECT_NAME` stand for themselves. */
  reviewApp: string
  /** Template of a database's name; `$APP_NAME` is the app. `null` for a project whose apps have none. */
  database: string | null
  /** Environments whose app is named by hand, by environment name. */
  named: Record<string, AppLocation | HerokuLocation>
  /** Names of apps that are never destroyed from here, whatever becomes of their environment; `*` stands for anything. */
  keep: string[]
  /** A review app turns stale so many days after its last deployment; `null` never. */
  staleDays: number | null
}

export const defaultMapping: Mapping = {
  reviewHost: null,
  reviewApp: '$CI_ENVIRONMENT_SLUG',
  database: '$APP_NAME-database',
  named: {},
  keep: [],
  staleDays: 30,
}
