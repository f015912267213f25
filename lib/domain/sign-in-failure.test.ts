import { expect, test } from 'vitest'
import { signInFailure } from './sign-in-failure.ts'

test('what came back is said in words', () => {
  expect(signInFailure('access_denied')).toBe(
    'Berth was not allowed to act for you in GitLab, so nobody was signed in.',
  )
})

test.each(['', 'something-else', 'constructor', '<b>'])('%j is repeated to nobody', (code) => {
  expect(signInFailure(code)).toBe('The sign-in with GitLab failed. Try again.')
})
