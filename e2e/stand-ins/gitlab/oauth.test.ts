import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestGitlab, type TestGitlab } from './test-gitlab.ts'

let gitlab: TestGitlab
const client = { id: 'app', secret: 'app-secret', redirectUris: ['http://berth.test/back'] }
// The vector of GitLab's documentation.
const verifier = 'ks02i3jdikdo2k0dkfodf3m39rjfjsdk0wk349rj3jrhf'
const challenge = '2i0WFA-0AerkjQm4X4oDEhqA17QIAKNjXpagHBXmO_U'

beforeAll(async () => {
  gitlab = await startTestGitlab()
  gitlab.world.oauth.clients = [client]
})
afterAll(() => gitlab.stop())

const form = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${gitlab.url}${path}`, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' })

const authorization = {
  client_id: client.id,
  redirect_uri: 'http://berth.test/back',
  response_type: 'code',
  scope: 'api read_user',
  state: 'xyz',
  code_challenge: challenge,
  code_challenge_method: 'S256',
}

async function cookieOf(username: string): Promise<string> {
  const answer = await form('/users/sign_in', { username, back: '/' })
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

async function codeFor(username: string): Promise<string> {
  const cookie = await cookieOf(username)
  const answer = await form('/oauth/authorize', { ...authorization, decision: 'authorize' }, { cookie })
  const back = new URL(answer.headers.get('location') ?? '')
  expect(back.searchParams.get('state')).toBe('xyz')
  return back.searchParams.get('code') ?? ''
}

async function tokenBy(fields: Record<string, string>) {
  const answer = await form('/oauth/token', { client_id: client.id, client_secret: client.secret, ...fields })
  return { status: answer.status, body: await answer.json() }
}

const exchange = (code: string, more: Record<string, string> = {}) =>
  tokenBy({
    grant_type: 'authorization_code',
    code,
    redirect_uri: 'http://berth.test/back',
    code_verifier: verifier,
    ...more,
  })
const refresh = (refreshToken: string) => tokenBy({ grant_type: 'refresh_token', refresh_token: refreshToken })

const whoIs = (token: string) =>
  gitlab.ask('GET', '/user', { token: null, headers: { authorization: `Bearer ${token}` } })

test('the challenge is that of GitLab’s documentation', () => {
  expect(createHash('sha256').update(verifier).digest('base64url')).toBe(challenge)
})

test('whoever agrees comes back with a code that is good once', async () => {
  const code = await codeFor('kenta')
  const { status, body } = await exchange(code)
  expect(status).toBe(200)
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 7200 })
  expect((await whoIs(body.access_token)).body).toMatchObject({ username: 'kenta' })
  expect(await exchange(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})

test('a stranger is asked to sign in first, and to agree; who declines comes back with the refusal', async () => {
  const address = `${gitlab.url}/oauth/authorize?${new URLSearchParams(authorization)}`
  const stranger = await fetch(address, { redirect: 'manual' })
  expect(stranger.headers.get('location')).toMatch(/^\/users\/sign_in\?back=/)
  const cookie = await cookieOf('marta')
  expect(await (await fetch(address, { headers: { cookie } })).text()).toContain('Authorize Berth')
  const declined = await form('/oauth/authorize', { ...authorization, decision: 'deny' }, { cookie })
  expect(declined.headers.get('location')).toContain('error=access_denied')
})

test('an unknown application, address or verifier gets nothing', async () => {
  for (const more of [{ client_id: 'other' }, { redirect_uri: 'http://evil.test/back' }] as Record<string, string>[]) {
    const address = `${gitlab.url}/oauth/authorize?${new URLSearchParams({ ...authorization, ...more })}`
    expect((await fetch(address, { redirect: 'manual' })).status).toBe(400)
  }
  expect(await exchange(await codeFor('kenta'), { code_verifier: 'a'.repeat(43) })).toMatchObject({ status: 400 })
  expect(await exchange(await codeFor('kenta'), { redirect_uri: 'http://evil.test/back' })).toMatchObject({
    status: 400,
  })
  expect(await exchange(await codeFor('kenta'), { client_secret: 'wrong' })).toMatchObject({ status: 401 })
})

test('a refresh token is good once, and kills the pair that it belongs to', async () => {
  const first = (await exchange(await codeFor('kenta'))).body
  const second = (await refresh(first.refresh_token)).body
  expect((await whoIs(first.access_token)).status).toBe(401)
  expect((await whoIs(second.access_token)).status).toBe(200)
  expect(await refresh(first.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect((await gitlab.control('GET', '/oauth/refreshes')).body.kenta).toBeGreaterThan(0)
})

test('a token that ended or was revoked is refused', async () => {
  const first = (await exchange(await codeFor('kenta'))).body
  await gitlab.control('POST', '/oauth/expire', { username: 'kenta' })
  expect((await whoIs(first.access_token)).body.error_description).toMatch(/expired/)
  const second = (await refresh(first.refresh_token)).body
  const revoked = await form('/oauth/revoke', {
    client_id: client.id,
    client_secret: client.secret,
    token: second.access_token,
  })
  expect(revoked.status).toBe(200)
  expect((await whoIs(second.access_token)).status).toBe(401)
  expect(await refresh(second.refresh_token)).toMatchObject({ status: 400 })
})
