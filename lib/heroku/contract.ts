import type { Dyno, Formation, HerokuApp, HerokuRelease, HerokuSlug } from '#lib/domain/heroku-app.ts'

/**
 * Heroku with one account's key. Every call throws a `BerthError` of system `heroku`: `forbidden` for a key that is not taken,
 * `not-found` for an app that is not there or that the key may not see.
 */
export interface Heroku {
  /** E-mail of the account that the key is of. */
  account(): Promise<string>
  /** Every app that the key may see, all pages of them. */
  apps(): Promise<HerokuApp[]>
  app(app: string): Promise<HerokuApp>
  dynos(app: string): Promise<Dyno[]>
  formation(app: string): Promise<Formation[]>
  /** The newest, newest first. */
  releases(app: string): Promise<HerokuRelease[]>
  slug(app: string, slugId: string): Promise<HerokuSlug>
  /** Names of the config variables. Their values are dropped where the answer is read and exist nowhere in Berth. */
  configKeys(app: string): Promise<string[]>
  /** Hostnames that lead to it, Heroku's own too. */
  domains(app: string): Promise<string[]>

  /** Makes a new release of an earlier one's slug and config variables. Migrations stay as they are. */
  rollBack(app: string, releaseId: string): Promise<HerokuRelease>
  /** Takes every dyno away; Heroku starts new ones. */
  restartDynos(app: string): Promise<void>
  /** In maintenance mode visitors get 503 while the dynos go on. */
  setMaintenance(app: string, on: boolean): Promise<HerokuApp>

  /** Requests that the account has left, as Heroku's last answer said, with the 75 a minute that it gave back since; `null` before the first. */
  readonly requestsLeft: number | null
}
