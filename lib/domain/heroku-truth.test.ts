import { describe, expect, test } from 'vitest'
import { herokuAppOf } from './app-name.ts'
import type { RowHeroku } from './board.ts'
import { boardRow, type RowFacts } from './board-row.ts'
import { herokuFindings } from './heroku-findings.ts'
import { herokuTruth } from './heroku-truth.ts'
import { asOf, minutesAgo, sampleDeployment, sampleEnvironment, sampleFacts, sha } from './samples.ts'

const dyno = (name: string, state: RowHeroku['dynos'][number]['state']) => ({
  name,
  type: name.split('.')[0] ?? '',
  state,
})
const heroku = (more: Partial<RowHeroku> = {}): RowHeroku => ({
  app: 'hello-app',
  exists: true,
  maintenance: false,
  dynos: [dyno('web.1', 'up'), dyno('worker.1', 'up')],
  formation: [
    { type: 'web', quantity: 1, size: 'standard-1X' },
    { type: 'worker', quantity: 1, size: 'standard-1X' },
  ],
  release: { version: 12, description: 'Deploy aaaaaaaa', createdAt: minutesAgo(60), sha: sha('a') },
  newer: null,
  ...more,
})
const seen = { observedAt: minutesAgo(1), failingSince: null }
const view = {
  environmentState: 'available' as const,
  saidAt: minutesAgo(60),
  deployed: true,
  deploying: false,
  sight: seen,
}

describe('what Heroku says', () => {
  test.each<[string, Partial<RowHeroku>, string, string]>([
    ['all dynos up', {}, 'ok', 'running'],
    [
      'an idle dyno, which a visitor wakes',
      { dynos: [dyno('web.1', 'idle'), dyno('worker.1', 'up')] },
      'ok',
      'running',
    ],
    ['a crashed dyno', { dynos: [dyno('web.1', 'crashed'), dyno('worker.1', 'up')] }, 'critical', 'crashed'],
    ['a dyno that is down', { dynos: [dyno('web.1', 'down'), dyno('worker.1', 'up')] }, 'critical', 'down'],
    ['dynos that start', { dynos: [dyno('web.1', 'starting'), dyno('worker.1', 'up')] }, 'busy', 'starting'],
    ['a state of a newer Heroku', { dynos: [dyno('web.1', 'unknown'), dyno('worker.1', 'up')] }, 'unknown', 'unknown'],
    ['no dyno though some are wished', { dynos: [] }, 'critical', 'no dyno'],
    ['no dyno and none wished', { dynos: [], formation: [] }, 'attention', 'no dyno'],
    ['fewer dynos than wished', { dynos: [dyno('web.1', 'up')] }, 'attention', 'too few dynos'],
    ['maintenance mode', { maintenance: true }, 'attention', 'maintenance'],
    ['no such app', { exists: false }, 'critical', 'missing'],
  ])('%s', (_, more, health, state) => {
    expect(herokuTruth(heroku(more), view, asOf)).toMatchObject({ health, state })
  })

  test('an app that is not there is no trouble before the first deployment and while it is deployed', () => {
    const gone = heroku({ exists: false })
    expect(herokuTruth(gone, { ...view, deployed: false }, asOf).health).toBe('none')
    expect(herokuTruth(gone, { ...view, deploying: true }, asOf).health).toBe('busy')
    expect(herokuTruth(gone, { ...view, saidAt: minutesAgo(0.5) }, asOf).state).toBe('checking')
  })

  test('nothing is known before it answered, and not for long after it fell silent', () => {
    const never = { observedAt: null, failingSince: null }
    expect(herokuTruth(heroku({ exists: null }), { ...view, sight: never }, asOf)).toMatchObject({ health: 'unknown' })
    const silent = { observedAt: minutesAgo(6), failingSince: minutesAgo(5) }
    expect(herokuTruth(heroku(), { ...view, sight: silent }, asOf)).toMatchObject({
      health: 'unknown',
      state: 'running',
    })
  })
})

describe('findings', () => {
  const kindsOf = (app: RowHeroku, more: Partial<RowFacts> = {}) =>
    boardRow(
      sampleFacts({
        environment: sampleEnvironment({ tier: 'production', name: 'production' }),
        branch: null,
        mergeRequest: null,
        app: null,
        heroku: app,
        ...more,
      }),
      asOf,
    ).findings.map(({ kind, severity }) => [kind, severity])

  test('none while all agree', () => expect(kindsOf(heroku())).toEqual([]))

  test.each<[string, Partial<RowHeroku>, [string, string]]>([
    ['a crash', { dynos: [dyno('web.1', 'crashed'), dyno('worker.1', 'up')] }, ['app-down', 'critical']],
    ['maintenance mode', { maintenance: true }, ['app-down', 'attention']],
    ['a missing app', { exists: false, release: null }, ['app-missing', 'critical']],
    [
      'another commit',
      { release: { version: 13, description: 'Rollback to v9', createdAt: minutesAgo(60), sha: sha('f') } },
      ['commit-drift', 'attention'],
    ],
    [
      'a failed release',
      { newer: { version: 13, status: 'failed', description: 'Deploy', createdAt: minutesAgo(5) } },
      ['release-failed', 'attention'],
    ],
  ])('%s', (_, more, found) => expect(kindsOf(heroku(more))).toEqual([found]))

  test.each([
    ['a commit that nobody named', null],
    ['the same commit by its first characters', sha('a').slice(0, 8)],
  ])('no drift by %s', (_, commit) => {
    expect(
      kindsOf(heroku({ release: { version: 12, description: 'Deploy', createdAt: minutesAgo(60), sha: commit } })),
    ).toEqual([])
  })

  test('no drift before Heroku was asked about what GitLab has just deployed', () => {
    const deployments = [sampleDeployment({ sha: sha('b'), updatedAt: minutesAgo(0.5), job: null })]
    expect(kindsOf(heroku(), { deployments })).toEqual([])
    expect(kindsOf(heroku(), { deployments, hostSight: { observedAt: asOf, failingSince: null } })).toEqual([
      ['commit-drift', 'attention'],
    ])
  })

  test('no drift before GitLab was asked about what Heroku has just released', () => {
    const release = { version: 13, description: 'Deploy ffffffff', createdAt: minutesAgo(0.5), sha: sha('f') }
    expect(kindsOf(heroku({ release }))).toEqual([])
    expect(kindsOf(heroku({ release: { ...release, createdAt: minutesAgo(1.5) } }))).toEqual([
      ['commit-drift', 'attention'],
    ])
  })

  test('a second failed look at Heroku says whether it is the key', () => {
    const source = (kind: 'forbidden' | 'unavailable', attemptedAt: Date) => ({
      id: 'heroku',
      observedAt: minutesAgo(10),
      failingSince: minutesAgo(2),
      attemptedAt,
      failure: { kind, system: 'heroku' as const, message: 'no' },
    })
    expect(herokuFindings(source('unavailable', minutesAgo(2)), new Map(), asOf)).toEqual([])
    expect(herokuFindings(source('unavailable', minutesAgo(1)), new Map(), asOf)).toMatchObject([
      { kind: 'heroku-unreachable', subject: { kind: 'heroku' } },
    ])
    expect(herokuFindings(source('forbidden', minutesAgo(1)), new Map(), asOf)).toMatchObject([
      { kind: 'heroku-key-refused' },
    ])
    expect(herokuFindings(null, new Map(), asOf)).toEqual([])
  })
})

describe('the app on Heroku behind an environment', () => {
  const directory = {
    isConnected: true,
    byHostname: (hostname: string) => (hostname === 'odd.herokuapp.com' ? 'renamed' : null),
  }
  const of = (tier: 'staging' | 'development', externalUrl: string | null, named = {}) =>
    herokuAppOf({ name: 'staging', tier, externalUrl }, { mapping: { named }, directory })

  test.each([
    ['https://hello-app-staging.herokuapp.com/', 'hello-app-staging'],
    ['https://hello-app-0123456789ab.herokuapp.com/', 'hello-app'],
    ['https://odd.herokuapp.com/', 'renamed'],
    ['https://www.example.jp/', null],
    ['https://hello.herokuapp.com.example.jp/', null],
    [null, null],
  ])('at %s is %s', (url, app) => expect(of('staging', url)).toBe(app))

  test('is what somebody named, also where the URL tells another', () => {
    expect(of('staging', 'https://a.herokuapp.com', { staging: { heroku: 'b' } })).toBe('b')
    expect(of('staging', 'https://a.herokuapp.com', { staging: { host: 'production', app: 'b' } })).toBeNull()
  })

  test('is none of a review app, whatever its name or address says: a sweep never comes near Heroku', () => {
    expect(of('development', 'https://a.herokuapp.com')).toBeNull()
    expect(of('development', null, { staging: { heroku: 'b' } })).toBeNull()
  })

  test('is told by no address while there is no key', () => {
    const environment = { name: 'staging', tier: 'staging' as const, externalUrl: 'https://a.herokuapp.com' }
    expect(
      herokuAppOf(environment, { mapping: { named: {} }, directory: { ...directory, isConnected: false } }),
    ).toBeNull()
  })
})
