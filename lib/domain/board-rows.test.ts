import { describe, expect, test } from 'vitest'
import {
  boardRows,
  branchOf,
  type DokkuObserved,
  type GitlabObserved,
  type HerokuObserved,
  type Observed,
} from './board-rows.ts'
import { laneOf } from './lane.ts'
import { defaultMapping } from './mapping.ts'
import {
  asOf,
  minutesAgo,
  sampleBranch,
  sampleDeployment,
  sampleEnvironment,
  sampleMergeRequest,
  sha,
} from './samples.ts'

const seen = { observedAt: minutesAgo(1), failingSince: null }

const gitlab = (more: Partial<GitlabObserved> = {}): GitlabObserved => ({
  project: {
    id: 42,
    pathWithNamespace: 'hello/hello-app',
    name: 'hello-app',
    webUrl: '',
    defaultBranch: 'master',
    archived: false,
  },
  sight: seen,
  branches: [sampleBranch(), sampleBranch({ name: 'master', isDefault: true })],
  branchesKnown: true,
  mergeRequests: [sampleMergeRequest()],
  pipelines: [],
  environments: [sampleEnvironment()],
  deployments: [sampleDeployment()],
  ...more,
})

const noDokku: DokkuObserved = {
  hosts: [],
  has: () => false,
  byDomain: () => null,
  app: () => null,
  service: () => null,
  sight: () => ({ observedAt: null, failingSince: null }),
  plugins: () => [],
}

const noHeroku: HerokuObserved = {
  isConnected: false,
  sight: { observedAt: null, failingSince: null },
  app: () => null,
  byHostname: () => null,
}

const rows = (observed: GitlabObserved, dokku = noDokku, more: Partial<Observed> = {}) =>
  boardRows(
    {
      gitlab: observed,
      dokku,
      heroku: noHeroku,
      urls: { probes: new Map(), staleMinutes: 30 },
      usedElsewhere: new Map(),
      known: new Map(),
      ...more,
    },
    defaultMapping,
    asOf,
  )
const keys = (observed: GitlabObserved, dokku = noDokku) => rows(observed, dokku).map(({ key }) => key)

describe('one row for every environment and every branch without one', () => {
  test('a branch with an environment is one row', () => {
    expect(keys(gitlab())).toEqual(['e7', 'b:master'])
  })

  test('a branch keeps its row when only the lane deploys it', () => {
    const staging = sampleEnvironment({ id: 1, name: 'staging', tier: 'staging' })
    const deployments = [sampleDeployment({ environmentId: 1, ref: 'master' })]
    expect(keys(gitlab({ environments: [staging], deployments }))).toEqual(['e1', 'b:login', 'b:master'])
  })

  test('a stopped environment of a branch that is gone is history', () => {
    const stopped = sampleEnvironment({ state: 'stopped' })
    expect(keys(gitlab({ environments: [stopped], branches: [] }))).toEqual([])
    expect(keys(gitlab({ environments: [stopped] }))).toEqual(['e7', 'b:master'])
  })

  test('but shows while its app is still on Dokku', () => {
    const dokku: DokkuObserved = {
      ...noDokku,
      hosts: ['review'],
      has: () => true,
      sight: () => seen,
      app: ({ app }) => ({
        name: app,
        createdAt: null,
        locked: null,
        deployedSha: null,
        sourceImage: null,
        deployedAt: null,
        report: null,
        processesAt: null,
      }),
    }
    const [row] = rows(gitlab({ environments: [sampleEnvironment({ state: 'stopped' })], branches: [] }), dokku)
    expect(row?.findings.map(({ kind }) => kind)).toEqual(['stopped-but-up'])
  })
})

test('the open merge request stands for its branch, else the latest; a fork’s branch of the same name is not it', () => {
  const of = (...mergeRequests: ReturnType<typeof sampleMergeRequest>[]) =>
    rows(gitlab({ mergeRequests }))[0]?.mergeRequest?.iid
  const merged = sampleMergeRequest({ iid: 20, state: 'merged', updatedAt: minutesAgo(1) })
  expect(of(merged, sampleMergeRequest())).toBe(12)
  expect(of(merged, sampleMergeRequest({ iid: 9, state: 'closed' }))).toBe(20)
  expect(of(sampleMergeRequest({ iid: 30, sourceProjectId: 99 }))).toBeUndefined()
})

describe('the branch of an environment', () => {
  test('is the ref of its newest deployment', () => {
    expect(branchOf(sampleEnvironment(), [sampleDeployment(), sampleDeployment({ iid: 3, ref: 'renamed' })], [])).toBe(
      'renamed',
    )
  })
  test('is the source branch of a merge request pipeline', () => {
    const deployments = [sampleDeployment({ ref: 'refs/merge-requests/12/head' })]
    expect(branchOf(sampleEnvironment(), deployments, [sampleMergeRequest()])).toBe('login')
    expect(branchOf(sampleEnvironment(), deployments, [])).toBeNull()
  })
  test('is what follows the folder before anything was deployed', () => {
    expect(branchOf({ name: 'review/feature/x' }, [], [])).toBe('feature/x')
    expect(branchOf({ name: 'scratch' }, [], [])).toBeNull()
  })
})

describe('the lane', () => {
  const between = (count: number | null) =>
    count === null ? null : Array.from({ length: count }, () => sampleBranch().commit)

  const lane = (names: [number, string, 'staging' | 'production'][], commitCount: number | null = 3) => {
    const environments = names.map(([id, name, tier]) => sampleEnvironment({ id, name, tier }))
    const deployments = names.map(([id, , tier]) =>
      sampleDeployment({ id, iid: id, environmentId: id, sha: sha(tier === 'staging' ? 'b' : 'a'), ref: 'master' }),
    )
    return laneOf({
      rows: rows(gitlab({ environments, deployments })).filter(({ zone }) => zone === 'lane'),
      deploymentsOf: (id) => deployments.filter(({ environmentId }) => environmentId === id),
      commits: (_base, head) => between(head === sha('b') ? commitCount : 0),
      way: 'job',
    })
  }

  test('stands between staging and production with the commits between', () => {
    const { staging, production, links } = lane([
      [1, 'staging', 'staging'],
      [2, 'production', 'production'],
    ])
    expect([staging.length, production.length]).toEqual([1, 1])
    expect(links).toMatchObject([
      { fromEnvironmentId: 1, toEnvironmentId: 2, fromSha: sha('b'), toSha: sha('a'), commitCount: 3 },
    ])
  })

  test('says nothing of a comparison that was not read yet', () => {
    expect(
      lane(
        [
          [1, 'staging', 'staging'],
          [2, 'production', 'production'],
        ],
        null,
      ).links[0]?.commitCount,
    ).toBeNull()
  })

  test('several productions follow the staging of their own name, else the first', () => {
    const { links } = lane([
      [1, 'staging/eu', 'staging'],
      [2, 'staging/jp', 'staging'],
      [3, 'production/jp', 'production'],
      [4, 'production/us', 'production'],
    ])
    expect(links.map(({ fromEnvironmentId, toEnvironmentId }) => [fromEnvironmentId, toEnvironmentId])).toEqual([
      [2, 3],
      [1, 4],
    ])
  })

  test('production without staging has nothing to promote', () => {
    expect(lane([[2, 'production', 'production']]).links).toEqual([])
  })
})
