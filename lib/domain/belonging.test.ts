import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AppClaim,
  type Belongings,
  databaseDestroyability,
  destroyability,
  isPattern,
  matches,
  type NamingClaim,
} from './belonging.ts'
import { asOf } from './samples.ts'

const host = 'review'
const login = { host, app: 'review-login-abc123' }
const loginDatabase = { host, plugin: 'postgres', name: 'review-login-abc123-database' }

const claim = (more: Partial<AppClaim> = {}): AppClaim => ({
  projectId: 42,
  environmentId: 7,
  environmentName: 'review/login',
  state: 'stopped',
  tier: 'development',
  app: login,
  database: loginDatabase,
  ...more,
})
const naming = (pattern: string, more: Partial<NamingClaim> = {}): NamingClaim => ({
  id: pattern,
  projectId: 42,
  host,
  pattern,
  claimedBy: 'aiko',
  claimedAt: asOf,
  ...more,
})
const given = (more: Partial<Belongings> = {}): Belongings => ({
  claims: [claim()],
  naming: [],
  keep: [],
  unread: [],
  ...more,
})
const reason = (decision: ReturnType<typeof destroyability>) => (decision.allowed ? null : decision.reason)

describe('an app may be destroyed', () => {
  test('when an environment maps to it, for the environment’s project', () => {
    expect(destroyability(login, given())).toEqual({ allowed: true, projectId: 42 })
  })

  test('for the project whose environment is up, whatever environment of another one was stopped', () => {
    const reused = given({ claims: [claim(), claim({ projectId: 9, state: 'available' })] })
    expect(destroyability(login, reused)).toEqual({ allowed: true, projectId: 9 })
  })

  test('when a person claimed its name on this host', () => {
    const claimed = given({ claims: [], naming: [naming('review-*')] })
    expect(destroyability(login, claimed)).toEqual({ allowed: true, projectId: 42 })
    expect(destroyability({ ...login, host: 'production' }, claimed).allowed).toBe(false)
  })
})

describe('an app may not be destroyed', () => {
  test.each<[string, Partial<Belongings>, string]>([
    ['no project maps to it', { claims: [] }, 'not ours'],
    ['it is mapped on another host only', { claims: [claim({ app: { ...login, host: 'other' } })] }, 'not ours'],
    ['staging runs it too', { claims: [claim(), claim({ tier: 'staging', environmentName: 'staging' })] }, 'staging'],
    [
      'it is production of another project, whatever name was claimed',
      { claims: [claim({ projectId: 9, tier: 'production', environmentName: 'live' })], naming: [naming('review-*')] },
      'live, a production environment',
    ],
    ['it is on a keep list', { keep: ['review-login-*'] }, 'keep list (review-login-*)'],
    ['two projects map to it', { claims: [claim(), claim({ projectId: 9 })] }, 'more than one project'],
    [
      'two projects claimed its name',
      { claims: [], naming: [naming('review-*'), naming('*-abc123', { projectId: 9 })] },
      'more than one project',
    ],
    ['it could be production', { unread: [login] }, 'domains were not read yet'],
  ])('when %s', (_, more, words) => {
    expect(reason(destroyability(login, given(more)))).toContain(words)
  })
})

describe('a database', () => {
  const database = { ...loginDatabase, links: [login.app] }

  test('may be destroyed with its app, and after it', () => {
    expect(databaseDestroyability(database, given())).toEqual({ allowed: true, projectId: 42 })
    expect(databaseDestroyability({ ...database, links: [] }, given())).toEqual({ allowed: true, projectId: 42 })
  })

  test.each<[string, Partial<Belongings>, string[], string]>([
    ['no project maps to it and nobody claimed its name', { claims: [] }, [], 'not ours'],
    [
      'it belongs to production',
      { claims: [claim({ tier: 'production', environmentName: 'production' })] },
      [],
      'production',
    ],
    ['its app is kept', { keep: [login.app] }, [], 'keep list'],
    ['it is kept itself', { keep: ['*-database'] }, [], 'keep list'],
    ['it is linked to an app that is not ours', {}, [login.app, 'their-app'], 'their-app is not ours'],
    [
      'it is linked to an app of another project',
      { claims: [claim(), claim({ projectId: 9, app: { host, app: 'shop' }, database: null })] },
      ['shop'],
      'another project',
    ],
    ['its app could be production', { unread: [login] }, [], 'domains of its app'],
  ])('may not when %s', (_, more, links, words) => {
    expect(reason(databaseDestroyability({ ...loginDatabase, links }, given(more)))).toContain(words)
  })
})

describe('whatever else is known', () => {
  const name = fc.constantFrom('web', 'web-1', 'web-database', 'shop', 'shop-database', 'review-a')
  const location = fc.record({ host: fc.constantFrom('review', 'main'), app: name })
  const service = fc.record({ host: fc.constantFrom('review', 'main'), plugin: fc.constant('postgres'), name })
  const pattern = fc.constantFrom('web*', 'shop', '*-database', 'review-*', '*')
  const anything: fc.Arbitrary<Belongings> = fc.record({
    claims: fc.array(
      fc.record({
        projectId: fc.integer({ min: 1, max: 2 }),
        environmentId: fc.integer({ min: 1, max: 9 }),
        environmentName: fc.constantFrom('production', 'review/a'),
        state: fc.constantFrom('available' as const, 'stopping' as const, 'stopped' as const),
        tier: fc.constantFrom('production' as const, 'staging' as const, 'development' as const, 'other' as const),
        app: location,
        database: fc.option(service),
      }),
      { maxLength: 6 },
    ),
    naming: fc.array(
      fc.record({
        id: fc.uuid(),
        projectId: fc.integer({ min: 1, max: 2 }),
        host: fc.constantFrom('review', 'main'),
        pattern,
        claimedBy: fc.constant('aiko'),
        claimedAt: fc.constant(asOf),
      }),
      { maxLength: 3 },
    ),
    keep: fc.array(pattern, { maxLength: 2 }),
    unread: fc.array(location, { maxLength: 2 }),
  })

  test('a kept, a lane and an unmapped app are never destroyed', () => {
    fc.assert(
      fc.property(location, anything, (app, belongings) => {
        const mapped = belongings.claims.filter((one) => one.app.host === app.host && one.app.app === app.app)
        const isKept = belongings.keep.some((one) => matches(one, app.app))
        const isLane = mapped.some(({ tier }) => tier === 'production' || tier === 'staging')
        const isClaimed = belongings.naming.some((one) => one.host === app.host && matches(one.pattern, app.app))
        const { allowed } = destroyability(app, belongings)
        if (isKept || isLane || (mapped.length === 0 && !isClaimed)) expect(allowed).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })

  test('nor is a database of one, or one that is linked to one', () => {
    fc.assert(
      fc.property(service, fc.array(name, { maxLength: 2 }), anything, (database, links, belongings) => {
        const { allowed } = databaseDestroyability({ ...database, links }, belongings)
        if (!allowed) return
        for (const app of links) expect(destroyability({ host: database.host, app }, belongings).allowed).toBe(true)
        expect(belongings.keep.some((one) => matches(one, database.name))).toBe(false)
        const of = belongings.claims.filter(
          (one) => one.database?.host === database.host && one.database.name === database.name,
        )
        expect(of.some(({ tier }) => tier === 'production' || tier === 'staging')).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('patterns', () => {
  test.each([
    ['review-*', 'review-login', true],
    ['review-*', 'review-', true],
    ['review-*', 'my-review-login', false],
    ['*-database', 'a-database', true],
    ['a*b*c', 'a1b2c', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['a.c', 'abc', false],
    ['login', 'login', true],
    ['login', 'login-2', false],
    ['*', '', true],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected)
  })

  test('mean the same as a regular expression would', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '-') })
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '-', '*'), maxLength: 8 })
    fc.assert(
      fc.property(pattern, text, (given, name) => {
        expect(matches(given, name)).toBe(new RegExp(`^${given.replaceAll('*', '.*')}$`).test(name))
      }),
    )
  })

  test.each([
    ['review-*', true],
    ['*-x-', true],
    ['ab*', false],
    ['***', false],
    ['', false],
    ['Review-*', false],
    ['review_*', false],
    ['review *', false],
  ])('%s may be claimed: %s', (pattern, expected) => {
    expect(isPattern(pattern)).toBe(expected)
  })
})
