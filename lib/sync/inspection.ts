/** Why something is asked about, the most urgent first: it changed, somebody looks at it, it stands in the lane, its turn came. */
export type Attention = 'changed' | 'watched' | 'lane' | 'round'

/** What is known of when one thing was last asked about. */
export interface Inspectable {
  name: string
  attention: Attention
  /** The last time it was asked; `null` when never. */
  askedAt: Date | null
  /** Its answer may be no older than this. */
  freshSeconds: number
}

/**
 * Whose turn it is. Where nobody of that kind waits it passes on, so that the round gets everything when nothing happens,
 * and a sixth at least whatever happens: every app is asked in the end, however many there are.
 */
const turns: readonly Attention[] = ['changed', 'watched', 'lane', 'changed', 'watched', 'round']

/**
 * Whom to ask, in this order, for as long as the host has time for it. Within a kind whoever was never asked comes first,
 * then whoever is overdue the most by their own measure. `turn` is where the look before had stopped; each entry tells
 * where to go on after it.
 */
export function inspectionsDue(
  candidates: readonly Inspectable[],
  { turn, asOf }: { turn: number; asOf: Date },
): { name: string; nextTurn: number }[] {
  const waiting = Map.groupBy(
    candidates
      .map((candidate) => ({ ...candidate, urgency: urgencyOf(candidate, asOf) }))
      .filter(({ urgency }) => urgency >= 1)
      .sort((one, other) => one.urgency - other.urgency || other.name.localeCompare(one.name)),
    ({ attention }) => attention,
  )
  const due: { name: string; nextTurn: number }[] = []
  for (let next = turn, passed = 0; passed < turns.length; next += 1) {
    const attention = turns[next % turns.length] ?? 'round'
    const name = waiting.get(attention)?.pop()?.name
    passed = name === undefined ? passed + 1 : 0
    if (name !== undefined) due.push({ name, nextTurn: (next + 1) % turns.length })
  }
  return due
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

/** How much attention an app's process report deserves. */
export function reportAttention(
  app: { createdAt: Date | null; deployedAt: Date | null },
  noticed: { isChanged: boolean; isWatched: boolean; isInLane: boolean; asOf: Date },
): Pick<Inspectable, 'attention' | 'freshSeconds'> {
  if (noticed.isChanged) return { attention: 'changed', freshSeconds: reportFreshSeconds.changed }
  if (noticed.isWatched) return { attention: 'watched', freshSeconds: reportFreshSeconds.watched }
  const touchedAt = Math.max(app.createdAt?.getTime() ?? 0, app.deployedAt?.getTime() ?? 0)
  if (noticed.asOf.getTime() - touchedAt < settlingMinutes * 60_000) {
    return { attention: 'changed', freshSeconds: reportFreshSeconds.settling }
  }
  if (noticed.isInLane) return { attention: 'lane', freshSeconds: reportFreshSeconds.lane }
  return { attention: 'round', freshSeconds: reportFreshSeconds.other }
}
