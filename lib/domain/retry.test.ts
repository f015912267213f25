import { expect, test } from 'vitest'
import { nextTryAt } from './retry.ts'

const asOf = new Date('2026-11-24T10:00:00Z')
const waitOf = (tries: number, more: { retryAfterSeconds?: number; chance?: number } = {}) => {
  const at = nextTryAt({ tries, retryAfterSeconds: null, chance: 0, ...more }, asOf)
  return at && (at.getTime() - asOf.getTime()) / 1000
}

test('waits from ten seconds to six hours, and gives up after the eighth try', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8].map((tries) => waitOf(tries))).toEqual([10, 40, 150, 600, 1800, 7200, 21600, null])
})

test('spreads what failed together over the last quarter of the wait', () => {
  expect(waitOf(2, { chance: 0 })).toBe(40)
  expect(waitOf(2, { chance: 0.999 })).toBeGreaterThan(30)
})

test.each([
  [5, 10],
  [61, 61],
  [86_400, 86_400],
  [999_999_999, 86_400],
])('asked to wait %i s it waits %i s', (retryAfterSeconds, expected) => {
  expect(waitOf(1, { retryAfterSeconds })).toBe(expected)
})

test('a wish to wait does not add a ninth try', () => {
  expect(waitOf(8, { retryAfterSeconds: 60 })).toBeNull()
})
