import { describe, expect, test } from 'vitest'
import { boardRow, searchText } from './board-row.ts'
import type { Branch } from './branch.ts'
import type { Process } from './dokku-app.ts'
import {
  asOf,
  minutesAgo,
  sampleBranch,
  sampleDeployment,
  sampleEnvironment,
  sampleFacts,
  sampleMergeRequest,
  sha,
} from './samples.ts'
import { hostStaleMinutes, stoppingLimitMinutes } from './truth.ts'

const app = (more: Partial<NonNullable<ReturnType<typeof sampleFacts>['app']>>) => {
  const sample = sampleFacts().app
  if (!sample) throw new Error('the sample has an app')
  return { ...sample, ...more }
}
const web = (...statuses: Process['status'][]): Process[] =>
  statuses.map((status, at) => ({ type: 'web', index: at + 1, status }))
const kinds = (facts: ReturnType<typeof sampleFacts>) => boardRow(facts, asOf).findings.map(({ kind }) => kind)

test('a review app about which all sources agree is fine', () => {
  const row = boardRow(sampleFacts(), asOf)
  expect(row).toMatchObject({ key: 'e7', zone: 'branch', health: 'ok', findings: [], stoppability: { allowed: true } })
  expect(row.gitlab.state).toBe('available')
  expect(row.dokku.state).toBe('running')
})

test('a branch without environment is a row with nothing to judge', () => {
  const row = boardRow(sampleFacts({ environment: null, deployments: [], app: null }), asOf)
  expect(row).toMatchObject({ key: 'b:login', health: 'none', findings: [], stoppability: { allowed: false } })
})

describe('Dokku', () => {
  test('a crash loop is down, whatever the summary says', () => {
    const row = boardRow(sampleFacts({ app: app({ processes: web('running', 'restarting') }) }), asOf)
    expect(row.dokku).toMatchObject({
      health: 'critical',
      state: 'restarting',
      words: 'Not running: web.2 restarting.',
    })
    expect(row.findings[0]).toMatchObject({ kind: 'app-down', severity: 'critical' })
  })

  test('exited after too many restarts is down; exited by hand only wants a look', () => {
    const exited = app({ processes: web('exited') })
    expect(boardRow(sampleFacts({ app: exited, restore: true }), asOf).dokku).toMatchObject({
      health: 'critical',
      state: 'down',
    })
    expect(boardRow(sampleFacts({ app: exited, restore: false }), asOf).dokku).toMatchObject({
      health: 'attention',
      state: 'stopped',
    })
  })

  test('an app that GitLab deployed and the host has not is missing', () => {
    expect(kinds(sampleFacts({ app: app({ exists: false, processes: null, deployedSha: null }) }))).toEqual([
      'app-missing',
    ])
  })

  test('an app that is being deployed for the first time is not missing', () => {
    const deployments = [sampleDeployment({ status: 'running' })]
    const row = boardRow(
      sampleFacts({ deployments, app: app({ exists: false, processes: null, deployedSha: null }) }),
      asOf,
    )
    expect(row).toMatchObject({ health: 'busy', findings: [] })
  })

  test('a host that fails for too long says nothing about now', () => {
    const missing = { app: app({ exists: false, processes: null, deployedSha: null }) }
    const failing = (minutes: number) => ({ observedAt: minutesAgo(minutes), failingSince: minutesAgo(minutes) })
    expect(kinds(sampleFacts({ ...missing, hostSight: failing(hostStaleMinutes) }))).toEqual(['app-missing'])
    const stale = boardRow(sampleFacts({ ...missing, hostSight: failing(hostStaleMinutes + 0.1) }), asOf)
    expect(stale).toMatchObject({ health: 'unknown', findings: [] })
  })

  test('a host that was never seen is unknown, not missing', () => {
    const row = boardRow(
      sampleFacts({
        app: app({ exists: null, processes: null }),
        hostSight: { observedAt: null, failingSince: null },
      }),
      asOf,
    )
    expect(row.dokku).toMatchObject({ health: 'unknown', state: 'not seen yet' })
  })

  test('an image deploy has no SHA and so cannot drift', () => {
    const row = boardRow(sampleFacts({ app: app({ deployedSha: null, sourceImage: 'nginx:1' }) }), asOf)
    expect(row).toMatchObject({ findings: [], health: 'ok' })
    expect(row.dokku.words).toBe('web.1 running. It was deployed from the image nginx:1, which tells no commit.')
  })
})

describe('needs attention', () => {
  test('drift: Dokku runs another commit than GitLab deployed', () => {
    const row = boardRow(sampleFacts({ app: app({ deployedSha: sha('c') }) }), asOf)
    expect(row.findings).toMatchObject([
      { kind: 'commit-drift', severity: 'attention', words: 'GitLab deployed aaaaaaaa, but Dokku runs cccccccc.' },
    ])
    expect(row.health).toBe('attention')
  })

  test('no drift while a deployment runs', () => {
    const deployments = [sampleDeployment(), sampleDeployment({ iid: 2, status: 'running', sha: sha('c') })]
    expect(kinds(sampleFacts({ deployments, app: app({ deployedSha: sha('c') }) }))).toEqual([])
  })

  test('a failed deployment, the one before still up', () => {
    const deployments = [sampleDeployment(), sampleDeployment({ iid: 2, status: 'failed', sha: sha('c') })]
    const row = boardRow(sampleFacts({ deployments }), asOf)
    expect(row.findings.map(({ kind }) => kind)).toEqual(['deployment-failed'])
    expect(row.deployment?.iid).toBe(1)
    expect(row.newer?.iid).toBe(2)
  })

  test('a manual job that waits is not a failure', () => {
    const deployments = [sampleDeployment(), sampleDeployment({ iid: 2, status: 'blocked' })]
    expect(boardRow(sampleFacts({ deployments }), asOf).health).toBe('ok')
  })

  test.each(['merged', 'closed'] as const)('a merge request that is %s while the app is still up', (state) => {
    expect(kinds(sampleFacts({ mergeRequest: sampleMergeRequest({ state }) }))).toEqual(['merged-but-up'])
  })

  test('a branch that is gone, but only once the branch list was read whole', () => {
    const gone = { branch: null, mergeRequest: null }
    expect(kinds(sampleFacts({ ...gone, branchesKnown: true }))).toEqual(['branch-gone'])
    expect(kinds(sampleFacts({ ...gone, branchesKnown: false }))).toEqual([])
  })

  test('stopped in GitLab, still on Dokku', () => {
    expect(kinds(sampleFacts({ environment: sampleEnvironment({ state: 'stopped' }) }))).toEqual(['stopped-but-up'])
  })

  test('stopping for too long', () => {
    const stopping = (minutes: number) =>
      kinds(sampleFacts({ environment: sampleEnvironment({ state: 'stopping', stateSince: minutesAgo(minutes) }) }))
    expect(stopping(stoppingLimitMinutes)).toEqual([])
    expect(stopping(stoppingLimitMinutes + 0.1)).toEqual(['stop-failed'])
  })

  test('production is never a leftover, even without its branch', () => {
    const environment = sampleEnvironment({ tier: 'production', name: 'production' })
    expect(
      kinds(sampleFacts({ environment, branch: null, mergeRequest: sampleMergeRequest({ state: 'merged' }) })),
    ).toEqual([])
  })
})

test('a job of a protected branch is for those who may change the branch, and of another ref for any Developer', () => {
  const deployments = [sampleDeployment({ status: 'failed' })]
  const roleOn = (more: Partial<Branch>) =>
    boardRow(sampleFacts({ deployments, branch: sampleBranch(more) }), asOf).newer?.jobRole
  expect(roleOn({ isProtected: true })).toBe('maintainer')
  expect(roleOn({ isProtected: true, developersMayChange: true })).toBe('developer')
  expect(roleOn({ isProtected: false })).toBe('developer')
  expect(roleOn({ name: 'the source of the merge request', isProtected: true })).toBe('developer')
})

test('the search text holds branch, merge request, author, SHA and app in lower case', () => {
  const branch = sampleBranch({ name: 'Fix/Üml-😀' })
  const text = searchText(
    boardRow(sampleFacts({ branch, mergeRequest: sampleMergeRequest({ title: 'ログイン Login' }) }), asOf),
  )
  for (const part of ['fix/üml-😀', '!12', 'ログイン login', 'aiko mori', sha('a'), 'review-login-abc123'])
    expect(text).toContain(part)
})

test('the latest thing that happened is what a row is sorted by', () => {
  const mergeRequest = sampleMergeRequest({ updatedAt: minutesAgo(3) })
  expect(boardRow(sampleFacts({ mergeRequest }), asOf).activeAt).toEqual(minutesAgo(3))
})
