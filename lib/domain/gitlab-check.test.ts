import { expect, test } from 'vitest'
import { type GitlabCheck, gitlabFlaw, tokenWarning } from './gitlab-check.ts'

const failures: [GitlabCheck, field: string, words: string][] = [
  [{ kind: 'address', because: 'not-a-url' }, 'url', 'not an address'],
  [{ kind: 'address', because: 'not-https' }, 'url', 'Without TLS'],
  [{ kind: 'address', because: 'has-more' }, 'url', 'more than where GitLab is'],
  [
    { kind: 'unreachable', reason: 'it refuses connections' },
    'url',
    'Nothing answers at git.test: it refuses connections.',
  ],
  [{ kind: 'tls', reason: 'its certificate has ended' }, 'url', 'cannot be trusted: its certificate has ended.'],
  [{ kind: 'redirect', to: 'https://sso.test/in' }, 'url', 'git.test sends on to https://sso.test/in.'],
  [{ kind: 'not-gitlab', saw: 'a web page' }, 'url', 'is not GitLab: a web page.'],
  [{ kind: 'token', because: 'unknown' }, 'token', 'does not take this token'],
  [{ kind: 'token', because: 'expired' }, 'token', 'has ended'],
  [{ kind: 'token', because: 'strange' }, 'token', 'as an access token'],
  [{ kind: 'scope', scopes: ['read_user'] }, 'token', 'has the scope read_user, and neither read_api nor api.'],
  [{ kind: 'scope', scopes: [] }, 'token', 'has no scope'],
  [{ kind: 'inactive', username: 'hanako' }, 'token', 'hanako, whose token this is, is blocked'],
]

test.each(failures)('%j is told at its field, with a way out', (check, field, words) => {
  const flaw = gitlabFlaw(check, 'git.test')
  expect(flaw).toMatchObject({ field })
  expect(flaw?.words).toContain(words)
  expect(flaw?.remedy).toMatch(/\.$|https:/)
})

const facts = { name: 'berth', username: 'bot', scopes: ['api'], expiresOn: null }

test('a token that may act and does not end soon needs no words', () => {
  const asOf = new Date('2026-11-01T12:00:00Z')
  expect(gitlabFlaw({ kind: 'ok', facts }, 'git.test')).toBeNull()
  expect(tokenWarning(facts, asOf)).toBeNull()
  expect(tokenWarning({ ...facts, expiresOn: '2026-11-16' }, asOf)).toBeNull()
})

test.each([
  ['2026-11-15', 'in 14 days'],
  ['2026-11-02', 'tomorrow'],
  ['2026-11-01', 'today'],
])('one that ends on %s ends %s', (expiresOn, words) => {
  expect(tokenWarning({ ...facts, expiresOn }, new Date('2026-11-01T12:00:00Z'))).toContain(`It ends ${words}`)
})

test('one that may only look says what that leaves out', () => {
  expect(tokenWarning({ ...facts, scopes: ['read_api'] }, new Date())).toContain('may only look')
})
