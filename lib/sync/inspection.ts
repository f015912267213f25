/** What is known of when one thing was last asked about. */
export interface Inspectable {
  name: string
  /** The last time it was asked, or tried; `null` when never. */
  askedAt: Date | null
  /** It changed since it was asked, or is being looked at, or stands in the lane: its answer may be no older than this. */
  freshSeconds: number
}

/**
 * Whom to ask now, given that each answer costs the host something: first whoever is overdue the most by their own measure,
 * never more than `limit`. Whoever was never asked comes before all others.
 */
export function inspectionsDue(
  candidates: readonly Inspectable[],
  { limit, asOf }: { limit: number; asOf: Date },
): string[] {
  return candidates
    .map((candidate) => ({ name: candidate.name, urgency: urgencyOf(candidate, asOf) }))
    .filter(({ urgency }) => urgency >= 1)
    .sort((one, other) => other.urgency - one.urgency || one.name.localeCompare(other.name))
    .slice(0, limit)
    .map(({ name }) => name)
}

/** The age of the last answer, measured in how old it may be. */
function urgencyOf({ askedAt, freshSeconds }: Inspectable, asOf: Date): number {
  if (askedAt === null) return Number.MAX_VALUE / freshSeconds
  return (asOf.getTime() - askedAt.getTime()) / 1000 / freshSeconds
}

/** How old a process report may be, in seconds: 0.4 s of the host's time each, so that most wait for the slow round. */
export const reportFreshSeconds = { changed: 1, watched: 4, settling: 15, lane: 30, other: 300 }

/** An app whose containers were replaced may still fall over in its first minutes. */
const settlingMinutes = 3

/** How old an app's process report may be, by what is known of the app. */
export function appFreshSeconds(
  app: { name: string; createdAt: Date | null; deployedAt: Date | null },
  attention: { changed: ReadonlySet<string>; watched: ReadonlySet<string>; lane: ReadonlySet<string>; asOf: Date },
): number {
  if (attention.changed.has(app.name)) return reportFreshSeconds.changed
  if (attention.watched.has(app.name)) return reportFreshSeconds.watched
  const touchedAt = Math.max(app.createdAt?.getTime() ?? 0, app.deployedAt?.getTime() ?? 0)
  if (attention.asOf.getTime() - touchedAt < settlingMinutes * 60_000) return reportFreshSeconds.settling
  return attention.lane.has(app.name) ? reportFreshSeconds.lane : reportFreshSeconds.other
}
