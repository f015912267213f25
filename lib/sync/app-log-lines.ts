import { withoutPasswords } from '#lib/domain/address-password.ts'
import type { AppLogLine } from '#lib/domain/app-log.ts'

/** What the app wrote, before it has its place in a log. */
export type ReadLine = Omit<AppLogLine, 'id'>

/** In characters; what an app writes beyond is counted and dropped. */
export const longestLine = 8 * 1024

/** Dokku puts a colour, Docker's time to the nanosecond and the process before each line, as `dokku logs` prints it. */
const prefix =
  /^(?:\u001b\[\d{1,3}m)?(?<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z) app\[(?<process>[\w.-]{1,100})\]:(?:\u001b\[0m)? ?/

/** Makes lines of text that arrives in pieces, cut anywhere. Holds back no more than the beginning of one line. */
export interface LineReader {
  /** The lines that this piece ends. */
  take(piece: string): ReadLine[]
  /** The line that the text broke off in. */
  rest(): ReadLine[]
}

export function createLineReader(): LineReader {
  let begun = ''
  let dropped = 0

  function add(part: string): void {
    const room = longestLine - begun.length
    begun += part.slice(0, room)
    dropped += Math.max(0, part.length - room)
  }

  function end(): ReadLine {
    const line = readLine(begun, dropped)
    begun = ''
    dropped = 0
    return line
  }

  return {
    take(piece) {
      const parts = piece.split('\n')
      const last = parts.pop() ?? ''
      const lines = parts.map((part) => {
        add(part)
        return end()
      })
      add(last)
      return lines
    },
    rest: () => (begun === '' ? [] : [end()]),
  }
}

function readLine(raw: string, dropped: number): ReadLine {
  const found = prefix.exec(raw)
  const at = found?.groups?.at ? new Date(found.groups.at) : null
  const isStamped = at !== null && !Number.isNaN(at.getTime())
  const text = withoutPasswords(clean(isStamped && found ? raw.slice(found[0].length) : raw))
  return {
    at: isStamped ? at : null,
    process: (isStamped && found?.groups?.process) || null,
    text: dropped > 0 ? `${text} … ${dropped.toLocaleString('en')} characters more` : text,
    by: 'app',
  }
}

/** Half of a pair, as a cut leaves it, and NUL are no text that every program on the way takes. */
const clean = (text: string): string => text.replace(/\r+$/, '').replaceAll('\0', '\ufffd').toWellFormed()
