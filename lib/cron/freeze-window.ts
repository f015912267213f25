import { CronExpressionParser } from 'cron-parser'
import { type FreezePeriod, type FreezeWindow, frozenBetween, frozenByDoubt, longest } from '#lib/domain/freeze.ts'
import { instantsOf, longestShiftMs, wallClock } from './wall-clock.ts'

/**
 * The freeze that holds at this instant, judged as GitLab does: it lasts from the last start until the next end after that
 * start. Where the clock is changed over a start or an end, the longer freeze counts. `null` when nothing is frozen; throws
 * nothing: a period that cannot be understood is a freeze without an end.
 */
export function freezeNow(periods: readonly FreezePeriod[], asOf: Date): FreezeWindow | null {
  return longest(periods.flatMap((period) => windowOf(period, asOf) ?? []))
}

function windowOf(period: FreezePeriod, asOf: Date): FreezeWindow | null {
  const doubt = doubtOf(period)
  if (doubt) return frozenByDoubt(period, doubt)
  const { freezeStart, freezeEnd, timeZone } = period
  try {
    const startsAt = lastStart(freezeStart, timeZone, asOf)
    const endsAt = nextEnd(freezeEnd, timeZone, startsAt)
    // GitLab's versions disagree on what such a period means, and no person means it.
    if (endsAt.getTime() === startsAt.getTime()) {
      return frozenByDoubt(period, `it starts and ends at the same time ("${freezeStart}" and "${freezeEnd}")`)
    }
    return endsAt > asOf ? frozenBetween(startsAt, endsAt, timeZone) : null
  } catch {
    return frozenByDoubt(period, `"${freezeStart}" and "${freezeEnd}" do not both name times`)
  }
}

function doubtOf({ freezeStart, freezeEnd, timeZone }: FreezePeriod): string | null {
  if (!isZone(timeZone)) return `"${timeZone}" is not the IANA name of a time zone`
  for (const [name, line] of [
    ['start', freezeStart],
    ['end', freezeEnd],
  ] as const) {
    if (!isCronLine(line)) return `its ${name} "${line}" is not a cron line of five fields`
  }
  return null
}

/** cron-parser takes more than GitLab means: missing fields, seconds, and `H`, which it fills by chance. */
function isCronLine(line: string): boolean {
  const fields = line.trim().split(/\s+/)
  if (fields.length !== 5 || fields.some((field) => /(^|,)h/i.test(field))) return false
  try {
    CronExpressionParser.parse(line, { tz: 'UTC' })
    return true
  } catch {
    return false
  }
}

function isZone(timeZone: string): boolean {
  try {
    wallClock(new Date(0), timeZone)
    return true
  } catch {
    return false
  }
}

/** At or before `asOf`. */
function lastStart(line: string, timeZone: string, asOf: Date): Date {
  const after = new Date(wallClock(asOf, timeZone).getTime() + longestShiftMs)
  const times = CronExpressionParser.parse(line, { tz: 'UTC', currentDate: after })
  for (;;) {
    const { first } = instantsOf(times.prev().toDate(), timeZone)
    if (first <= asOf) return first
  }
}

/** At or after `startsAt`. */
function nextEnd(line: string, timeZone: string, startsAt: Date): Date {
  const before = new Date(wallClock(startsAt, timeZone).getTime() - longestShiftMs)
  const times = CronExpressionParser.parse(line, { tz: 'UTC', currentDate: before })
  for (;;) {
    const { last } = instantsOf(times.next().toDate(), timeZone)
    if (last >= startsAt) return last
  }
}
