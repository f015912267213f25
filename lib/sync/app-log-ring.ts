import type { AppLogLine } from '#lib/domain/app-log.ts'
import type { ReadLine } from './app-log-lines.ts'

/** Whichever is reached first, for all that is kept and for what one reader gets at once. */
export interface Extent {
  lines: number
  characters: number
}

/** The last lines of a log, numbered. */
export interface AppLogRing {
  add(lines: readonly ReadLine[]): void
  /** The lines after this id, at most so much of them but at least one, and how many between were dropped. */
  after(id: number, most: Extent): { skipped: number; lines: AppLogLine[] }
  /** From the oldest on. */
  all(): readonly AppLogLine[]
  /** Of the last line; 0 before the first. */
  readonly lastId: number
  /** Of the oldest line that is kept, or of the next that comes. */
  readonly firstId: number
}

/** What a line takes beside its text. */
const overhead = 100

export function createAppLogRing(kept: Extent): AppLogRing {
  let lines: AppLogLine[] = []
  let characters = 0
  let nextId = 1

  return {
    add(more) {
      for (const line of more) {
        lines.push({ id: nextId, ...line })
        nextId += 1
        characters += sizeOf(line)
      }
      let dropped = 0
      while (lines.length - dropped > kept.lines || characters > kept.characters) {
        characters -= sizeOf(lines[dropped])
        dropped += 1
      }
      if (dropped > 0) lines = lines.slice(dropped)
    },
    after(id, most) {
      const firstId = nextId - lines.length
      const from = Math.max(0, id + 1 - firstId)
      let room = most.characters
      let end = from
      while (end < lines.length && end - from < most.lines && (room > 0 || end === from)) {
        room -= sizeOf(lines[end])
        end += 1
      }
      return { skipped: Math.max(0, firstId - id - 1), lines: lines.slice(from, end) }
    },
    all: () => lines,
    get lastId() {
      return nextId - 1
    },
    get firstId() {
      return nextId - lines.length
    },
  }
}

const sizeOf = (line: ReadLine | undefined): number => (line?.text.length ?? 0) + overhead
