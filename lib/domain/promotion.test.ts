import { describe, expect, test } from 'vitest'
import type { Deployment } from './deployment.ts'
import { promotability } from './promotion.ts'
import { sampleDeployment, sha } from './samples.ts'

const staging = (...deployments: Deployment[]) => ({ name: 'staging', deployments })
const production = (...deployments: Deployment[]) => ({ name: 'production', deployments })

const stagingRunsB = staging(sampleDeployment({ iid: 10, sha: sha('b') }))
const productionRunsA = sampleDeployment({ iid: 5, sha: sha('a') })
const waiting = (more: Partial<Deployment> = {}): Deployment =>
  sampleDeployment({ iid: 11, sha: sha('b'), status: 'blocked', ...more })

describe('a promotion plays the manual job of the commit that staging runs', () => {
  test('when the job waits for a click', () => {
    const decision = promotability({
      staging: stagingRunsB,
      production: production(waiting(), productionRunsA),
      concerns: [],
    })
    expect(decision).toMatchObject({ allowed: true, sha: sha('b'), jobId: 1011, act: 'play', warnings: [] })
  })

  test('when production was never deployed', () => {
    expect(promotability({ staging: stagingRunsB, production: production(waiting()), concerns: [] }).allowed).toBe(true)
  })

  test.each(['failed', 'canceled'] as const)('and retries one that %s', (status) => {
    const facts = { staging: stagingRunsB, production: production(waiting({ status }), productionRunsA), concerns: [] }
    expect(promotability(facts)).toMatchObject({ allowed: true, act: 'retry' })
  })

  test('and carries what is known against staging as a warning, not as a refusal', () => {
    const facts = { staging: stagingRunsB, production: production(waiting()), concerns: ['web.1 restarting.'] }
    expect(promotability(facts)).toMatchObject({ allowed: true, warnings: ['web.1 restarting.'] })
  })
})

describe('a promotion is refused with its reason', () => {
  const cases: [string, Parameters<typeof promotability>[0], RegExp][] = [
    [
      'nothing on staging',
      { staging: staging(), production: production(waiting()), concerns: [] },
      /Nothing has been deployed to staging/,
    ],
    [
      'staging only failed',
      { staging: staging(sampleDeployment({ status: 'failed' })), production: production(waiting()), concerns: [] },
      /Nothing has been deployed/,
    ],
    [
      'already there',
      { staging: stagingRunsB, production: production(sampleDeployment({ iid: 11, sha: sha('b') })), concerns: [] },
      /Production already runs bbbbbbbb/,
    ],
    [
      'one is running',
      {
        staging: stagingRunsB,
        production: production(waiting(), sampleDeployment({ iid: 12, status: 'running', sha: sha('c') })),
        concerns: [],
      },
      /A deployment of cccccccc to production is running/,
    ],
    [
      'no such job',
      { staging: stagingRunsB, production: production(productionRunsA), concerns: [] },
      /no job that deploys to production/,
    ],
    [
      'its job waits for earlier stages',
      { staging: stagingRunsB, production: production(waiting({ status: 'created' })), concerns: [] },
      /waits for the stages before it/,
    ],
    [
      'it would go back',
      {
        staging: stagingRunsB,
        production: production(waiting(), sampleDeployment({ iid: 12, sha: sha('c') })),
        concerns: [],
      },
      /older than what production runs/,
    ],
    [
      'an outside tool made the deployment',
      { staging: stagingRunsB, production: production(waiting({ job: null })), concerns: [] },
      /no job that deploys/,
    ],
  ]
  test.each(cases)('%s', (_name, facts, reason) => {
    const decision = promotability(facts)
    expect(decision).toEqual({ allowed: false, reason: expect.stringMatching(reason) })
  })
})
