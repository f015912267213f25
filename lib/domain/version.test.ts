import { describe, expect, test } from 'vitest'
import { highestVersion, nextTags, tagOf, versionIn } from './version.ts'

const template = 'v$VERSION'

describe('a version is read from a tag by the template', () => {
  test.each([
    ['v1.2.3', template, { major: 1, minor: 2, patch: 3 }],
    ['v0.0.0', template, { major: 0, minor: 0, patch: 0 }],
    ['v20261124.10.0', template, { major: 20_261_124, minor: 10, patch: 0 }],
    ['release/1.2.3-prod', 'release/$VERSION-prod', { major: 1, minor: 2, patch: 3 }],
    ['1.2.3', '$VERSION', { major: 1, minor: 2, patch: 3 }],
  ])('%s by %s', (tag, by, version) => {
    expect(versionIn(tag, by)).toEqual(version)
    expect(tagOf(version, by)).toBe(tag)
  })

  test.each([
    ['v1.2.3-rc1', template],
    ['v1.2.3+5', template],
    ['v1.2', template],
    ['v1.2.3.4', template],
    ['v01.2.3', template],
    ['v1.2.-3', template],
    ['1.2.3', template],
    ['vv1.2.3', template],
    ['v1.2.3\n', template],
    ['v1.2.1e3', template],
    ['v9007199254740993.0.0', template],
    ['v1.2.3', 'nightly'],
    ['', template],
    // The two ends of the template may not share a character of the tag.
    ['a', 'a$VERSIONa'],
  ])('none from %j by %s', (tag, by) => expect(versionIn(tag, by)).toBeNull())
})

describe('the next tag', () => {
  test('comes after the highest version, whatever the order, and ignores what is none', () => {
    const tags = ['v1.9.0', 'v1.10.2', 'nightly', 'v2.0.0-rc1', 'v1.10.1', 'x1.99.0']
    expect(highestVersion(tags, template)).toEqual({ major: 1, minor: 10, patch: 2 })
    expect(nextTags(tags, template)).toEqual({ patch: 'v1.10.3', minor: 'v1.11.0', major: 'v2.0.0' })
  })

  test('of a project without tags comes after 0.0.0', () => {
    expect(nextTags([], template)).toEqual({ patch: 'v0.0.1', minor: 'v0.1.0', major: 'v1.0.0' })
  })
})
