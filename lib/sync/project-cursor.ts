/** What a project's next look needs to be cheap. Kept as JSON in its source. */
export interface ProjectCursor {
  /** The last look that read every page; `null` asks for one. */
  fullAt: Date | null
  /** The newest update seen of each list, by GitLab's clock; `null` until something was seen. */
  deploymentsUpdatedAt: Date | null
  pipelinesUpdatedAt: Date | null
  mergeRequestsUpdatedAt: Date | null
  /** Counts the looks: says whose turn the third request is. */
  turn: number
  /** The page that each list's turn reads next. */
  branchesPage: number
  environmentsPage: number
  /** When each list was last read whole. */
  branchesWalkedAt: Date | null
  environmentsWalkedAt: Date | null
  /** When hints were last followed. */
  hintedAt: Date | null
  /** Ranges `from..to` that GitLab refused to compare; asked again after the next full look. */
  notComparable: string[]
}

const first: ProjectCursor = {
  fullAt: null,
  deploymentsUpdatedAt: null,
  pipelinesUpdatedAt: null,
  mergeRequestsUpdatedAt: null,
  turn: 0,
  branchesPage: 1,
  environmentsPage: 1,
  branchesWalkedAt: null,
  environmentsWalkedAt: null,
  hintedAt: null,
  notComparable: [],
}

/** A cursor written by an older Berth lacks what it did not know. */
export const projectCursor = (stored: Record<string, unknown>): ProjectCursor => ({ ...first, ...stored })

/** The later of what was known and the newest of these. */
export function latestUpdate(known: Date | null, items: readonly { updatedAt: Date }[]): Date | null {
  return items.reduce<Date | null>(
    (latest, { updatedAt }) => (latest === null || updatedAt > latest ? updatedAt : latest),
    known,
  )
}

/** GitLab writes an update's time before the row is visible: asking from a little earlier misses none of them. */
const overlapSeconds = 10

export const updatedSince = (cursor: Date | null): { updatedAfter?: Date } =>
  cursor === null ? {} : { updatedAfter: new Date(cursor.getTime() - overlapSeconds * 1000) }

export type Turn = 'merge-requests' | 'environments' | 'branches' | 'environment-in-motion' | 'freeze-periods'

/** Freeze periods change a few times a year, and are asked for at each click: they take one turn in so many. */
const freezeRound = 16

/**
 * Whose turn the third request of an idle look is: merge requests every other time, because people change them without any
 * pipeline; between them a page of environments, a page of branches and, while somebody has one open, an environment; also one that is being stopped.
 * Now and then a page yields to the freeze periods, of which neither tells.
 */
export function turnOf(turn: number, { hasEnvironments }: { hasEnvironments: boolean }): Turn {
  if (turn % 2 === 0) return 'merge-requests'
  if (turn % freezeRound === freezeRound - 1) return 'freeze-periods'
  const between: Turn[] = ['environments', 'branches', ...(hasEnvironments ? ['environment-in-motion' as const] : [])]
  return between[Math.floor(turn / 2) % between.length] ?? 'environments'
}
