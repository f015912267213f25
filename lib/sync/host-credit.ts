/** How many seconds of a host Berth may take now. */
export interface Credit {
  /** Below zero when more was taken than there was. */
  seconds: number
  countedAt: Date
}

/** What a host that nobody asked for a while is asked at once about single apps, in its own seconds. */
export const burstSeconds = 3

/** The credit as of now: it grows by `sharePercent` of the time that passed. `before` is `null` for a host never asked. */
export function credit(before: Credit | null, { sharePercent, asOf }: { sharePercent: number; asOf: Date }): Credit {
  if (before === null) return { seconds: burstSeconds, countedAt: asOf }
  // A clock that was set back gives nothing, and takes nothing away.
  const elapsedSeconds = Math.max(0, (asOf.getTime() - before.countedAt.getTime()) / 1000)
  return { seconds: before.seconds + (elapsedSeconds * sharePercent) / 100, countedAt: asOf }
}

/**
 * What of the credit may go to questions about single apps, once the whole host was read. Whoever asks them only while this
 * is above zero never takes more than the share of any stretch of time, plus one burst and one question.
 */
export const affordable = ({ seconds, countedAt }: Credit): Credit => ({
  seconds: Math.min(burstSeconds, seconds),
  countedAt,
})
