import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { memoryBudget } from './budget.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

test('gives the whole minute at once and no more', async () => {
  const budget = memoryBudget({ requestsPerMinute: 3, maxWaitMs: 0 })
  await budget.take(2)
  await budget.take(1)
  await expect(budget.take(1)).rejects.toMatchObject({ kind: 'unavailable', retryAfterSeconds: 60 })
})

test('no 60 seconds hold more than the limit', async () => {
  const budget = memoryBudget({ requestsPerMinute: 2, maxWaitMs: 0 })
  await budget.take(1)
  vi.setSystemTime(Date.now() + 30_000)
  await budget.take(1)
  vi.setSystemTime(Date.now() + 29_999)
  await expect(budget.take(1)).rejects.toMatchObject({ kind: 'unavailable' })
  vi.setSystemTime(Date.now() + 1)
  await budget.take(1)
  await expect(budget.take(1)).rejects.toMatchObject({ kind: 'unavailable', retryAfterSeconds: 30 })
})

test('a refused request uses up nothing', async () => {
  const budget = memoryBudget({ requestsPerMinute: 1, maxWaitMs: 0 })
  await budget.take(1)
  for (let i = 0; i < 5; i += 1) await expect(budget.take(1)).rejects.toThrow('used up')
  vi.setSystemTime(Date.now() + 60_000)
  await budget.take(1)
})

test('waits when the wait is short', async () => {
  vi.useRealTimers()
  const clock = { ms: 0 }
  const budget = memoryBudget({ requestsPerMinute: 1, maxWaitMs: 100, now: () => clock.ms })
  await budget.take(1)
  clock.ms = 59_950
  const startedAt = performance.now()
  await budget.take(1)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(45)
})

test('more than a minute holds is refused', async () => {
  await expect(memoryBudget({ requestsPerMinute: 5 }).take(6)).rejects.toMatchObject({ kind: 'unavailable' })
})
