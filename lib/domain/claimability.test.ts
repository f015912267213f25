import { expect, test } from 'vitest'
import type { AppClaim, Belongings } from './belonging.ts'
import { claimability } from './claimability.ts'

const claimOf = (app: string, more: Partial<AppClaim>): AppClaim => ({
  projectId: 42,
  environmentId: 7,
  environmentName: `env/${app}`,
  state: 'available',
  tier: 'development',
  app: { host: 'review', app },
  database: null,
  ...more,
})
const belongings: Belongings = {
  claims: [
    claimOf('review-fix', {}),
    claimOf('shop-live', { tier: 'production' }),
    claimOf('blog-fix', { projectId: 43 }),
    claimOf('far-live', { tier: 'production', app: { host: 'other', app: 'far-live' } }),
  ],
  naming: [{ id: '1', projectId: 43, host: 'review', pattern: 'wiki-*', claimedBy: 'Yuki', claimedAt: new Date(0) }],
  keep: ['demo', 'kept-*'],
  unread: [],
}
const apps = ['review-fix', 'review-old', 'shop-live', 'blog-fix', 'kept-1', 'wiki-old']
const claim = (pattern: string) => claimability({ projectId: 42, host: 'review', pattern }, apps, belongings)

test.each(['review-*', 'review-old', '*-old-thing', 'far-*', 'none-*'])('%s may be claimed', (pattern) => {
  expect(claim(pattern).allowed).toBe(true)
})

test.each([
  ['*', 'A pattern has'],
  ['a*b', 'A pattern has'],
  ['Review-*', 'A pattern has'],
  ['shop-*', 'shop-live, the app of env/shop-live (production)'],
  ['blog-*', 'of another project'],
  ['kept-*', 'kept-1, which is on a keep list'],
  ['dem*', 'demo, which is on a keep list'],
  ['wiki-*', 'wiki-old, whose name another project has claimed'],
  ['*-fix', 'of another project'],
])('%s may not: %s', (pattern, reason) => {
  expect(claim(pattern)).toMatchObject({ allowed: false, reason: expect.stringContaining(reason) })
})
