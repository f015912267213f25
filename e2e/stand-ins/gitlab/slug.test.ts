import { expect, test } from 'vitest'
import { environmentSlug, refSlug } from './slug.ts'
import { guessTier } from './tier.ts'

test.each([
  ['review/fix-foo', 'review-fix-foo-v25cyx'],
  ['review/app', 'review-app-8c15it'],
  ['Production', 'production-iis43c'],
  ['1-prod', 'env-1-prod-fg2zxa'],
  ['-x', 'env-x-f5r59i'],
  ['prod-', 'prod'],
  ['staging', 'staging'],
])('environment %s has the slug %s', (name, slug) => expect(environmentSlug(name)).toBe(slug))

test.each([
  ['Feature/ABC-123_Foo', 'feature-abc-123-foo'],
  ['日本語', ''],
])('ref %s has the slug %j', (ref, slug) => expect(refSlug(ref)).toBe(slug))

test.each([
  ['preview', 'development'],
  ['preprod', 'staging'],
  ['internal', 'testing'],
  ['production', 'production'],
  ['uat', 'other'],
])('environment %s is guessed to be %s', (name, tier) => expect(guessTier(name)).toBe(tier))
