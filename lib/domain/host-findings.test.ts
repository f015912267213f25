import { describe, expect, test } from 'vitest'
import type { AppClaim, NamingClaim } from './belonging.ts'
import { findingKey, type HostFindingKind, hostFindingKinds } from './finding.ts'
import { findingChanges, restsOn } from './finding-changes.ts'
import { type HostFacts, hostFindings, hostSourcesInDoubt } from './host-findings.ts'
import { defaultMapping } from './mapping.ts'
import { asOf, minutesAgo } from './samples.ts'
import { silentMinutes } from './source.ts'

const host = 'review'
const seen = { observedAt: minutesAgo(1), failingSince: null }
const silent = { observedAt: minutesAgo(silentMinutes + 1), failingSince: minutesAgo(silentMinutes) }

const claim = (name: string, more: Partial<AppClaim> = {}): AppClaim => ({
  projectId: 42,
  environmentId: name.length,
  environmentName: `review/${name}`,
  state: 'available',
  tier: 'development',
  app: { host, app: name },
  database: { host, plugin: 'postgres', name: `${name}-database` },
  ...more,
})
const naming = (pattern: string): NamingClaim => ({
  id: pattern,
  projectId: 42,
  host,
  pattern,
  claimedBy: 'aiko',
  claimedAt: asOf,
})
const app = (name: string) => ({ name, createdAt: minutesAgo(100), deployedAt: minutesAgo(90) })
const database = (name: string, links: string[], more: Partial<HostFacts['services'][number]> = {}) => ({
  plugin: 'postgres',
  name,
  status: 'running',
  version: '17.5',
  links,
  sizeBytes: null,
  detailAt: minutesAgo(5),
  ...more,
})

/** A host with one review app and its database, as they should be. */
const facts = (more: Partial<HostFacts> = {}, belongings: Partial<HostFacts['belongings']> = {}): HostFacts => ({
  host,
  sight: { ...seen, attemptedAt: minutesAgo(1) },
  failure: null,
  refusedKey: null,
  plugins: ['postgres'],
  disk: { totalBytes: 100e9, freeBytes: 40e9 },
  mostApps: 50,
  apps: [app('login')],
  services: [database('login-database', ['login'])],
  belongings: { claims: [claim('login')], naming: [], keep: [], unread: [], ...belongings },
  projects: new Map([
    [42, { path: 'hello/hello-app', sight: seen, mapping: defaultMapping }],
    [9, { path: 'hello/shop', sight: seen, mapping: defaultMapping }],
  ]),
  known: new Map(),
  ...more,
})
const found = (given: HostFacts) => hostFindings(given, asOf)
const kinds = (given: HostFacts) => found(given).map(({ finding }) => finding.kind)
const many = (count: number) => Array.from({ length: count }, (_, index) => app(`app-${index}`))
const shared = [
  claim('login', { environmentId: 1 }),
  claim('login', { environmentId: 2, environmentName: 'review/other' }),
]

test('a host on which everything belongs has no finding', () => {
  expect(kinds(facts())).toEqual([])
})

const cases: Record<HostFindingKind, { given: HostFacts; subject: string; sources: string[] }> = {
  'host-unreachable': {
    given: facts({
      sight: { observedAt: minutesAgo(2), failingSince: minutesAgo(1), attemptedAt: minutesAgo(0.5) },
      failure: 'review.test does not answer.',
    }),
    subject: 'host:review',
    sources: ['dokku:review'],
  },
  'host-key-changed': {
    given: facts({
      sight: { ...silent, attemptedAt: asOf },
      refusedKey: { shown: 'SHA256:new', pinned: 'SHA256:old' },
    }),
    subject: 'host:review',
    sources: ['dokku:review'],
  },
  'plugin-missing': { given: facts({ plugins: [] }), subject: 'host:review', sources: ['dokku:review', 'gitlab:42'] },
  'disk-low': {
    given: facts({ disk: { totalBytes: 100, freeBytes: 9 } }),
    subject: 'host:review',
    sources: ['dokku:review'],
  },
  'app-limit': { given: facts({ apps: many(45) }), subject: 'host:review', sources: ['dokku:review'] },
  'name-collision': {
    given: facts({}, { claims: shared }),
    subject: 'app:review/login',
    sources: ['dokku:review', 'gitlab:42'],
  },
  'app-without-environment': {
    given: facts({ apps: [app('login'), app('review-old')] }, { naming: [naming('review-*')] }),
    subject: 'app:review/review-old',
    sources: ['dokku:review', 'gitlab:42'],
  },
  'database-left': {
    given: facts(
      { apps: [], services: [database('login-database', [])] },
      { claims: [claim('login', { state: 'stopped' })] },
    ),
    subject: 'database:review/postgres/login-database',
    sources: ['dokku:review', 'gitlab:42'],
  },
  'database-unlinked': {
    given: facts({ services: [database('login-database', [])] }),
    subject: 'database:review/postgres/login-database',
    sources: ['dokku:review', 'gitlab:42'],
  },
}

describe.each([...hostFindingKinds])('%s', (kind) => {
  const { given, subject, sources } = cases[kind]

  test('appears alone, with its evidence and a way out', () => {
    const [one, ...others] = found(given)
    expect(others).toEqual([])
    expect(one && findingKey(one.finding)).toBe(`${kind} ${subject}`)
    expect(one?.finding.evidence.map(({ source }) => source)).toEqual(sources)
    expect(one?.finding.resolutions.length).toBeGreaterThan(0)
  })

  test.each(sources.filter((source) => source.startsWith('gitlab')))('is in doubt while %s is too old', (source) => {
    const projects = new Map([...given.projects].map(([id, project]) => [id, { ...project, sight: silent }]))
    const doubted = { ...given, projects }
    expect(kinds(doubted)).toEqual([])
    expect(hostSourcesInDoubt(doubted, asOf)).toContain(source)
  })
})

describe('a silent host', () => {
  const silenced = (given: HostFacts) => ({ ...given, sight: { ...silent, attemptedAt: asOf }, failure: 'Silence.' })

  test.each([...hostFindingKinds].slice(2))('says nothing of %s, which stays in doubt', (kind) => {
    const { given } = cases[kind]
    expect(kinds(silenced(given))).toEqual(['host-unreachable'])
    const [before] = found(given)
    if (!before) throw new Error('the case must make a finding')
    const inDoubt = hostSourcesInDoubt(silenced(given), asOf)
    const open = [{ ...before.finding, id: 'one', projectId: null, unknownSince: null }]
    const changes = findingChanges(open, [], (finding) => restsOn(finding, inDoubt))
    expect(changes).toMatchObject({ inDoubt: ['one'], closed: [] })
  })
})

test('one failed look is not yet an unreachable host', () => {
  const failedOnce = { observedAt: minutesAgo(1), failingSince: asOf, attemptedAt: asOf }
  expect(kinds(facts({ sight: failedOnce, failure: 'A bad moment.' }))).toEqual([])
})

test('both keys are in the evidence of a changed one', () => {
  const [one] = found(cases['host-key-changed'].given)
  expect(one?.finding).toMatchObject({
    severity: 'critical',
    evidence: [{ source: 'dokku:review', words: 'It showed SHA256:new; SHA256:old is pinned.' }],
  })
})

test.each([
  [10, null],
  [9.9, 'attention'],
  [5, 'attention'],
  [4.9, 'critical'],
  [0, 'critical'],
] as const)('%s %% of the disk free: %s', (percent, severity) => {
  const [one] = found(facts({ disk: { totalBytes: 1000, freeBytes: percent * 10 } }))
  expect(one?.finding.severity ?? null).toBe(severity)
})

test.each([
  [44, 50, []],
  [45, 50, ['app-limit']],
  [60, 50, ['app-limit']],
  [60, null, []],
] as const)('%s apps where there is room for %s: %j', (count, mostApps, expected) => {
  expect(kinds(facts({ apps: many(count), mostApps, services: [] }))).toEqual(expected)
})

describe('a plugin is missed', () => {
  test('only where a mapping of what is up wants databases', () => {
    expect(kinds(facts({ plugins: [] }, { claims: [claim('login', { database: null })] }))).toEqual([])
    expect(kinds(facts({ plugins: [] }, { claims: [] }))).toEqual([])
  })

  test('by the one project, or by none in particular', () => {
    const of = (claims: AppClaim[]) => found(facts({ plugins: [] }, { claims }))[0]?.projectId
    expect(of([claim('login')])).toBe(42)
    expect(of([claim('login'), claim('shop', { projectId: 9 })])).toBeNull()
  })
})

describe('two environments of one app', () => {
  test('are named, also across projects', () => {
    const [one] = found(facts({}, { claims: [claim('login'), claim('login', { projectId: 9, environmentId: 2 })] }))
    expect(one?.finding.words).toContain('review/login of hello/hello-app and review/login of hello/shop')
    expect(one?.projectId).toBe(42)
  })

  test('are none when one is stopped, or the app is not there', () => {
    const [one, other] = shared
    if (!one || !other) throw new Error('there are two')
    expect(kinds(facts({}, { claims: [one, { ...other, state: 'stopped' }] }))).toEqual([])
    expect(kinds(facts({ apps: [], services: [] }, { claims: shared }))).toEqual([])
  })
})

describe('an app without environment', () => {
  const claimed = (more: Partial<HostFacts>, belongings: Partial<HostFacts['belongings']> = {}) =>
    kinds(facts({ apps: [app('login'), app('review-old')], ...more }, { naming: [naming('review-*')], ...belongings }))

  test('is nobody’s business until its name is claimed', () => {
    expect(claimed({}, { naming: [] })).toEqual([])
  })

  test('is not one that is kept, or could be production', () => {
    expect(claimed({}, { keep: ['review-old'] })).toEqual([])
    expect(claimed({}, { unread: [{ host, app: 'review-old' }] })).toEqual([])
  })

  test('may have an environment that GitLab was not asked about since the app was made', () => {
    const young = { ...app('review-new'), createdAt: asOf }
    expect(claimed({ apps: [app('login'), young] })).toEqual([])
  })
})

describe('a database', () => {
  const gone = { apps: [], services: [database('login-database', [])] }
  const stopped = { claims: [claim('login', { state: 'stopped' })] }

  test('is not left while it is linked, its details are not read, or its app is still there', () => {
    const shop = { apps: [app('shop')], services: [database('login-database', ['shop'])] }
    expect(kinds(facts(shop, stopped))).toEqual([])
    expect(kinds(facts({ ...gone, services: [database('login-database', [], { status: null })] }, stopped))).toEqual([])
    expect(kinds(facts({ services: [database('login-database', [])] }, stopped))).toEqual([])
  })

  test('is not left while its environment is up: the app is what is missing', () => {
    expect(kinds(facts(gone))).toEqual([])
  })

  test('of staging or production, kept, or nobody’s is never left', () => {
    const lane = { claims: [claim('login', { state: 'stopped', tier: 'production' })] }
    expect(kinds(facts(gone, lane))).toEqual([])
    expect(kinds(facts(gone, { ...stopped, keep: ['login*'] }))).toEqual([])
    expect(kinds(facts(gone, { claims: [] }))).toEqual([])
  })

  test('that only its name gives to a project is left when no app of that name is there', () => {
    const claimed = { claims: [], naming: [naming('login*')] }
    expect(kinds(facts(gone, claimed))).toEqual(['database-left'])
    expect(kinds(facts({ services: [database('login-database', [])] }, claimed))).toContain('database-unlinked')
  })

  test('is linked before its app is deployed: what was read before tells nothing', () => {
    const early = database('login-database', [], { detailAt: minutesAgo(91) })
    expect(kinds(facts({ services: [early] }))).toEqual([])
    expect(
      kinds(facts({ apps: [{ ...app('login'), deployedAt: null }], services: [database('login-database', [])] })),
    ).toEqual([])
  })
})

test('what was known goes on: since when, and that somebody snoozed it', () => {
  const { given } = cases['database-left']
  const snooze = { until: new Date(asOf.getTime() + 1), reason: 'needed', by: 'aiko' }
  const known = new Map([['database-left database:review/postgres/login-database', { since: minutesAgo(9), snooze }]])
  expect(found({ ...given, known })[0]?.finding).toMatchObject({ since: minutesAgo(9), snooze })
})
