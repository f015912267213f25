/** A freeze period of GitLab's: two cron lines in one time zone. GitLab only sets a variable; whoever plays a job must judge it. */
export interface FreezePeriod {
  id: number
  freezeStart: string
  freezeEnd: string
  /** An IANA name, as GitLab's own pages write it. */
  timeZone: string
}

/** One stretch of time in which nothing is deployed: from `startsAt` on, and from `endsAt` on no longer. */
export interface FreezeWindow {
  startsAt: Date
  endsAt: Date
}
