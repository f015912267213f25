import { structuredPatch } from 'diff'

export interface ChangedLine {
  kind: 'same' | 'added' | 'removed'
  text: string
}

/** A stretch of changed lines with three unchanged ones before and after. */
export interface ChangedPart {
  /** Of its first line in each text, from 1. */
  fromLine: number
  toLine: number
  lines: ChangedLine[]
}

const kinds: Record<string, ChangedLine['kind']> = { ' ': 'same', '+': 'added', '-': 'removed' }

/** What is another in `to` than in `from`; `[]` when nothing is. */
export function changedParts(from: string, to: string): ChangedPart[] {
  const patch = structuredPatch('', '', from, to, '', '', { context: 3 })
  return patch.hunks.map(({ oldStart, newStart, lines }) => ({
    fromLine: oldStart,
    toLine: newStart,
    lines: lines.flatMap((line) => {
      const kind = kinds[line.charAt(0)]
      return kind ? [{ kind, text: line.slice(1) }] : []
    }),
  }))
}
