import type { Health } from '#lib/domain/board.ts'

/** More lines than anybody reads in a panel. */
export const shownLines = 2000

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

/** What no colour code took and no screen shows. */
const control = /[\u0000-\u0008\u000b-\u001f\u007f]/g

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

/** One line that stands for itself, as an app's log has them. */
export function logLine(text: string): LogSpan[] {
  const [spans] = spansOf(lastState(text.replace(otherEscape, '')), plain)
  return spans
}

export const plainText = (spans: readonly LogSpan[]): string => spans.map(({ text }) => text).join('')

/** What finds these words in any case; `null` for none. */
export function patternOf(words: string): RegExp | null {
  return words === '' ? null : new RegExp(words.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'giu')
}

/** The same spans, cut so that each is either found by the pattern or not. */
export function markedSpans(spans: readonly LogSpan[], pattern: RegExp): (LogSpan & { isFound: boolean })[] {
  const found = [...plainText(spans).matchAll(pattern)].map(
    ({ index, 0: text }) => [index, index + text.length] as const,
  )
  let from = 0
  return spans.flatMap((span) => {
    const [start, end] = [from, from + span.text.length]
    from = end
    const edges = found.flat().filter((edge) => edge > start && edge < end)
    return [start, ...edges].map((at, index) => ({
      ...span,
      text: span.text.slice(at - start, (edges[index] ?? end) - start),
      isFound: found.some(([first, last]) => first <= at && at < last),
    }))
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
    else {
      const text = part.replace(control, '')
      if (text) spans.push({ text, ...style })
    }
  })
  return [spans, style]
}

/** `38;5;n` and `38;2;r;g;b` choose of more colours than there are meanings, `48;…` those behind the text. */
const otherColour = /\b(?<ground>[34])8;(?:5;\d+|2;\d+;\d+;\d+)/g

function styleAfter(style: Style, codes: string): Style {
  return codes.replace(otherColour, '$<ground>9').split(';').map(Number).reduce(styleAfterCode, style)
}

function styleAfterCode(style: Style, code: number): Style {
  if (code === 0) return plain
  if (code === 1) return { ...style, bold: true }
  if (code === 22) return { ...style, bold: false }
  if (code === 39) return { ...style, tone: null }
  const isForeground = (code >= 30 && code <= 37) || (code >= 90 && code <= 97)
  return isForeground ? { ...style, tone: tones[code % 10] ?? null } : style
}
