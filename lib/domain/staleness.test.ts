import { describe, expect, test } from 'vitest'
import { asOf, minutesAgo, sampleEnvironment } from './samples.ts'
import { type ReviewApp, type StalePolicy, staleAt } from './staleness.ts'

const policy: StalePolicy = { staleDays: 30, keep: [] }
const app = (more: Partial<ReviewApp> = {}): ReviewApp => ({
  environment: sampleEnvironment({ createdAt: minutesAgo(10) }),
  app: { host: 'review', app: 'review-login-abc123' },
  lastDeployedAt: null,
  ...more,
})
const after30Days = (instant: Date): Date => new Date(instant.getTime() + 30 * 86_400_000)

test('a review app turns stale after its last deployment, or its creation when it never was deployed', () => {
  expect(staleAt(app({ lastDeployedAt: asOf }), policy)).toEqual(after30Days(asOf))
  expect(staleAt(app(), policy)).toEqual(after30Days(minutesAgo(10)))
})

describe('never', () => {
  test.each<[string, ReviewApp, StalePolicy]>([
    ['without a policy', app(), { staleDays: null, keep: [] }],
    ['when it is kept by name', app(), { staleDays: 30, keep: ['review-login-*'] }],
    ['when it is stopped', app({ environment: sampleEnvironment({ state: 'stopped' }) }), policy],
    ['when it is staging', app({ environment: sampleEnvironment({ tier: 'staging' }) }), policy],
    ['when it is production', app({ environment: sampleEnvironment({ tier: 'production' }) }), policy],
  ])('%s', (_, reviewApp, given) => {
    expect(staleAt(reviewApp, given)).toBeNull()
  })
})
