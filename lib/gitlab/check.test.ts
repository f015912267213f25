import { expect, test } from 'vitest'
import { baseOf, checkGitlab } from './check.ts'

const url = 'https://gitlab.test/git'

/** Answers by path, and what was asked with which token. */
function scripted(answers: Record<string, Response | Error>) {
  const asked: string[] = []
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const path = String(input).slice(url.length)
    asked.push(`${path} ${new Headers(init?.headers).get('authorization') ?? 'nothing'}`)
    expect(init?.redirect).toBe('manual')
    const answer = answers[path]
    if (answer === undefined) throw new Error(`Nobody expected ${path}.`)
    if (answer instanceof Error) throw answer
    return answer
  }
  return { asked, check: () => checkGitlab({ url, token: 'the-token' }, { fetch: fetch as typeof globalThis.fetch }) }
}

const json = (status: number, body: object) => new Response(JSON.stringify(body), { status })
const stranger = () => json(401, { message: '401 Unauthorized' })
const self = (scopes: string[]) => json(200, { name: 'berth', scopes, expires_at: '2027-01-31', active: true })
const [version, token, user] = ['/api/v4/version', '/api/v4/personal_access_tokens/self', '/api/v4/user']

test('a GitLab is asked as a stranger first, and then with the token', async () => {
  const { asked, check } = scripted({
    [version]: stranger(),
    [token]: self(['read_api']),
    [user]: json(200, { username: 'bot', state: 'active' }),
  })
  expect(await check()).toEqual({
    kind: 'ok',
    facts: { name: 'berth', username: 'bot', scopes: ['read_api'], expiresOn: '2027-01-31' },
  })
  expect(asked).toEqual([`${version} nothing`, `${token} Bearer the-token`, `${user} Bearer the-token`])
})

const failing = (code: string) =>
  Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(), { code }) })

test.each([
  ['a redirect', new Response('', { status: 302, headers: { location: 'https://sso.test/in?to=x' } }), 'redirect'],
  ['a web page', new Response('<html>', { status: 200 }), 'not-gitlab'],
  ['another API', json(404, { message: 'no' }), 'not-gitlab'],
  ['a certificate of nobody', failing('DEPTH_ZERO_SELF_SIGNED_CERT'), 'tls'],
  ['plain HTTP where TLS was expected', failing('EPROTO'), 'tls'],
  ['nobody', failing('ECONNREFUSED'), 'unreachable'],
  ['an unknown name', failing('ENOTFOUND'), 'unreachable'],
])('%s gets no token', async (_, answer, kind) => {
  const { asked, check } = scripted({ [version]: answer })
  expect(await check()).toMatchObject({ kind })
  expect(asked).toEqual([`${version} nothing`])
})

test.each([
  ['unknown', json(401, { error: 'invalid_token', error_description: 'Token was revoked. You have to re-authorize.' })],
  ['expired', json(401, { error: 'invalid_token', error_description: 'Token is expired. You can either do.' })],
  ['strange', json(404, { message: '404 Not Found' })],
])('a token may be %s', async (because, answer) => {
  expect(await scripted({ [version]: stranger(), [token]: answer }).check()).toEqual({ kind: 'token', because })
})

test('scopes that do not let it look, and an owner who is blocked', async () => {
  const narrow = scripted({ [version]: stranger(), [token]: self(['read_repository']) })
  expect(await narrow.check()).toEqual({ kind: 'scope', scopes: ['read_repository'] })
  const blocked = json(200, { username: 'bot', state: 'blocked' })
  const owner = scripted({ [version]: stranger(), [token]: self(['api']), [user]: blocked })
  expect(await owner.check()).toEqual({ kind: 'inactive', username: 'bot' })
})

test.each([
  ['https://gitlab.test/', 'https://gitlab.test'],
  [' https://gitlab.test/git/ ', 'https://gitlab.test/git'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['http://localhost', 'http://localhost'],
])('%s is an address', (text, base) => {
  expect(baseOf(text)).toBe(base)
})

test.each([
  ['gitlab.test', 'not-a-url'],
  ['ftp://gitlab.test', 'not-a-url'],
  ['http://gitlab.test', 'not-https'],
  ['http://10.0.0.7', 'not-https'],
  ['https://me:word@gitlab.test', 'has-more'],
  ['https://gitlab.test/?x=1', 'has-more'],
])('%s is not asked', (text, because) => {
  expect(baseOf(text)).toEqual({ kind: 'address', because })
})
