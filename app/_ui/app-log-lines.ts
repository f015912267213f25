import { type AppLogLine, repeatsOf } from '#lib/domain/app-log.ts'
import { type LogSpan, logLine, plainText, shownLines } from './log-text.ts'

/** What a `lines` event of the stream holds; instants are still text. */
export interface StreamedLines {
  anew: boolean
  skipped: number
  lines: (Omit<AppLogLine, 'at'> & { at: string | null })[]
}

export interface ShownLine extends Omit<AppLogLine, 'id'> {
  /** Grows in this browser; marks of skipped lines have one too. */
  id: number
  spans: LogSpan[]
  /** Without colours. */
  words: string
}

/** What a panel shows of a log. */
export interface ShownLog {
  lines: readonly ShownLine[]
  /** Lines that were shown once and are not kept. */
  dropped: number
  /** Lines that came since it was paused. */
  waiting: number
  /** In order of appearance. */
  processes: readonly string[]
}

/** The lines that this browser keeps of a log: as many as are shown, and as many again while it is paused. */
export interface AppLogLines {
  take(streamed: StreamedLines): void
  pause(): void
  resume(): void
  shown(): ShownLog
}

const mostProcesses = 20

export function createAppLogLines(): AppLogLines {
  let lines: ShownLine[] = []
  let waiting: ShownLine[] = []
  let isPaused = false
  let lastId = 0
  const dropped = { shown: 0, waiting: 0 }
  const processes = new Set<string>()
  let isRepeat: (line: Omit<AppLogLine, 'id'>) => boolean = () => false

  function shownLine(line: Omit<AppLogLine, 'id'>): ShownLine {
    if (line.process && processes.size < mostProcesses) processes.add(line.process)
    const spans = logLine(line.text)
    lastId += 1
    return { ...line, id: lastId, spans, words: plainText(spans) }
  }

  function skippedMark(count: number): ShownLine[] {
    if (count === 0) return []
    return [shownLine({ at: null, process: null, text: `… ${count.toLocaleString('en')} lines skipped`, by: 'berth' })]
  }

  function show(more: ShownLine[]): void {
    const all = [...lines, ...more]
    lines = all.slice(-shownLines)
    dropped.shown += all.length - lines.length
  }

  function hold(more: ShownLine[]): void {
    const all = [...waiting, ...more]
    waiting = all.slice(-shownLines)
    dropped.waiting += all.length - waiting.length
  }

  return {
    take({ anew, skipped, lines: streamed }) {
      // Berth does not know what is shown here, and begins with lines of which some may be.
      if (anew) isRepeat = repeatsOf([...lines, ...waiting].filter(({ by }) => by === 'app'))
      const fresh = streamed
        .map(({ at, process, text, by }) => ({ at: at === null ? null : new Date(at), process, text, by }))
        .filter((line) => !isRepeat(line))
      const more = [...skippedMark(skipped), ...fresh.map(shownLine)]
      if (isPaused) hold(more)
      else show(more)
    },
    pause() {
      isPaused = true
    },
    resume() {
      isPaused = false
      show(waiting)
      waiting = []
      dropped.shown += dropped.waiting
      dropped.waiting = 0
    },
    shown: () => ({
      lines,
      dropped: dropped.shown,
      waiting: waiting.length + dropped.waiting,
      processes: [...processes],
    }),
  }
}
