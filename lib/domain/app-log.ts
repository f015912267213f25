/** A line of an app's log. */
export interface AppLogLine {
  /** Grows by one with each line of one log; says nothing of another log. */
  id: number
  /** When the container wrote it; `null` where the host does not say. */
  at: Date | null
  /** `web.1`; `null` where the host does not say. */
  process: string | null
  /** With the colour codes of the app itself. */
  text: string
  /** `berth`: a note of Berth's own between the app's lines. */
  by: 'app' | 'berth'
}

/**
 * How Berth stands to the host of an app's log: `connecting` (for the first time), `live` (what the app writes arrives),
 * `waiting` (it ended or could not be opened, and is opened again soon).
 */
export interface AppLogState {
  kind: 'connecting' | 'live' | 'waiting'
  /** Why it waits, as a sentence. */
  words: string | null
  /** Since when it stands so; attempts in between that failed too do not count. */
  since: Date
}

/** The last line that a reader has, in the numbering that its id belongs to. */
export interface AppLogPlace {
  log: string
  id: number
}

/** What one reader has not got yet of a log. */
export interface AppLogPart {
  /** Which numbering the ids belong to: a log that Berth opened anew begins with another. */
  log: string
  /** The reader's place in this log was not known: `lines` begin with the oldest that Berth keeps. */
  anew: boolean
  /** Lines before `lines` that came faster than the reader took them, or while it was away. */
  skipped: number
  lines: AppLogLine[]
  /** `null` when it is as before. */
  state: AppLogState | null
}

type Told = Pick<AppLogLine, 'at' | 'process' | 'text'>

/**
 * Tells lines that were already given from new ones, for a log whose end is told once more: a line that equals one of
 * `given`, each of which counts once, or that is older than all of them.
 */
export function repeatsOf(given: Iterable<Told>): (line: Told) => boolean {
  const left = new Map<string, number>()
  let oldestMs = Number.NEGATIVE_INFINITY
  for (const line of given) {
    if (oldestMs === Number.NEGATIVE_INFINITY && line.at) oldestMs = line.at.getTime()
    const key = keyOf(line)
    left.set(key, (left.get(key) ?? 0) + 1)
  }
  return (line) => {
    if (line.at && line.at.getTime() < oldestMs) return true
    const key = keyOf(line)
    const count = left.get(key) ?? 0
    if (count > 0) left.set(key, count - 1)
    return count > 0
  }
}

const keyOf = ({ at, process, text }: Told): string => `${at?.getTime()} ${process} ${text}`
