import { expect, test } from 'vitest'
import { contentSecurityPolicy } from './content-security-policy.ts'

const policy = (more: Partial<Parameters<typeof contentSecurityPolicy>[0]> = {}) =>
  contentSecurityPolicy({ nonce: 'abc', signInOrigins: [], isDevelopment: false, ...more })

test('scripts run by their nonce alone, never inline and never evaluated', () => {
  expect(policy()).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';")
  expect(policy()).not.toMatch(/unsafe|\*|https?:/)
})

test('what nothing is said of is not loaded, and nobody puts a page into a frame', () => {
  expect(policy()).toContain("default-src 'none'")
  expect(policy()).toContain("frame-ancestors 'none'")
})

test('a form may lead to the GitLab that people sign in with, and nowhere else', () => {
  expect(policy()).toContain("form-action 'self';")
  expect(policy({ signInOrigins: ['https://gitlab.example.jp'] })).toContain(
    "form-action 'self' https://gitlab.example.jp;",
  )
})
