const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** How long ago or ahead, in the one largest unit: `now`, `40 s`, `5 min`, `3 h`, `12 d`, `4 mo`, `2 y`. Rounded down. */
export function age(from: Date, to: Date): string {
  const seconds = Math.floor(Math.abs(to.getTime() - from.getTime()) / 1000)
  if (seconds < 10) return 'now'
  if (seconds < minute) return `${Math.floor(seconds / 10) * 10} s`
  if (seconds < hour) return `${Math.floor(seconds / minute)} min`
  if (seconds < day) return `${Math.floor(seconds / hour)} h`
  if (seconds < 60 * day) return `${Math.floor(seconds / day)} d`
  if (seconds < 365 * day) return `${Math.floor(seconds / (30 * day))} mo`
  return `${Math.floor(seconds / (365 * day))} y`
}

/** The same as part of a sentence: `just now`, `5 min ago`, `in 3 h`. */
export function ageInWords(at: Date, asOf: Date): string {
  const amount = age(at, asOf)
  if (amount === 'now') return 'just now'
  return at.getTime() <= asOf.getTime() ? `${amount} ago` : `in ${amount}`
}
