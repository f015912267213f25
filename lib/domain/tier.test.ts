import { expect, test } from 'vitest'
import { guessTier } from './tier.ts'

test.each([
  ['review/fix-foo', 'development'],
  ['preview', 'development'],
  ['DEV', 'development'],
  ['trunk', 'development'],
  ['dev-test', 'development'],
  ['internal', 'testing'],
  ['maintenance', 'testing'],
  ['acpt', 'testing'],
  ['acceptance', 'testing'],
  ['QA-1', 'testing'],
  ['staging', 'staging'],
  ['stg', 'staging'],
  ['preprod', 'staging'],
  ['non-live', 'staging'],
  ['modl', 'staging'],
  ['production', 'production'],
  ['PRD', 'production'],
  ['live/eu', 'production'],
  ['uat', 'other'],
  ['blue', 'other'],
  ['', 'other'],
] as const)('%j is %s, as GitLab guesses', (name, tier) => {
  expect(guessTier(name)).toBe(tier)
})
