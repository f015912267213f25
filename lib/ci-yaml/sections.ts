import { isMap, isScalar, type Pair, parseAllDocuments } from 'yaml'
import { BerthError } from '#lib/domain/errors.ts'
import { firstLine } from './read.ts'

/** A top-level key of a file with everything below it. */
export interface Section {
  key: string
  /** Comments that stand directly above the key. */
  above: string[]
  /** The key's own lines, with the comments among them. */
  body: string[]
  /** Blank lines and loose comments between it and the next. */
  after: string[]
  pair: Pair
}

/** A file taken apart line by line: put together again it is the same to the byte. */
export interface Sections {
  /** Everything before the first key: a header, another document. */
  before: string[]
  sections: Section[]
}

const isLoose = (line: string): boolean => line.trim() === '' || line.startsWith('#')

/** Takes a file apart by its top-level keys. Throws `refused` for one that cannot be changed line by line. */
export function sectionsOf(text: string): Sections {
  const documents = parseAllDocuments(text, { version: '1.1', merge: true })
  const document = Array.isArray(documents) ? documents.at(-1) : undefined
  const flaw = document?.errors[0]
  if (flaw) throw unreadable(firstLine(flaw.message))
  const lines = text.split('\n')
  const contents = document?.contents
  if (!contents || (isScalar(contents) && contents.value === null)) return { before: lines, sections: [] }
  if (!isMap(contents) || contents.flow) throw unreadable('it is not a list of jobs by name, one below the other.')

  const starts = contents.items.map((pair) => ({
    pair,
    key: String(isScalar(pair.key) ? pair.key.value : pair.key),
    line: text.slice(0, pair.key.range?.[0] ?? 0).split('\n').length - 1,
  }))
  const firstAbove = aboveOf(lines, starts[0]?.line ?? 0, 0)
  const sections = starts.map(({ pair, key, line }, index): Section => {
    const next = starts[index + 1]?.line ?? lines.length
    const nextAbove = index + 1 < starts.length ? aboveOf(lines, next, line + 1) : next
    let end = nextAbove
    while (end > line + 1 && isLoose(lines[end - 1] ?? '')) end -= 1
    return {
      key,
      above: lines.slice(aboveOf(lines, line, 0), line),
      body: lines.slice(line, end),
      after: lines.slice(end, nextAbove),
      pair,
    }
  })
  return { before: lines.slice(0, firstAbove), sections }
}

export const textOf = ({ before, sections }: Sections): string =>
  [...before, ...sections.flatMap(({ above, body, after }) => [...above, ...body, ...after])].join('\n')

/** The line where the comments begin that stand directly above another line. */
function aboveOf(lines: string[], line: number, least: number): number {
  let start = line
  while (start > least && lines[start - 1]?.startsWith('#')) start -= 1
  return start
}

const unreadable = (words: string): BerthError =>
  new BerthError('refused', 'berth', `The file in the repository cannot be merged: ${words}`)
