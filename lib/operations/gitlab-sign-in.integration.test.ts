import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { clearAudit, type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { createGitlab, createGitlabOauth } from '#lib/gitlab/index.ts'
import { log } from '#lib/log.ts'
import { createSeal } from '#lib/seal.ts'
import { createGitlabSignIn, type GitlabSignIn } from './gitlab-sign-in.ts'
import { application, type GitlabPerson, type OauthGitlab, startOauthGitlab } from './oauth-gitlab.ts'

const url = 'http://berth.test'
const secret = 'a secret of at least 32 characters'
const callback = `${url}/api/auth/callback/gitlab`
const person = (id: number, username: string): GitlabPerson => ({
  id,
  username,
  name: `The person ${username}`,
  state: 'active',
  isAdmin: false,
  levels: {},
})

let database: FreshDatabase
let gitlab: OauthGitlab
let signIn: GitlabSignIn

function signInAt(address: string, prefix = 'berth_'): GitlabSignIn {
  const world = { db: database.db, seal: createSeal(secret), now: () => new Date() }
  return createGitlabSignIn({
    world,
    oauth: createGitlabOauth({ url: gitlab.url, ...application, redirectUri: `${address}/api/auth/callback/gitlab` }),
    gitlabBy: (token) => createGitlab({ url: gitlab.url, token: async () => token, requestsPerMinute: 1000 }),
    url: address,
    cookies: { person: `${prefix}person`, state: `${prefix}sign_in` },
    secret,
  })
}

const cookieOf = (setCookie: readonly string[]): string => setCookie.map((cookie) => cookie.split(';')[0]).join('; ')
const requestTo = (address: URL | string, cookie: string): Request =>
  new Request(address, { headers: { cookie, 'x-forwarded-for': '203.0.113.9, 10.0.0.7' } })
const headersWith = (cookie: string): Headers => new Headers({ cookie })

/** The whole way of a browser; answers with where it ends and what it then has. */
async function signInAs(username: string, next: string | null = null): Promise<{ location: string; cookie: string }> {
  const begun = await signIn.begin(next, new Headers())
  const response = await signIn.finish(requestTo(gitlab.agree(begun.url, username), cookieOf(begun.cookies)))
  const session = response.headers.getSetCookie().filter((cookie) => cookie.startsWith('berth_person='))
  return { location: response.headers.get('location') ?? '', cookie: cookieOf(session) }
}

async function storedToken(gitlabId: number): Promise<string> {
  const { accessToken } = await database.db.gitlabAccount.findFirstOrThrow({ where: { accountId: String(gitlabId) } })
  return createSeal(secret).open(accessToken ?? '', `gitlab access token of ${gitlabId}`)
}

const audit = () =>
  database.db.auditEntry.findMany({
    select: { actor: true, action: true, outcome: true, words: true },
    orderBy: { id: 'asc' },
  })

beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  gitlab = await startOauthGitlab([person(7, 'hanako'), person(8, 'kenta')])
  signIn = signInAt(url)
  vi.spyOn(log, 'warn').mockReturnValue()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await gitlab.close()
  await database.db.person.deleteMany()
  await database.db.signInState.deleteMany()
  await clearAudit(database.db)
})

describe('signing in with GitLab', () => {
  test('asks with a state and PKCE for what Berth needs, at the address that GitLab knows', async () => {
    const { url: address } = await signIn.begin(null, new Headers())
    const { origin, pathname, searchParams } = new URL(address)
    expect(`${origin}${pathname}`).toBe(`${gitlab.url}/oauth/authorize`)
    expect(Object.fromEntries(searchParams)).toEqual({
      response_type: 'code',
      client_id: application.clientId,
      redirect_uri: callback,
      scope: 'api read_user openid profile email',
      state: expect.stringMatching(/^[\w-]{32}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    expect(address).not.toContain(application.clientSecret)
  })

  test('gives a session, and ends at the page that was wanted', async () => {
    const { location, cookie } = await signInAs('hanako', '/projects/42?filter=stale')
    expect(location).toBe('/projects/42?filter=stale')
    const session = await signIn.sessionOf(headersWith(cookie))
    expect(await database.db.person.findMany()).toMatchObject([
      { id: session?.personId, gitlabId: 7, username: 'hanako', name: 'The person hanako' },
    ])
    expect(await audit()).toEqual([
      { actor: 'hanako', action: 'sign-in', outcome: 'succeeded', words: 'Signed in with GitLab from 10.0.0.7.' },
    ])
  })

  test('never ends on another site', async () => {
    for (const next of [
      '//elsewhere.example',
      'https://elsewhere.example/',
      '/\\elsewhere.example',
      '/api/v1/projects',
    ]) {
      expect((await signInAs('hanako', next)).location).toBe('/')
    }
  })

  test('stores no token as it is, and sends none to the browser', async () => {
    const begun = await signIn.begin(null, new Headers())
    const response = await signIn.finish(requestTo(gitlab.agree(begun.url, 'hanako'), cookieOf(begun.cookies)))
    const accounts = await database.db.gitlabAccount.findMany()
    expect(accounts).toMatchObject([
      { accessToken: expect.stringMatching(/^s1\./), refreshToken: expect.stringMatching(/^s1\./), idToken: null },
    ])
    const everything = [accounts, await database.db.person.findMany(), await database.db.personSession.findMany()]
    expect(JSON.stringify([everything, [...response.headers]])).not.toMatch(/access-[0-9a-f]{32}|refresh-[0-9a-f]{32}/)
  })

  test('a second time finds the same person, under the name of today', async () => {
    await signInAs('hanako')
    const before = await database.db.person.findFirstOrThrow()
    gitlab.people = [person(7, 'hanako-yamada')]
    await database.db.gitlabAccount.updateMany({ data: { failure: 'GitLab took it no more.' } })
    await signInAs('hanako-yamada')
    expect(await database.db.person.findMany()).toMatchObject([{ id: before.id, username: 'hanako-yamada' }])
    expect(await database.db.gitlabAccount.findMany()).toMatchObject([{ failure: null }])
  })

  test('a second time ends at GitLab what the first was given, and what stays is alive', async () => {
    await signInAs('kenta')
    for (let time = 1; time <= 3; time += 1) await signInAs('hanako')
    expect([gitlab.alive('hanako'), gitlab.alive('kenta')]).toEqual([1, 1])
    expect(gitlab.isAlive(await storedToken(7))).toBe(true)
  })

  test('twice at once leaves the pair that is alive', async () => {
    await signInAs('hanako')
    const held = Promise.withResolvers<void>()
    gitlab.heldRevocation = held.promise
    const overtaken = signInAs('hanako')
    await vi.waitFor(() => expect(gitlab.requests).toContain('POST /oauth/revoke'))
    gitlab.heldRevocation = null
    await signInAs('hanako')
    held.resolve()
    await overtaken
    expect(gitlab.alive('hanako')).toBe(1)
    expect(gitlab.isAlive(await storedToken(7))).toBe(true)
  })

  test('goes on when GitLab does not end what it gave before, and tells no token', async () => {
    await signInAs('hanako')
    const first = await storedToken(7)
    gitlab.refusesRevocation = true
    const { cookie } = await signInAs('hanako')
    expect(await signIn.sessionOf(headersWith(cookie))).not.toBeNull()
    expect(await storedToken(7)).not.toBe(first)
    expect(log.warn).toHaveBeenCalledExactlyOnceWith(
      { gitlabId: 7 },
      'GitLab did not confirm that it ended the tokens of the sign-in before.',
    )
  })

  test('a username that changed hands is another person', async () => {
    await signInAs('hanako')
    gitlab.people = [person(9, 'hanako')]
    const { cookie } = await signInAs('hanako')
    const session = await signIn.sessionOf(headersWith(cookie))
    expect(await database.db.person.findMany({ orderBy: { gitlabId: 'asc' } })).toMatchObject([
      { gitlabId: 7 },
      { gitlabId: 9, id: session?.personId },
    ])
  })

  test('somebody who is called like Berth itself is told apart', async () => {
    gitlab.people = [person(9, 'operator')]
    await signInAs('operator')
    expect((await audit()).map(({ actor }) => actor)).toEqual(['operator (GitLab)'])
  })

  test('behind TLS the cookies are bound to this host', async () => {
    const tls = signInAt('https://berth.test', '__Host-berth_')
    const begun = await tls.begin(null, new Headers())
    const response = await tls.finish(requestTo(gitlab.agree(begun.url, 'hanako'), cookieOf(begun.cookies)))
    const cookies = [...begun.cookies, ...response.headers.getSetCookie()].filter(
      (cookie) => !/max-age=0/i.test(cookie),
    )
    expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual(['__Host-berth_sign_in', '__Host-berth_person'])
    for (const cookie of cookies) expect(cookie).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  })
})

describe('a sign-in that does not go well', () => {
  const failed = async (attempt: (begun: { url: string; cookie: string }) => URL | Promise<URL>, cookie?: string) => {
    const begun = await signIn.begin('/findings', new Headers())
    const own = cookieOf(begun.cookies)
    const response = await signIn.finish(requestTo(await attempt({ url: begun.url, cookie: own }), cookie ?? own))
    expect(response.headers.getSetCookie().join()).not.toContain('berth_person=')
    const { pathname, searchParams } = new URL(response.headers.get('location') ?? '', url)
    expect(pathname).toBe('/sign-in')
    expect(await audit()).toMatchObject([{ actor: 'somebody', action: 'sign-in', outcome: 'refused' }])
    return Object.fromEntries(searchParams)
  }

  test('denied in GitLab: the page says so and knows where one wanted to go', async () => {
    const answer = await failed(({ url: address }) => {
      const state = new URL(address).searchParams.get('state')
      return new URL(`${callback}?error=access_denied&error_description=The+resource+owner+denied&state=${state}`)
    })
    expect(answer).toMatchObject({ error: 'access_denied', next: '/findings' })
  })

  test('brought by another browser than the one that began', async () => {
    expect(await failed(({ url: address }) => gitlab.agree(address, 'hanako'), '')).toMatchObject({
      error: 'state_mismatch',
    })
  })

  test('with a state that nobody began', async () => {
    const foreign = () => new URL(`${callback}?code=abc&state=${'x'.repeat(32)}`)
    expect(await failed(foreign)).toMatchObject({ error: 'state_mismatch' })
  })

  test('with no state at all', async () => {
    expect(await failed(() => new URL(`${callback}?code=abc`))).toMatchObject({ error: 'state_not_found' })
  })

  test('with the code of another sign-in, which PKCE tells apart', async () => {
    const answer = await failed(async ({ url: address }) => {
      const back = gitlab.agree(address, 'hanako')
      const other = await signIn.begin(null, new Headers())
      const stolen = gitlab.agree(other.url, 'hanako').searchParams.get('code') ?? ''
      back.searchParams.set('code', stolen)
      return back
    })
    expect(answer).toMatchObject({ error: 'invalid_code' })
  })

  test('of an account that GitLab has blocked', async () => {
    gitlab.people = [{ ...person(7, 'hanako'), state: 'blocked' }]
    const answer = await failed(({ url: address }) => gitlab.agree(address, 'hanako'))
    expect(answer).toMatchObject({ error: 'unable_to_get_user_info' })
    expect(await database.db.person.count()).toBe(0)
  })

  test('while GitLab is away', async () => {
    const answer = await failed(({ url: address }) => {
      const back = gitlab.agree(address, 'hanako')
      gitlab.isAway = true
      return back
    })
    expect(answer).toMatchObject({ error: 'invalid_code' })
  })

  test('the same way back twice signs in once', async () => {
    const begun = await signIn.begin(null, new Headers())
    const back = requestTo(gitlab.agree(begun.url, 'hanako'), cookieOf(begun.cookies))
    await signIn.finish(back.clone())
    const again = await signIn.finish(back)
    expect(again.headers.get('location')).toContain('error=state_mismatch')
    expect(await database.db.personSession.count()).toBe(1)
  })
})

describe('a session', () => {
  test('is nobody’s with a cookie that was made up or altered', async () => {
    const { cookie } = await signInAs('hanako')
    const token = (await database.db.personSession.findFirstOrThrow()).token
    expect(await signIn.sessionOf(headersWith(`berth_person=${token}`))).toBeNull()
    expect(await signIn.sessionOf(headersWith(`${cookie.slice(0, -6)}AAAAAA`))).toBeNull()
    expect(await signIn.sessionOf(headersWith(cookie))).not.toBeNull()
  })

  test('ends with its time', async () => {
    const { cookie } = await signInAs('hanako')
    await database.db.personSession.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } })
    expect(await signIn.sessionOf(headersWith(cookie))).toBeNull()
  })

  test('is over when signed out, and GitLab’s tokens with it', async () => {
    const { cookie } = await signInAs('hanako')
    await signIn.end(headersWith(cookie))
    expect(await signIn.sessionOf(headersWith(cookie))).toBeNull()
    expect(gitlab.requests.filter((request) => request === 'POST /oauth/revoke')).toHaveLength(2)
    expect(await database.db.gitlabAccount.findMany()).toMatchObject([{ accessToken: null, refreshToken: null }])
    expect((await audit()).at(-1)).toEqual({
      actor: 'hanako',
      action: 'sign-out',
      outcome: 'succeeded',
      words: 'Signed out; GitLab ended the tokens.',
    })
  })

  test('in another browser outlives a sign-out, with its tokens', async () => {
    const first = await signInAs('hanako')
    const second = await signInAs('hanako')
    await signIn.end(headersWith(first.cookie))
    expect(await signIn.sessionOf(headersWith(second.cookie))).not.toBeNull()
    expect(gitlab.alive('hanako')).toBe(1)
    await signIn.end(headersWith(second.cookie))
    expect(gitlab.alive('hanako')).toBe(0)
  })

  test('ends although GitLab is away', async () => {
    const { cookie } = await signInAs('hanako')
    gitlab.isAway = true
    await signIn.end(headersWith(cookie))
    expect(await signIn.sessionOf(headersWith(cookie))).toBeNull()
    expect((await audit()).at(-1)?.words).toBe('Signed out; GitLab did not confirm that it ended the tokens.')
  })
})
