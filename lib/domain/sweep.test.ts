import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AppClaim, Belongings } from './belonging.ts'
import { type Finding, type FindingKind, findingKinds, subjectKey } from './finding.ts'
import { confirmationOf, type SweepCandidate, sweepPlan, sweepTally, type Victim } from './sweep.ts'
import { appProtection, databaseProtection } from './sweep-protection.ts'
import { nextStep } from './sweep-step.ts'
import { subjectOf } from './sweep-subject.ts'
import { sweepability } from './sweepability.ts'

const asOf = new Date('2026-11-24T00:00:00Z')
const before = new Date('2026-11-20T00:00:00Z')
const observedAt = new Date('2026-11-23T23:50:00Z')
const after = new Date('2026-11-28T00:00:00Z')
const app = { host: 'review', app: 'review-fix' }
const database = {
  host: 'review',
  plugin: 'postgres',
  name: 'review-fix-database',
  sizeBytes: 1,
  links: ['review-fix'],
}
const subject = { kind: 'environment', environmentId: 7, name: 'review/fix' } as const
const mergeRequest = { iid: 12, title: 'Fix', state: 'merged', webUrl: 'https://git/12' } as const

const finding = (kind: FindingKind, more: Partial<Finding> = {}): Finding => ({
  kind,
  subject,
  severity: 'attention',
  words: `It is ${kind}.`,
  evidence: [],
  resolutions: [],
  since: before,
  snooze: null,
  ...more,
})

const stopped: SweepCandidate = {
  subject,
  environment: { id: 7, name: 'review/fix', state: 'stopped', tier: 'development' },
  hasBranch: false,
  mergeRequest,
  lastDeployedAt: before,
  isDeploying: false,
  staleAt: null,
  app,
  database,
  findings: [],
  protection: null,
  databaseProtection: null,
  busy: null,
}
const up: SweepCandidate = {
  ...stopped,
  environment: { id: 7, name: 'review/fix', state: 'available', tier: 'development' },
  findings: [finding('merged-but-up')],
}

const victimOf = (candidate: SweepCandidate): Victim => {
  const decision = sweepability(candidate, asOf)
  return decision.allowed ? decision.victim : expect.fail(decision.reason)
}
const reasonOf = (candidate: SweepCandidate): string => {
  const decision = sweepability(candidate, asOf)
  return decision.allowed ? expect.fail('It is a victim.') : decision.reason
}

describe('victims', () => {
  test('what GitLab stopped and Dokku still has: the app first, then its database', () => {
    expect(victimOf(stopped)).toMatchObject({
      title: 'review/fix',
      reason: 'GitLab stopped review/fix, but it is still on Dokku.',
      steps: ['destroy-app', 'destroy-database'],
    })
  })

  test('of what GitLab stopped, a database whose app is gone', () => {
    expect(victimOf({ ...stopped, app: null, database: { ...database, links: [] } })).toMatchObject({
      title: 'review/fix',
      reason: 'GitLab stopped review/fix, but its database is still on Dokku.',
      steps: ['destroy-database'],
    })
  })

  test('what is up though nobody needs it is stopped by GitLab first', () => {
    expect(victimOf(up)).toMatchObject({
      reason: 'It is merged-but-up.',
      steps: ['stop', 'destroy-app', 'destroy-database'],
    })
  })

  test('what is stale, though its merge request is open', () => {
    const open = { ...mergeRequest, state: 'opened' as const }
    const stale = { ...up, mergeRequest: open, findings: [finding('stale')], hasBranch: true }
    expect(victimOf({ ...stale, staleAt: asOf }).reason).toBe('It is stale.')
    expect(reasonOf({ ...stale, staleAt: after })).toBe('Merge request !12 is open, and nothing says that it is stale.')
  })

  test('an app that no environment stands for, and a database that was left', () => {
    const alone = { ...stopped, environment: null, mergeRequest: null }
    const ofApp = { kind: 'app', ...app } as const
    expect(victimOf({ ...alone, subject: ofApp, findings: [finding('app-without-environment')] }).steps).toEqual([
      'destroy-app',
      'destroy-database',
    ])
    const left = { ...alone, app: null, database: { ...database, links: [] }, findings: [finding('database-left')] }
    expect(victimOf({ ...left, subject: { kind: 'database', ...database } }).steps).toEqual(['destroy-database'])
  })

  test('a database that another app is linked to stays, alone or with the app that goes', () => {
    const shared = { ...database, links: ['review-fix', 'other'] }
    expect(victimOf({ ...stopped, database: shared })).toMatchObject({ steps: ['destroy-app'], database: null })
    const alone = { ...stopped, subject: { kind: 'database', ...shared } as const, app: null, database: shared }
    expect(reasonOf(alone)).toBe('Database review-fix-database is linked to review-fix, other.')
  })

  test('what goes along with a victim is neither one of its own nor something that stays', () => {
    const ofDatabase = { ...stopped, subject: { kind: 'database', ...database } as const, app: null }
    const plan = sweepPlan([stopped, { ...ofDatabase, database: { ...database, links: [] } }], asOf)
    expect(plan.victims).toHaveLength(1)
    expect(plan.spared).toEqual([])
    expect(confirmationOf(plan)).toBe('sweep 1')
  })
})

test.each<[string, Partial<SweepCandidate>, string]>([
  ['protected', { protection: 'App review-fix is on the keep list (review-*).' }, 'on the keep list'],
  ['staging', { environment: { id: 7, name: 'staging', state: 'stopped', tier: 'staging' } }, 'a staging environment'],
  ['busy', { busy: 'Yuki rebuilds it.' }, 'Yuki rebuilds it.'],
  ['being deployed', { isDeploying: true }, 'A deployment to review/fix is running.'],
  ['stopping', { environment: { ...stopped.environment, state: 'stopping' } as never }, 'is stopping right now'],
  ['gone', { app: null, database: null }, 'Nothing of it is left.'],
  ['needed', { ...up, findings: [] }, 'Nothing says that it is stale or left over.'],
  ['up, its branch back', { ...up, findings: [finding('branch-gone')], hasBranch: true }, 'Nothing says'],
  ['up, its branch not known', { ...up, findings: [finding('branch-gone')], hasBranch: null }, 'Nothing says'],
  [
    'snoozed',
    { ...up, findings: [finding('merged-but-up', { snooze: { until: after, reason: 'Demo', by: 'Yuki' } })] },
    'Yuki snoozed it: Demo',
  ],
])('what is %s is spared', (_name, change, reason) => {
  expect(reasonOf({ ...stopped, ...change })).toContain(reason)
})

test('a snooze that has ended spares nothing', () => {
  const ended = finding('merged-but-up', { snooze: { until: asOf, reason: 'Demo', by: 'Yuki' } })
  expect(victimOf({ ...up, findings: [ended] }).steps).toContain('stop')
})

describe('just before it is touched', () => {
  const next = (planned: SweepCandidate, now: Partial<SweepCandidate>) =>
    nextStep(victimOf(planned), { ...planned, ...now }, { observedAt, asOf })

  test('steps follow one another as each is done, to the end', () => {
    expect(next(up, {})).toEqual({ step: 'stop' })
    expect(next(up, { environment: stopped.environment })).toEqual({ step: 'destroy-app' })
    const unlinked = { ...database, links: [] }
    expect(next(up, { environment: stopped.environment, app: null, database: unlinked })).toEqual({
      step: 'destroy-database',
    })
    expect(next(up, { environment: stopped.environment, app: null, database: null })).toEqual({ step: 'end' })
    expect(next(up, { environment: null, findings: [] })).toEqual({ step: 'destroy-app' })
  })

  test.each<[string, SweepCandidate, Partial<SweepCandidate>, string]>([
    [
      'its merge request is open again',
      stopped,
      { mergeRequest: { ...mergeRequest, state: 'opened' } },
      'is open again',
    ],
    ['it was deployed', stopped, { lastDeployedAt: asOf }, 'It was deployed since the plan was made.'],
    ['its branch is back', stopped, { hasBranch: true }, 'Its branch is back.'],
    ['it is up again', stopped, { environment: up.environment }, 'review/fix is up again.'],
    ['a deployment runs', up, { isDeploying: true }, 'is running'],
    ['its finding is gone', up, { findings: [] }, 'Nothing says'],
    ['it was put on the keep list', stopped, { protection: 'Kept.' }, 'Kept.'],
  ])('it is spared when %s', (_name, planned, now, reason) => {
    expect(next(planned, now)).toEqual({ step: 'spare', reason: expect.stringContaining(reason) })
  })

  test('a deployment that the plan did not know of spares it only when it came after the plan', () => {
    const neverDeployed = { ...stopped, lastDeployedAt: null }
    expect(next(neverDeployed, { lastDeployedAt: before })).toEqual({ step: 'destroy-app' })
    expect(next(neverDeployed, { lastDeployedAt: observedAt })).toEqual({ step: 'destroy-app' })
    expect(next(neverDeployed, { lastDeployedAt: asOf })).toMatchObject({ step: 'spare' })
  })

  test('what nobody saw in the plan is not touched', () => {
    expect(next({ ...stopped, database: null }, { app: null, database })).toEqual({ step: 'end' })
    expect(next(stopped, { app: { host: 'review', app: 'other' }, database: null })).toEqual({ step: 'end' })
  })
})

describe('whatever the rest says', () => {
  const names = fc.constantFrom('review-fix', 'hello', 'old-thing', 'kept-1')
  const state = fc.constantFrom('available' as const, 'stopping' as const, 'stopped' as const)
  const tier = fc.constantFrom('development' as const, 'staging' as const, 'production' as const, 'other' as const)
  const claims = fc.array(
    fc.record({
      environmentId: fc.integer({ min: 1, max: 4 }),
      projectId: fc.constantFrom(42, 43),
      app: names,
      state,
      tier,
    }),
    { maxLength: 5 },
  )
  const belongingsOf = (
    given: {
      environmentId: number
      projectId: number
      app: string
      state: AppClaim['state']
      tier: AppClaim['tier']
    }[],
  ): Belongings => ({
    claims: given.map((one) => ({
      ...one,
      environmentName: `review/${one.environmentId}`,
      app: { host: 'review', app: one.app },
      database: { host: 'review', plugin: 'postgres', name: `${one.app}-database` },
    })),
    naming: [],
    keep: ['kept-*'],
    unread: [],
  })
  const candidates = fc.record({
    app: names,
    state: fc.option(state),
    tier,
    environmentId: fc.integer({ min: 1, max: 4 }),
    kind: fc.constantFrom('environment' as const, 'app' as const, 'database' as const),
    hasBranch: fc.option(fc.boolean()),
    mergeRequest: fc.option(fc.constantFrom('opened' as const, 'merged' as const, 'closed' as const)),
    isDeploying: fc.boolean(),
    hasApp: fc.boolean(),
    links: fc.array(names, { maxLength: 2 }),
    kinds: fc.array(fc.constantFrom(...findingKinds), { maxLength: 4 }),
    staleAt: fc.option(fc.constantFrom(before, after)),
    claims,
  })
  type Given = typeof candidates extends fc.Arbitrary<infer Value> ? Value : never

  function candidateOf(given: Given): { candidate: SweepCandidate; belongings: Belongings } {
    const belongings = belongingsOf(given.claims)
    const at = { host: 'review', app: given.app }
    const on = {
      host: 'review',
      plugin: 'postgres',
      name: `${given.app}-database`,
      sizeBytes: null,
      links: given.links,
    }
    const sweeper = { projectId: 42, environmentId: given.environmentId }
    const its = { environment: subject, app: { kind: 'app', ...at }, database: { kind: 'database', ...on } } as const
    const ofDatabase = databaseProtection(on, sweeper, belongings)
    return {
      belongings,
      candidate: {
        subject: its[given.kind],
        environment: given.state && { id: given.environmentId, name: 'review/x', state: given.state, tier: given.tier },
        hasBranch: given.hasBranch,
        mergeRequest: given.mergeRequest && { ...mergeRequest, state: given.mergeRequest },
        lastDeployedAt: before,
        isDeploying: given.isDeploying,
        staleAt: given.staleAt,
        app: given.hasApp && given.kind !== 'database' ? at : null,
        database: on,
        findings: given.kinds.map((kind) => finding(kind)),
        protection: given.kind === 'database' ? ofDatabase : appProtection(at, sweeper, belongings),
        databaseProtection: given.kind === 'database' ? null : ofDatabase,
        busy: null,
      },
    }
  }

  test('a kept app, one that is not ours and one of the lane never enter a plan', () => {
    fc.assert(
      fc.property(candidates, (given) => {
        const { candidate } = candidateOf(given)
        const its = given.claims.filter((claim) => claim.app === given.app)
        const mustStay =
          given.app.startsWith('kept-') ||
          its.every((claim) => claim.projectId !== 42) ||
          its.some((claim) => claim.projectId !== 42 && claim.state !== 'stopped') ||
          its.some((claim) => claim.tier === 'staging' || claim.tier === 'production')
        const plan = sweepPlan([candidate], asOf)
        if (mustStay) expect(plan.victims).toEqual([])
        expect(plan.victims.length + plan.spared.length).toBe(1)
      }),
      { numRuns: 2000 },
    )
  })

  test('steps are in the safe order, and a database that another app uses has none', () => {
    const order = ['stop', 'destroy-app', 'destroy-database']
    fc.assert(
      fc.property(candidates, (given) => {
        const { candidate } = candidateOf(given)
        for (const { steps, app: itsApp } of sweepPlan([candidate], asOf).victims) {
          expect(steps).toEqual(order.filter((step) => steps.some((one) => one === step)))
          expect(steps.length).toBeGreaterThan(0)
          if (candidate.environment?.state === 'available') expect(steps[0]).toBe('stop')
          if (given.links.some((link) => link !== itsApp?.app)) expect(steps).not.toContain('destroy-database')
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('nothing that GitLab has available is destroyed, whatever was planned', () => {
    fc.assert(
      fc.property(candidates, candidates, (planned, now) => {
        const decision = sweepability(candidateOf(planned).candidate, asOf)
        const { candidate } = candidateOf(now)
        if (!decision.allowed) return
        const next = nextStep(decision.victim, candidate, { observedAt, asOf })
        if (candidate.environment?.state === 'available') expect(['stop', 'spare']).toContain(next.step)
        if (candidate.protection !== null) expect(['spare', 'end']).toContain(next.step)
      }),
      { numRuns: 2000 },
    )
  })
})

test('a subject’s key leads back to it', () => {
  const name = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,20}$/)
  const subjects = fc.oneof(
    fc.record({
      kind: fc.constant('environment' as const),
      environmentId: fc.integer({ min: 1 }),
      name: fc.constant(''),
    }),
    fc.record({ kind: fc.constant('app' as const), host: name, app: name }),
    fc.record({ kind: fc.constant('database' as const), host: name, plugin: name, name }),
  )
  fc.assert(
    fc.property(subjects, (one) => {
      expect(subjectOf(subjectKey(one))).toEqual(one)
    }),
  )
  fc.assert(
    fc.property(fc.string(), (text) => {
      subjectOf(text)
    }),
  )
  expect(subjectOf('host:review')).toBeNull()
})

test('counts what became of the items', () => {
  const items = (['done', 'done', 'failed', 'skipped', 'waiting'] as const).map((status) => ({ status }))
  expect(sweepTally(items)).toBe('2 done, 1 failed, 1 skipped')
})
