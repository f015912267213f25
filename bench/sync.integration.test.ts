import { expect, it } from 'vitest'
import { measureSync } from './sync.ts'

it('counts what looking at a large project costs GitLab, which stays what was promised', {
  timeout: 180_000,
}, async () => {
  const measured = await measureSync()
  const count = (what: string) => Number(measured.find((row) => row.what === what)?.value)
  expect(count('idle look: requests, worst of 20')).toBe(3)
  // 206 pages, the freeze periods, and the commits between staging and production, there and back.
  expect(count('first full look: requests')).toBe(209)
})
