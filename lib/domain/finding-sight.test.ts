import { describe, expect, test } from 'vitest'
import { type Access, everywhere, type Role } from './access.ts'
import type { FindingKind, FindingSubject, StoredFinding } from './finding.ts'
import { findingFor, seesFinding } from './finding-sight.ts'

const asOf = new Date('2026-11-23T10:00:00Z')
const finding = (kind: FindingKind, subject: FindingSubject, projectId: number | null): StoredFinding => ({
  kind,
  subject,
  projectId,
  severity: 'critical',
  words: '2 environments that are up map to app hello: review/a of team/one and review/b of secret/two.',
  evidence: [
    { source: 'dokku:review', words: 'App hello is there once.' },
    { source: 'gitlab:1', words: 'review/a not stopped.' },
    { source: 'gitlab:2', words: 'review/b not stopped.' },
  ],
  resolutions: [],
  since: asOf,
  snooze: null,
  id: 'one',
  projectPath: null,
  host: 'review',
  openedAt: asOf,
  closedAt: null,
  unknownSince: null,
})
const memberOf = (...ids: number[]): { access: Access } => ({
  access: { everywhere: null, projects: new Map(ids.map((id): [number, Role] => [id, 'maintainer'])) },
})
const app: FindingSubject = { kind: 'app', host: 'review', app: 'hello' }
const host: FindingSubject = { kind: 'host', host: 'review' }

describe('who sees a finding', () => {
  test.each<[string, StoredFinding, boolean, boolean, boolean]>([
    // of                                                        member   stranger  onlooker
    ['an app of the project', finding('app-down', app, 1), true, false, true],
    ['an app of no project', finding('name-collision', app, null), false, false, true],
    ['the host itself', finding('disk-low', host, null), true, true, true],
    ['how much is on the host', finding('app-limit', host, null), false, false, true],
    ['the host, for one project alone', finding('plugin-missing', host, 1), true, false, true],
  ])('about %s', (_, one, member, stranger, onlooker) => {
    expect(seesFinding(memberOf(1), one)).toBe(member)
    expect(seesFinding(memberOf(9), one)).toBe(stranger)
    expect(seesFinding({ access: everywhere('reporter') }, one)).toBe(onlooker)
  })
})

test('what a finding says of an unseen project is left out', () => {
  const collision = finding('name-collision', app, 1)
  expect(findingFor(memberOf(1, 2), collision)).toBe(collision)
  const shown = findingFor(memberOf(1), collision)
  expect(JSON.stringify(shown)).not.toMatch(/secret|review\/b|gitlab:2/)
  expect(shown.evidence.map(({ source }) => source)).toEqual(['dokku:review', 'gitlab:1'])
})
