import { type Finding, findingKey } from './finding.ts'

/** A finding that is open, as it was remembered. */
export interface OpenFinding extends Finding {
  id: string
  projectId: number | null
  unknownSince: Date | null
}

/** What becomes of the open findings of one scope, now that it was decided again. */
export interface FindingChanges {
  opened: Finding[]
  changed: { id: string; finding: Finding }[]
  /** Not found any more, though every source could tell. */
  closed: string[]
  /** Not found any more, but a source that they rest on is too old to know. */
  inDoubt: string[]
}

/** Compares what is open with what was found; both of the same scope. Empty in every part when nothing changed. */
export function findingChanges(
  open: readonly OpenFinding[],
  found: readonly Finding[],
  isInDoubt: (finding: Finding) => boolean,
): FindingChanges {
  const before = new Map(open.map((finding) => [findingKey(finding), finding]))
  const now = new Map(found.map((finding) => [findingKey(finding), finding]))
  const changes: FindingChanges = { opened: [], changed: [], closed: [], inDoubt: [] }
  for (const [key, finding] of now) {
    const known = before.get(key)
    if (!known) changes.opened.push(finding)
    else if (known.unknownSince !== null || !isSame(known, finding)) changes.changed.push({ id: known.id, finding })
  }
  for (const [key, finding] of before) {
    if (now.has(key)) continue
    if (!isInDoubt(finding)) changes.closed.push(finding.id)
    else if (finding.unknownSince === null) changes.inDoubt.push(finding.id)
  }
  return changes
}

/** Whether a finding rests on one of these sources. */
export const restsOn = ({ evidence }: Pick<Finding, 'evidence'>, sources: readonly string[]): boolean =>
  evidence.some(({ source }) => sources.includes(source))

export const isNothing = (changes: FindingChanges): boolean => Object.values(changes).every((part) => part.length === 0)

/** The snooze is a person's and no source's: it does not count. */
function isSame(one: Finding, other: Finding): boolean {
  return (
    one.severity === other.severity &&
    one.words === other.words &&
    one.since.getTime() === other.since.getTime() &&
    one.evidence.length === other.evidence.length &&
    one.evidence.every(({ source, words }, at) => {
      const its = other.evidence[at]
      return its?.source === source && its.words === words
    }) &&
    one.resolutions.length === other.resolutions.length &&
    one.resolutions.every(({ act, words }, at) => {
      const its = other.resolutions[at]
      return its?.act === act && its.words === words
    })
  )
}
