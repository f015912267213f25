/** Longer than any clock is ever put forward or back. */
export const longestShiftMs = 3 * 3_600_000

/**
 * What the clock on the wall of a time zone shows, written as if it were UTC: cron lines mean such times, and arithmetic on them
 * knows no summer time. Throws `RangeError` for a zone that is none.
 */
export function wallClock(at: Date, timeZone: string): Date {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value)
  return new Date(
    Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) +
      at.getUTCMilliseconds(),
  )
}

/**
 * When the wall clock shows this, earliest first: once on most days, twice when it was put back over it. When it was put
 * forward over it, the two instants between which it would have been shown.
 */
export function instantsOf(wall: Date, timeZone: string): { first: Date; last: Date } {
  const dayMs = 86_400_000
  const candidates = [-dayMs, dayMs].map((shift) => {
    const near = new Date(wall.getTime() + shift)
    return new Date(wall.getTime() - (wallClock(near, timeZone).getTime() - near.getTime()))
  })
  const real = candidates.filter((at) => wallClock(at, timeZone).getTime() === wall.getTime())
  const times = (real.length > 0 ? real : candidates).map((at) => at.getTime())
  return { first: new Date(Math.min(...times)), last: new Date(Math.max(...times)) }
}
