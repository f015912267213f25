import { describe, expect, test } from 'vitest'
import { boardRow, type RowFacts } from './board-row.ts'
import { isInDoubt } from './environment-findings.ts'
import { type EnvironmentFindingKind, environmentFindingKinds, findingKey } from './finding.ts'
import {
  asOf,
  minutesAgo,
  sampleBranch,
  sampleDeployment,
  sampleEnvironment,
  sampleFacts,
  sampleMergeRequest,
  sampleUrl,
  sha,
} from './samples.ts'
import { silentMinutes } from './source.ts'
import { processesStaleMinutes } from './truth.ts'

const daysAgo = (days: number): Date => minutesAgo(days * 24 * 60)
const app = (more: Partial<NonNullable<RowFacts['app']>> = {}): NonNullable<RowFacts['app']> => ({
  host: 'review',
  app: 'review-login-abc123',
  exists: true,
  deployedSha: sha('a'),
  deployedAt: minutesAgo(60),
  sourceImage: null,
  locked: false,
  processes: [{ type: 'web', index: 1, status: 'running' }],
  processesAt: minutesAgo(1),
  ...more,
})
const heroku = (more: Partial<NonNullable<RowFacts['heroku']>> = {}): NonNullable<RowFacts['heroku']> => ({
  app: 'hello-app',
  exists: true,
  maintenance: false,
  dynos: [{ name: 'web.1', type: 'web', state: 'up' }],
  formation: [{ type: 'web', quantity: 1, size: 'basic' }],
  release: { version: 12, description: 'Deploy aaaaaaaa', createdAt: minutesAgo(60), sha: sha('a') },
  newer: null,
  ...more,
})
const failedRelease = {
  version: 13,
  status: 'failed' as const,
  description: 'Deploy cccccccc',
  createdAt: minutesAgo(5),
}
const gone = app({ exists: false, processes: null, deployedSha: null })
const database = (exists: boolean): NonNullable<RowFacts['database']> => ({
  host: 'review',
  plugin: 'postgres',
  name: 'review-login-abc123-database',
  exists,
  status: null,
  version: null,
  linked: null,
})
const production = { environment: sampleEnvironment({ tier: 'production', name: 'production' }) }
const failing = sampleUrl({ status: 502, finalStatus: 502, failures: 2, failingSince: minutesAgo(3) })
const failed = [sampleDeployment(), sampleDeployment({ iid: 2, status: 'failed', sha: sha('c') })]
const stopped = (more: Partial<RowFacts> = {}): Partial<RowFacts> => ({
  environment: sampleEnvironment({ state: 'stopped', stateSince: minutesAgo(30) }),
  ...more,
})
const merged = { mergeRequest: sampleMergeRequest({ state: 'merged', mergedAt: minutesAgo(50) }) }
const branchless = { branch: null, mergeRequest: null }
const old = { deployments: [sampleDeployment({ updatedAt: daysAgo(31), job: null })] }
const silent = { observedAt: minutesAgo(silentMinutes + 1), failingSince: minutesAgo(silentMinutes) }

const isPlatform = (source: string): boolean => source.startsWith('dokku') || source === 'heroku'

const findingsOf = (facts: Partial<RowFacts>) => boardRow(sampleFacts(facts), asOf).findings
const kindsOf = (facts: Partial<RowFacts>) => findingsOf(facts).map(({ kind }) => kind)

/** Each kind from a disagreement, and the same facts without it. */
const cases: Record<
  EnvironmentFindingKind,
  { facts: Partial<RowFacts>; resolved: Partial<RowFacts>; sources: string[] }
> = {
  'app-down': {
    facts: { app: app({ processes: [{ type: 'web', index: 1, status: 'restarting' }] }) },
    resolved: { app: app() },
    sources: ['dokku:review', 'gitlab:42'],
  },
  'app-missing': { facts: { app: gone }, resolved: { app: app() }, sources: ['gitlab:42', 'dokku:review'] },
  'url-failing': {
    facts: { url: failing },
    resolved: { url: sampleUrl() },
    sources: ['url:7', 'gitlab:42', 'dokku:review'],
  },
  'deployment-failed': {
    facts: { deployments: failed },
    resolved: { deployments: [...failed, sampleDeployment({ iid: 3 })] },
    sources: ['gitlab:42'],
  },
  'commit-drift': {
    facts: { app: app({ deployedSha: sha('c') }) },
    resolved: { app: app() },
    sources: ['gitlab:42', 'dokku:review'],
  },
  'release-failed': {
    facts: { app: null, heroku: heroku({ newer: failedRelease }) },
    resolved: { app: null, heroku: heroku() },
    sources: ['heroku'],
  },
  'certificate-expiring': {
    facts: { url: sampleUrl({ certificateExpiresAt: daysAgo(-13) }) },
    resolved: { url: sampleUrl({ certificateExpiresAt: daysAgo(-14) }) },
    sources: ['url:7'],
  },
  'stop-failed': {
    facts: { environment: sampleEnvironment({ state: 'stopping', stateSince: minutesAgo(11) }) },
    resolved: stopped({ app: gone }),
    sources: ['gitlab:42'],
  },
  'stopped-but-up': { facts: stopped(), resolved: stopped({ app: gone }), sources: ['gitlab:42', 'dokku:review'] },
  'merged-but-up': { facts: merged, resolved: { ...merged, ...stopped({ app: gone }) }, sources: ['gitlab:42'] },
  'branch-gone': { facts: branchless, resolved: { ...branchless, ...stopped({ app: gone }) }, sources: ['gitlab:42'] },
  stale: { facts: old, resolved: { deployments: [sampleDeployment()] }, sources: ['gitlab:42', 'dokku:review'] },
}

describe.each([...environmentFindingKinds])('%s', (kind) => {
  const { facts, resolved, sources } = cases[kind]

  test('appears alone, with evidence of every source that it rests on and a way out', () => {
    const [finding, ...others] = findingsOf(facts)
    expect(others).toEqual([])
    expect(finding).toMatchObject({ kind, subject: { kind: 'environment', environmentId: 7, name: 'review/login' } })
    expect(finding?.evidence.map(({ source }) => source)).toEqual(sources)
    expect(finding?.evidence.every(({ words }) => words.endsWith('.'))).toBe(true)
    expect(finding?.resolutions.length).toBeGreaterThan(0)
  })

  test('disappears when it is resolved', () => {
    expect(kindsOf(resolved)).not.toContain(kind)
  })

  test.each(sources)('is unknown, not ended, while %s is too old', (source) => {
    const tooOld: Partial<RowFacts> = source.startsWith('gitlab')
      ? { gitlabSight: silent }
      : isPlatform(source)
        ? { hostSight: silent }
        : { url: facts.url && 'failures' in facts.url ? { ...facts.url, observedAt: minutesAgo(31) } : null }
    const row = boardRow(sampleFacts({ ...facts, ...tooOld }), asOf)
    expect(row.findings.map((one) => one.kind)).not.toContain(kind)
    const [open] = findingsOf(facts)
    const isHostSilent = isPlatform(source)
    expect(open && isInDoubt(open, row, { isHostSilent })).toBe(true)
  })

  test('does not change when only time passes', () => {
    const [now] = findingsOf(facts)
    const known = new Map(now ? [[findingKey(now), now]] : [])
    const seen = { observedAt: asOf, failingSince: null }
    const later = boardRow(
      sampleFacts({ ...facts, known, gitlabSight: seen, hostSight: seen }),
      new Date(asOf.getTime() + 60_000),
    )
    expect(later.findings).toEqual([now])
  })

  test('counts for nothing while it is snoozed, and again afterwards', () => {
    const [found] = findingsOf(facts)
    if (!found) throw new Error('the case must make a finding')
    const snoozed = (until: Date) =>
      boardRow(
        sampleFacts({
          ...facts,
          known: new Map([[findingKey(found), { since: found.since, snooze: { until, reason: 'known', by: 'aiko' } }]]),
        }),
        asOf,
      )
    const asleep = snoozed(new Date(asOf.getTime() + 1))
    expect(asleep.findings[0]?.snooze).toMatchObject({ reason: 'known' })
    expect(['critical', 'attention']).not.toContain(asleep.health)
    const awake = snoozed(asOf)
    expect(awake.findings[0]?.snooze).toBeNull()
    expect(awake.health).toBe(boardRow(sampleFacts(facts), asOf).health)
  })
})

describe('since when', () => {
  test.each<[EnvironmentFindingKind, Date]>([
    ['merged-but-up', minutesAgo(50)],
    ['stopped-but-up', minutesAgo(30)],
    ['stop-failed', minutesAgo(11)],
    ['deployment-failed', minutesAgo(110)],
    ['url-failing', minutesAgo(3)],
    ['stale', daysAgo(1)],
    ['app-missing', asOf],
  ])('%s', (kind, since) => {
    expect(findingsOf(cases[kind].facts)[0]?.since).toEqual(since)
  })

  test('is remembered where no source tells', () => {
    const [found] = findingsOf(cases['commit-drift'].facts)
    if (!found) throw new Error('the case must make a finding')
    const known = new Map([[findingKey(found), { since: minutesAgo(99), snooze: null }]])
    expect(findingsOf({ ...cases['commit-drift'].facts, known })[0]?.since).toEqual(minutesAgo(99))
  })
})

describe('an app', () => {
  const web = (more: object) => [{ type: 'web', index: 1, status: 'running' as const, ...more }]

  test('in a restart loop is named with the count, also when it was caught while it ran', () => {
    const loop = { processes: web({ status: 'restarting', restarts: 17 }) }
    expect(findingsOf({ app: app(loop) })[0]).toMatchObject({
      severity: 'critical',
      words: 'In a restart loop: web.1 restarted 17 times.',
    })
    const caught = { restarts: 5, startedAt: minutesAgo(1.5) }
    expect(kindsOf({ app: app({ processes: web(caught) }) })).toEqual(['app-down'])
  })

  test('that restarted long ago runs', () => {
    expect(kindsOf({ app: app({ processes: web({ restarts: 5, startedAt: minutesAgo(3) }) }) })).toEqual([])
    expect(kindsOf({ app: app({ processes: web({ restarts: 2, startedAt: minutesAgo(1) }) }) })).toEqual([])
  })

  test('that gave up says after how many restarts', () => {
    const exited = app({ processes: web({ status: 'exited', restarts: 10 }) })
    expect(findingsOf({ app: exited })[0]?.words).toBe('Not running: web.1 exited after 10 restarts.')
  })

  test('without a process says so, unless its first deployment failed', () => {
    const empty = app({ processes: [], deployedSha: null })
    expect(kindsOf({ app: empty })).toEqual(['app-down'])
    expect(kindsOf({ app: empty, deployments: [sampleDeployment({ status: 'failed' })] })).toEqual([
      'deployment-failed',
    ])
  })

  test('whose processes were asked long ago is unknown', () => {
    const down = (minutes: number) =>
      kindsOf({ app: app({ processes: web({ status: 'exited' }), processesAt: minutesAgo(minutes) }) })
    expect(down(processesStaleMinutes)).toEqual(['app-down'])
    expect(down(processesStaleMinutes + 0.1)).toEqual([])
  })

  test('of which only the processes are unknown is there all the same', () => {
    const unasked = app({ processes: null, processesAt: null, deployedSha: sha('c') })
    const row = boardRow(sampleFacts({ app: unasked }), asOf)
    expect(row.findings.map(({ kind }) => kind)).toEqual(['commit-drift'])
    const doubts = (['app-missing', 'app-down'] as const).map((kind) => {
      const [open] = findingsOf(cases[kind].facts)
      return open && isInDoubt(open, row, { isHostSilent: false })
    })
    expect(doubts).toEqual([false, true])
  })

  test('that Dokku was not asked about since GitLab deployed or stopped is neither missing nor left nor another', () => {
    const deployments = [sampleDeployment({ updatedAt: minutesAgo(0.5), job: null })]
    for (const one of [gone, app({ deployedSha: sha('c') })]) expect(kindsOf({ deployments, app: one })).toEqual([])
    const justStopped = sampleEnvironment({ state: 'stopped', stateSince: minutesAgo(0.5) })
    const row = boardRow(sampleFacts({ environment: justStopped }), asOf)
    expect(row).toMatchObject({ findings: [], health: 'busy', dokku: { state: 'checking' } })
  })
})

test('that GitLab was not asked about since Dokku was given another commit is no drift yet', () => {
  const pushed = (deployedAt: Date | null) => kindsOf({ app: app({ deployedSha: sha('c'), deployedAt }) })
  expect(pushed(minutesAgo(0.5))).toEqual([])
  expect(pushed(minutesAgo(1.5))).toEqual(['commit-drift'])
  expect(pushed(null), 'of a host that tells no time').toEqual(['commit-drift'])
})

test('what a stop job takes down is neither down nor missing', () => {
  const stopping = { environment: sampleEnvironment({ state: 'stopping', stateSince: minutesAgo(1) }) }
  const exited = app({ processes: [{ type: 'web', index: 1, status: 'exited' }] })
  expect(boardRow(sampleFacts({ ...stopping, app: exited }), asOf)).toMatchObject({ findings: [], health: 'busy' })
  expect(boardRow(sampleFacts({ ...stopping, app: gone }), asOf)).toMatchObject({ findings: [], health: 'busy' })
})

describe('a stop that removed nothing', () => {
  test('also when only the database is left', () => {
    const [finding] = findingsOf(stopped({ app: gone, database: database(true) }))
    expect(finding).toMatchObject({ kind: 'stopped-but-up' })
    expect(finding?.words).toContain('database review-login-abc123-database')
    expect(kindsOf(stopped({ app: gone, database: database(false) }))).toEqual([])
  })

  test('but not when another environment that is up has the same app', () => {
    expect(kindsOf(stopped({ appUsedBy: 'review/login-again' }))).toEqual([])
  })
})

describe('a merged or closed merge request', () => {
  test('is no reason where its branch goes on', () => {
    const commit = { ...sampleBranch().commit, committedAt: minutesAgo(49) }
    expect(kindsOf({ ...merged, branch: sampleBranch({ commit }) })).toEqual([])
    expect(kindsOf({ ...merged, branch: sampleBranch({ isProtected: true }) })).toEqual([])
  })

  test('says more than that its branch is gone', () => {
    expect(kindsOf({ ...merged, branch: null })).toEqual(['merged-but-up'])
  })
})

describe('a URL', () => {
  test('fails only after two failures in a row, and while GitLab and Dokku say all is well', () => {
    expect(kindsOf({ url: { ...failing, failures: 1 } })).toEqual([])
    const down = app({ processes: [{ type: 'web', index: 1, status: 'exited' }] })
    expect(kindsOf({ url: failing, app: down })).toEqual(['app-down'])
  })

  test('is critical in the lane', () => {
    expect(findingsOf({ ...production, url: failing })[0]).toMatchObject({ kind: 'url-failing', severity: 'critical' })
    expect(findingsOf({ url: failing })[0]?.severity).toBe('attention')
  })

  test.each([
    [14, null],
    [13.9, 'attention'],
    [3, 'attention'],
    [2.9, 'critical'],
    [-1, 'critical'],
  ] as const)('whose certificate lasts %s more days: %s', (days, severity) => {
    expect(findingsOf({ url: sampleUrl({ certificateExpiresAt: daysAgo(-days) }) })[0]?.severity ?? null).toBe(severity)
  })

  test('that fails because its certificate expired has one finding', () => {
    const expired = sampleUrl({
      status: null,
      finalStatus: null,
      failures: 4,
      failingSince: minutesAgo(20),
      certificateExpiresAt: daysAgo(1),
      failure: { kind: 'certificate', words: 'The certificate has expired.' },
    })
    expect(kindsOf({ url: expired })).toEqual(['certificate-expiring'])
  })
})

describe('staging and production', () => {
  test.each<[string, Partial<RowFacts>]>([
    ['with a merged merge request', merged],
    ['without branch', branchless],
    ['deployed long ago', old],
  ])('%s are never leftovers', (_, facts) => {
    expect(kindsOf({ ...facts, ...production })).toEqual([])
  })

  test('are never offered to be stopped or swept', () => {
    for (const { facts } of Object.values(cases)) {
      for (const { resolutions } of findingsOf({ ...facts, ...production })) {
        expect(resolutions.filter(({ act }) => act === 'stop' || act === 'sweep')).toEqual([])
      }
    }
  })
})

test('what is snoozed hides no other trouble of the same source', () => {
  const facts = { deployments: failed, app: app({ processes: [{ type: 'web', index: 1, status: 'exited' as const }] }) }
  const until = new Date(asOf.getTime() + 1)
  const snooze = { since: minutesAgo(5), snooze: { until, reason: 'known', by: 'aiko' } }
  const known = new Map([['deployment-failed environment:7', snooze]])
  expect(boardRow(sampleFacts({ ...facts, known }), asOf).health).toBe('critical')
  const both = new Map([...known, ['app-down environment:7', snooze]])
  expect(boardRow(sampleFacts({ ...facts, known: both }), asOf).health).toBe('none')
})
