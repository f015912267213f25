import { expect, test } from 'vitest'
import { age, ageInWords } from './age.ts'

const asOf = new Date('2026-11-23T12:00:00Z')
const secondsAgo = (seconds: number): Date => new Date(asOf.getTime() - seconds * 1000)

test.each([
  [0, 'now'],
  [9, 'now'],
  [10, '10 s'],
  [59, '50 s'],
  [60, '1 min'],
  [3599, '59 min'],
  [3600, '1 h'],
  [86_399, '23 h'],
  [86_400, '1 d'],
  [59 * 86_400, '59 d'],
  [60 * 86_400, '2 mo'],
  [364 * 86_400, '12 mo'],
  [365 * 86_400, '1 y'],
])('%i seconds are %s', (seconds, words) => {
  expect(age(secondsAgo(seconds), asOf)).toBe(words)
})

test('the past is ago, the future is in, and the present is neither', () => {
  expect(ageInWords(secondsAgo(300), asOf)).toBe('5 min ago')
  expect(ageInWords(secondsAgo(-7200), asOf)).toBe('in 2 h')
  expect(ageInWords(secondsAgo(3), asOf)).toBe('just now')
})
