import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { environmentSlug, refSlug } from './slug.ts'

const sha256Hex = (text: string) => createHash('sha256').update(text).digest('hex')
const slugOf = (name: string) => environmentSlug(name, sha256Hex)

describe('environmentSlug', () => {
  test.each([
    ['review/fix-foo', 'review-fix-foo-v25cyx'],
    ['review/app', 'review-app-8c15it'],
    ['Production', 'production-iis43c'],
    ['1-prod', 'env-1-prod-fg2zxa'],
    ['-x', 'env-x-f5r59i'],
    ['prod-', 'prod'],
    ['foo-', 'foo'],
    ['foo', 'foo'],
    ['staging', 'staging'],
    ['a2345678901234567890abcd', 'a2345678901234567890abcd'],
  ])('%s becomes %s, as in GitLab', (name, slug) => {
    expect(slugOf(name)).toBe(slug)
  })

  test('a name one character too long is cut and gets a suffix', () => {
    expect(slugOf('a2345678901234567890abcde')).toMatch(/^a2345678901234567-[a-z0-9]{6}$/)
  })

  test('a cut that ends with a dash gets no second dash', () => {
    expect(slugOf('review/1234567890/abc')).toMatch(/^review-1234567890-[a-z0-9]{6}$/)
  })

  test('a character outside the basic plane is one character', () => {
    expect(slugOf('a😀b')).toMatch(/^a-b-[a-z0-9]{6}$/)
  })

  test('is always usable as the name of an app', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }), (name) => {
        expect(slugOf(name)).toMatch(/^[a-z](?:[a-z0-9]|-(?!-|$)){0,23}$/)
      }),
    )
  })

  test('a name that is a slug already stays what it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9]{0,10}(?:-[a-z0-9]{1,5}){0,2}$/), (name) => {
        expect(slugOf(name)).toBe(name)
      }),
    )
  })
})

describe('refSlug', () => {
  test.each([
    ['Feature/ABC-123_Foo', 'feature-abc-123-foo'],
    ['main', 'main'],
    ['日本語', ''],
    ['a/b', 'a-b'],
    ['a--b', 'a--b'],
    ['fix/"ünï code" 😀', 'fix---n--code'],
    ['/-x-/', 'x'],
    [`${'a'.repeat(62)}/b`, 'a'.repeat(62)],
    ['b'.repeat(64), 'b'.repeat(63)],
  ])('%s becomes %j, as in GitLab', (ref, slug) => {
    expect(refSlug(ref)).toBe(slug)
  })

  test('is a DNS label, or nothing, and its own slug', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), (ref) => {
        const slug = refSlug(ref)
        expect(slug).toMatch(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/)
        expect(refSlug(slug)).toBe(slug)
      }),
    )
  })
})
