import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Finding, findingKey } from './finding.ts'
import { findingChanges, isNothing, type OpenFinding, restsOn } from './finding-changes.ts'
import { asOf, minutesAgo } from './samples.ts'

const finding = (more: Partial<Finding> = {}): Finding => ({
  kind: 'commit-drift',
  subject: { kind: 'environment', environmentId: 7, name: 'review/login' },
  severity: 'attention',
  words: 'GitLab deployed aaaaaaaa, but Dokku runs cccccccc.',
  evidence: [{ source: 'dokku:review', words: 'It runs cccccccc.' }],
  resolutions: [{ act: 'redeploy', words: 'Run the deployment job again.' }],
  since: minutesAgo(5),
  snooze: null,
  ...more,
})
const open = (more: Partial<OpenFinding> = {}): OpenFinding => ({
  ...finding(),
  id: 'one',
  projectId: 42,
  unknownSince: null,
  ...more,
})
const nothing = { opened: [], changed: [], closed: [], inDoubt: [] }
const never = () => false
const always = () => true

describe('a finding', () => {
  test('opens when it is found first', () => {
    expect(findingChanges([], [finding()], never)).toEqual({ ...nothing, opened: [finding()] })
  })

  test('stays as it is while it is found the same, snoozed or not', () => {
    const snooze = { until: asOf, reason: 'known', by: 'aiko' }
    expect(findingChanges([open({ snooze })], [finding()], never)).toEqual(nothing)
  })

  test.each<[string, Partial<Finding>]>([
    ['words', { words: 'GitLab deployed bbbbbbbb, but Dokku runs cccccccc.' }],
    ['severity', { severity: 'critical' }],
    ['beginning', { since: minutesAgo(4) }],
    ['evidence', { evidence: [{ source: 'dokku:review', words: 'It runs dddddddd.' }] }],
    ['resolutions', { resolutions: [] }],
  ])('changes with its %s', (_, more) => {
    expect(findingChanges([open()], [finding(more)], never)).toEqual({
      ...nothing,
      changed: [{ id: 'one', finding: finding(more) }],
    })
  })

  test('closes when it is found no more', () => {
    expect(findingChanges([open()], [], never)).toEqual({ ...nothing, closed: ['one'] })
  })

  test('is in doubt, once, while a source cannot tell', () => {
    expect(findingChanges([open()], [], always)).toEqual({ ...nothing, inDoubt: ['one'] })
    expect(findingChanges([open({ unknownSince: minutesAgo(1) })], [], always)).toEqual(nothing)
  })

  test('comes back, or closes, when the source does', () => {
    const doubted = open({ unknownSince: minutesAgo(1) })
    expect(findingChanges([doubted], [finding()], never).changed).toHaveLength(1)
    expect(findingChanges([doubted], [], never).closed).toEqual(['one'])
  })
})

test('a finding rests on the sources of its evidence', () => {
  expect(restsOn(finding(), ['gitlab:42'])).toBe(false)
  expect(restsOn(finding(), ['gitlab:42', 'dokku:review'])).toBe(true)
})

test('whatever was open, carrying the changes out leaves what was found and what is in doubt', () => {
  const some = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 6 })
  const of = (environmentId: number) =>
    finding({ subject: { kind: 'environment', environmentId, name: `review/${environmentId}` } })
  fc.assert(
    fc.property(some, some, some, (before, now, doubted) => {
      const opened = before.map((id) => open({ ...of(id), id: String(id) }))
      const isInDoubt = ({ subject }: Finding) =>
        subject.kind === 'environment' && doubted.includes(subject.environmentId)
      const changes = findingChanges(opened, now.map(of), isInDoubt)
      const left = opened.filter(({ id }) => !changes.closed.includes(id)).map(findingKey)
      const after = [...left, ...changes.opened.map(findingKey)].sort()
      const expected = new Set([...now, ...before.filter((id) => doubted.includes(id))])
      expect(after).toEqual([...expected].map((id) => findingKey(of(id))).sort())
      expect(isNothing(changes)).toBe(before.every((id) => now.includes(id)) && now.every((id) => before.includes(id)))
    }),
  )
})
