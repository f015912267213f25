import { expect, test, vi } from 'vitest'
import { inWords, runSuites, strict } from './suites.ts'

test('suites add up, and one that fails does not keep the next from running', () => {
  vi.spyOn(console, 'log').mockImplementation(() => {})
  const total = runSuites([
    { name: 'first', run: () => ({ passed: 2, failed: 1, skipped: 0 }) },
    { name: 'second', run: () => ({ passed: 3, failed: 0, skipped: 4 }) },
  ])
  vi.restoreAllMocks()
  expect(inWords(total)).toBe('5 passed, 1 failed, 4 skipped')
})

test('skipped tests are named only where there are some', () => {
  expect(inWords({ passed: 7, failed: 0, skipped: 0 })).toBe('7 passed, 0 failed')
})

test.each([
  ['a clean run', 0, { passed: 5, failed: 0, skipped: 1 }, 0],
  ['failed tests', 1, { passed: 5, failed: 2, skipped: 0 }, 2],
  ['an error outside of any test', 1, { passed: 5, failed: 0, skipped: 0 }, 1],
  ['a run that found no test', 0, { passed: 0, failed: 0, skipped: 0 }, 1],
])('%s is counted', (_, status, counts, failed) => {
  expect(strict(status, counts).failed).toBe(failed)
})
