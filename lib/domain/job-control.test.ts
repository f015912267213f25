import { expect, test } from 'vitest'
import { cancelability, jobRole, retryability } from './job-control.ts'
import type { RunStatus } from './pipeline.ts'

test.each<[RunStatus, { retry: boolean; cancel: boolean }]>([
  ['created', { retry: false, cancel: true }],
  ['pending', { retry: false, cancel: true }],
  ['running', { retry: false, cancel: true }],
  ['canceling', { retry: false, cancel: false }],
  ['manual', { retry: false, cancel: false }],
  ['success', { retry: true, cancel: false }],
  ['failed', { retry: true, cancel: false }],
  ['canceled', { retry: true, cancel: false }],
  ['skipped', { retry: false, cancel: false }],
])('a job that is %s', (status, { retry, cancel }) => {
  const job = { name: 'review', status }
  expect(retryability(job).allowed).toBe(retry)
  expect(cancelability(job).allowed).toBe(cancel)
})

test('a job of a protected branch is for those who may change the branch', () => {
  expect(jobRole({ isProtected: true, developersMayChange: false })).toBe('maintainer')
  expect(jobRole({ isProtected: true, developersMayChange: true })).toBe('developer')
  expect(jobRole({ isProtected: false, developersMayChange: false })).toBe('developer')
  expect(jobRole(null)).toBe('developer')
})
