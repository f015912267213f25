/** Seconds after each failed try until the next: eight tries within some nine hours, then it is given up. */
const waitSeconds = [10, 40, 150, 600, 1_800, 7_200, 21_600]

/** Who asks for more than a day is asked again after a day. */
const longestSeconds = 86_400

/**
 * When a message that failed is tried next; `null`: not any more. `tries` counts the one that just failed. `chance`, from 0 to
 * below 1, spreads what failed together over a quarter of the wait. The other side's own wish is kept, and then not shortened.
 */
export function nextTryAt(
  { tries, retryAfterSeconds, chance }: { tries: number; retryAfterSeconds: number | null; chance: number },
  asOf: Date,
): Date | null {
  const wait = waitSeconds[tries - 1]
  if (wait === undefined) return null
  const seconds = Math.max(wait * (1 - chance / 4), retryAfterSeconds ?? 0)
  return new Date(asOf.getTime() + Math.min(seconds, longestSeconds) * 1000)
}
