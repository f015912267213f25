/** A freeze period of GitLab's: two cron lines in one time zone. GitLab only sets a variable; whoever plays a job must judge it. */
export interface FreezePeriod {
  id: number
  freezeStart: string
  freezeEnd: string
  /** An IANA name, as GitLab's own pages write it. */
  timeZone: string
}

/**
 * One stretch of time in which nothing is deployed: from `startsAt` on, and from `endsAt` on no longer. Both are `null` for a
 * period that cannot be understood, which counts as a freeze until somebody mends it in GitLab.
 */
export interface FreezeWindow {
  startsAt: Date | null
  endsAt: Date | null
  /** One sentence for a person: from when until when, by the clock of the period's own time zone; or what is unreadable. */
  words: string
}

export const frozenBetween = (startsAt: Date, endsAt: Date, timeZone: string): FreezeWindow => ({
  startsAt,
  endsAt,
  words: `A freeze period of GitLab's lasts from ${clock(startsAt, timeZone)} until ${clock(endsAt, timeZone)} (${timeZone}).`,
})

export const frozenByDoubt = (period: FreezePeriod, doubt: string): FreezeWindow => ({
  startsAt: null,
  endsAt: null,
  words: `Freeze period ${period.id} of GitLab's cannot be understood, so it counts as a freeze: ${doubt}.`,
})

/** Of several freezes the one that holds out longest, an endless one first; `null` when there is none. */
export function longest(windows: readonly FreezeWindow[]): FreezeWindow | null {
  const end = ({ endsAt }: FreezeWindow) => endsAt?.getTime() ?? Number.POSITIVE_INFINITY
  return windows.reduce<FreezeWindow | null>(
    (last, window) => (last === null || end(window) > end(last) ? window : last),
    null,
  )
}

/** `Fri 27 Nov 23:00` */
function clock(at: Date, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
  return format.format(at).replaceAll(',', '').replace(' at ', ' ')
}
