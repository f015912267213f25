import { describe, expect, test } from 'vitest'
import { openNow } from './closure.ts'
import type { Deployment } from './deployment.ts'
import type { Job } from './job.ts'
import { type PromotionFacts, promotability, promotionRange } from './promotion.ts'
import { asOf, minutesAgo, sampleBranch, sampleDeployment, sha } from './samples.ts'

const staging = (...deployments: Deployment[]) => ({ name: 'staging', deployments })
const production = (...deployments: Deployment[]) => ({ name: 'production', deployments })

const stagingRunsB = staging(sampleDeployment({ iid: 10, sha: sha('b') }))
const productionRunsA = sampleDeployment({ iid: 5, sha: sha('a') })
const waiting = (more: Partial<Deployment> = {}): Deployment =>
  sampleDeployment({ iid: 11, sha: sha('b'), status: 'blocked', ...more })

const facts = (more: Partial<PromotionFacts> = {}): PromotionFacts => ({
  staging: stagingRunsB,
  production: production(waiting(), productionRunsA),
  way: 'job',
  concerns: [],
  lost: [],
  jobs: null,
  closure: openNow,
  ...more,
})

describe('a promotion plays the manual job of the commit that staging runs', () => {
  test('when the job waits for a click', () => {
    expect(promotability(facts())).toMatchObject({
      allowed: true,
      way: 'job',
      sha: sha('b'),
      jobId: 1011,
      act: 'play',
      guards: [],
    })
  })

  test('when production was never deployed: nothing can be lost there', () => {
    expect(promotability(facts({ production: production(waiting()), lost: null }))).toMatchObject({
      allowed: true,
      guards: [],
    })
  })

  test.each(['failed', 'canceled'] as const)('and retries one that %s', (status) => {
    const decision = promotability(facts({ production: production(waiting({ status }), productionRunsA) }))
    expect(decision).toMatchObject({ allowed: true, act: 'retry' })
  })
})

describe('what can be met stands before it as a guard', () => {
  const guardsOf = (more: Partial<PromotionFacts>) => {
    const decision = promotability(facts(more))
    return decision.allowed ? decision.guards : decision.reason
  }
  const { commit } = sampleBranch()
  const job = (more: Partial<Job>): Job => ({
    id: 1,
    name: 'rake',
    stage: 'test',
    ref: 'master',
    sha: sha('b'),
    status: 'success',
    allowFailure: false,
    createdAt: asOf,
    startedAt: null,
    finishedAt: null,
    failureReason: null,
    webUrl: '',
    userName: null,
    pipelineId: 500,
    ...more,
  })

  test('commits that production would lose want the commit typed out, newest first', () => {
    const [first, second] = [
      { ...commit, sha: sha('1') },
      { ...commit, sha: sha('2') },
    ]
    expect(guardsOf({ lost: [first, second] })).toMatchObject(
      [{ kind: 'going-back', demand: 'sha', words: /lose 2 commits/, lost: [second, first] }].map((guard) => ({
        ...guard,
        words: expect.stringMatching(guard.words),
      })),
    )
  })

  test('so does a comparison that GitLab could not make', () => {
    expect(guardsOf({ lost: null })).toMatchObject([{ kind: 'going-back', demand: 'sha' }])
  })

  test('a freeze, a lock, a staging that is not well and a pipeline that is not green want a reason', () => {
    const freeze = { startsAt: minutesAgo(60), endsAt: asOf, words: 'GitLab’s freeze period holds until Monday.' }
    const lock = {
      id: '1',
      projectId: 42,
      environmentId: null,
      reason: 'Audit week',
      author: 'hanako',
      createdAt: minutesAgo(60),
      endsAt: null,
    }
    const guards = guardsOf({
      concerns: ['web.1 restarting.'],
      closure: { ...openNow, freeze, lock },
      jobs: [job({ status: 'failed' })],
    })
    expect(guards).toMatchObject([
      { kind: 'freeze', demand: 'reason', words: freeze.words },
      { kind: 'lock', demand: 'reason', words: 'hanako has locked production: Audit week' },
      { kind: 'staging-unhealthy', demand: 'reason', words: 'Staging is not well: web.1 restarting.' },
      { kind: 'pipeline-not-green', demand: 'reason' },
    ])
  })

  test('a job that may fail, waits for a click or is the one that deploys does not make a pipeline red', () => {
    const jobs = [
      job({ name: 'lint', status: 'failed', allowFailure: true }),
      job({ name: 'notify', status: 'manual' }),
      job({ name: 'review', status: 'failed' }),
    ]
    expect(guardsOf({ jobs })).toEqual([])
  })

  test('a second person where the project asks for one', () => {
    expect(guardsOf({ closure: { ...openNow, approvalNeeded: true } })).toMatchObject([
      { kind: 'approval', demand: 'approval' },
    ])
  })
})

describe('where tags are the way', () => {
  test('a new tag is made at staging’s commit', () => {
    const decision = promotability(facts({ way: 'tag', production: production(productionRunsA) }))
    expect(decision).toMatchObject({ allowed: true, way: 'tag', sha: sha('b'), guards: [] })
  })

  test('a job that waits already comes first', () => {
    expect(promotability(facts({ way: 'tag' }))).toMatchObject({ allowed: true, way: 'job', jobId: 1011 })
  })

  test('a tag whose pipeline is on its way is waited for', () => {
    const decision = promotability(
      facts({
        way: 'tag',
        production: production(waiting({ status: 'created' }), productionRunsA),
      }),
    )
    expect(decision).toEqual({ allowed: false, reason: expect.stringMatching(/waits for the stages before it/) })
  })
})

test('the two commits and the pipeline that have to be asked about', () => {
  expect(promotionRange(facts())).toEqual({ stagingSha: sha('b'), productionSha: sha('a'), pipelineId: 500 })
  expect(promotionRange(facts({ staging: staging(), production: production() }))).toEqual({
    stagingSha: null,
    productionSha: null,
    pipelineId: null,
  })
})

describe('a promotion is refused with its reason', () => {
  const cases: [string, PromotionFacts, RegExp][] = [
    ['nothing on staging', facts({ staging: staging() }), /Nothing has been deployed to staging/],
    [
      'staging only failed',
      facts({ staging: staging(sampleDeployment({ status: 'failed' })) }),
      /Nothing has been deployed/,
    ],
    [
      'already there',
      facts({ production: production(sampleDeployment({ iid: 11, sha: sha('b') })) }),
      /Production already runs bbbbbbbb/,
    ],
    [
      'one is running',
      facts({ production: production(waiting(), sampleDeployment({ iid: 12, status: 'running', sha: sha('c') })) }),
      /A deployment of cccccccc to production is running/,
    ],
    ['no such job', facts({ production: production(productionRunsA) }), /no job that deploys to production\.$/],
    [
      'no such job, where production is deployed from something else',
      facts({ production: production({ ...productionRunsA, ref: 'v1.4.0' }) }),
      /no job that .* Production was last deployed from v1\.4\.0: if tags are the way there, say so in the settings\.$/,
    ],
    [
      'its job waits for earlier stages',
      facts({ production: production(waiting({ status: 'created' })) }),
      /waits for the stages before it/,
    ],
    [
      'GitLab would refuse the job as outdated',
      facts({ production: production(waiting(), sampleDeployment({ iid: 12, sha: sha('c') })) }),
      /older than what production runs.*roll back/,
    ],
    [
      'an outside tool made the deployment',
      facts({ production: production(waiting({ job: null })) }),
      /no job that deploys/,
    ],
  ]
  test.each(cases)('%s', (_name, given, reason) => {
    expect(promotability(given)).toEqual({ allowed: false, reason: expect.stringMatching(reason) })
  })
})
