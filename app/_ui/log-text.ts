import type { Health } from '#lib/domain/board.ts'

/** A stretch of a line in one colour. `null` is the colour of text. */
export interface LogSpan {
  text: string
  tone: Health | null
  bold: boolean
}

type Style = Omit<LogSpan, 'text'>

const plain: Style = { tone: null, bold: false }

/** Terminal colours as the meaning they are used for. */
const tones: Record<number, Health> = { 1: 'critical', 2: 'ok', 3: 'attention', 4: 'busy', 6: 'busy' }

/** GitLab folds parts of a log by markers: `section_start:<time>:<name>[options]`, ended by a carriage return. */
const sectionMarker = /(?:\u001b\[0K)?section_(?:start|end):\d+:[^\r\n]*\r?/g

/** Runners may put the time and the stream before each line: `2026-11-23T12:43:46.962646Z 00O `. */
const linePrefix = /^\d{4}-\d\d-\d\dT[\d:.]+Z \d\d[OE][ +]/

const colour = /\u001b\[([\d;]*)m/
const otherEscape = /\u001b\[[\d;?]*[A-LN-Za-ln-z]|\u001b\][^\u0007]*\u0007/g

/** A job's log as a terminal would show it: colours as spans, progress rewritten by carriage returns as its last state. */
export function logLines(text: string): LogSpan[][] {
  let style = plain
  return text
    .replace(sectionMarker, '')
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const [spans, next] = spansOf(lastState(line.replace(linePrefix, '').replace(otherEscape, '')), style)
      style = next
      return spans
    })
}

/** What stays of a line that was written over and over. */
function lastState(line: string): string {
  const states = line.replace(/\r+$/, '').split('\r')
  return states.at(-1) ?? ''
}

function spansOf(line: string, start: Style): [LogSpan[], Style] {
  let style = start
  const spans: LogSpan[] = []
  // With a group in the pattern, every second part is what the group caught: the codes between two texts.
  line.split(new RegExp(colour, 'g')).forEach((part, index) => {
    if (index % 2 === 1) style = styleAfter(style, part)
    else if (part) spans.push({ text: part, ...style })
  })
  return [spans, style]
}

function styleAfter(style: Style, codes: string): Style {
  return codes.split(';').map(Number).reduce(styleAfterCode, style)
}

function styleAfterCode(style: Style, code: number): Style {
  if (code === 0) return plain
  if (code === 1) return { ...style, bold: true }
  if (code === 22) return { ...style, bold: false }
  if (code === 39) return { ...style, tone: null }
  const isForeground = (code >= 30 && code <= 37) || (code >= 90 && code <= 97)
  return isForeground ? { ...style, tone: tones[code % 10] ?? null } : style
}
