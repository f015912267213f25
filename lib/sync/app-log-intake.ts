import { createLineReader, type ReadLine } from './app-log-lines.ts'
import type { Extent } from './app-log-ring.ts'

/** What a log may bring in one beat; more of it waits on the host. */
const beatMs = 50
const charactersPerBeat = 256 * 1024

/** How long the opening is gathered, from its first text on. */
const gatherMs = 250

/** Takes the text of one opening of a log. */
export interface Intake {
  /** To be awaited before more is given, when it answers with a promise. */
  take(text: string): Promise<void> | undefined
  /**
   * No more comes: what was held back is given. A line that broke off counts only when the log ended of itself; else it is
   * told whole when the log is opened again.
   */
  end(byItself: boolean): void
}

/**
 * Makes lines of a log's text and hands them on. What was written before, which each container tells for itself one after
 * the other, is put in the order of time first.
 */
export function createIntake(most: Extent, onLines: (lines: ReadLine[]) => void): Intake {
  const reader = createLineReader()
  let opening: ReadLine[] | null = []
  let gathered = 0
  let timer: NodeJS.Timeout | null = null
  let beatEndsAt = 0
  let taken = 0

  function settle(): void {
    if (timer) clearTimeout(timer)
    if (opening) onLines(inOrderOfTime(opening))
    opening = null
  }

  function gather(lines: ReadLine[], length: number): void {
    opening?.push(...lines)
    gathered += length
    timer ??= setTimeout(settle, gatherMs)
    if (gathered > most.characters || (opening?.length ?? 0) > most.lines) settle()
  }

  return {
    take(text) {
      const lines = reader.take(text)
      if (opening) gather(lines, text.length)
      else onLines(lines)

      const now = performance.now()
      if (now >= beatEndsAt) {
        beatEndsAt = now + beatMs
        taken = 0
      }
      taken += text.length
      if (taken < charactersPerBeat) return
      return new Promise((resolve) => setTimeout(resolve, beatEndsAt - now))
    },
    end(byItself) {
      settle()
      if (byItself) onLines(reader.rest())
    },
  }
}

/** A line without a time stays behind the one that it was told after. */
function inOrderOfTime(lines: ReadLine[]): ReadLine[] {
  let lastMs = Number.NEGATIVE_INFINITY
  return lines
    .map((line) => {
      lastMs = line.at?.getTime() ?? lastMs
      return { line, ms: lastMs }
    })
    .sort((one, other) => (one.ms === other.ms ? 0 : one.ms - other.ms))
    .map(({ line }) => line)
}
