/** How many seconds of a host Berth may take now for dear questions. */
export interface Credit {
  /** Below zero when the last question took more than there was. */
  seconds: number
  countedAt: Date
}

/** What a host that nobody asked for a while is asked at once, in its own seconds. */
export const burstSeconds = 3

/**
 * The credit as of now: it grows by `sharePercent` of the time that passed, up to the burst. Whoever asks only while it is
 * above zero never takes more than the share of any stretch of time, plus one burst and one question. `before` is `null`
 * for a host that was never asked.
 */
export function credit(before: Credit | null, { sharePercent, asOf }: { sharePercent: number; asOf: Date }): Credit {
  if (before === null) return { seconds: burstSeconds, countedAt: asOf }
  // A clock that was set back gives nothing, and takes nothing away.
  const elapsedSeconds = Math.max(0, (asOf.getTime() - before.countedAt.getTime()) / 1000)
  const seconds = Math.min(burstSeconds, before.seconds + (elapsedSeconds * sharePercent) / 100)
  return { seconds, countedAt: asOf }
}
