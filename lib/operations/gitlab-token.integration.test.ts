import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connect, type Database } from '#lib/db/client.ts'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { accountOf, personById } from '#lib/db/people.ts'
import { createGitlab, createGitlabOauth } from '#lib/gitlab/index.ts'
import { createSeal } from '#lib/seal.ts'
import { accessTokenOf, renewedToken, revokeTokens, sealed, type TokenKeeper } from './gitlab-token.ts'
import { application, type OauthGitlab, startOauthGitlab } from './oauth-gitlab.ts'

const now = new Date('2026-11-24T10:00:00Z')
const minuteMs = 60_000
const redirectUri = 'http://berth.test/api/auth/callback/gitlab'
const secret = 'a secret of at least 32 characters'
const hanako = { id: 7, username: 'hanako', name: 'Hanako', state: 'active', isAdmin: false, levels: {} } as const

let database: FreshDatabase
let other: Database
let gitlab: OauthGitlab
let clockMs: number

const keeper = (db: Database = database.db, seal = createSeal(secret)): TokenKeeper => ({
  db,
  seal,
  now: () => new Date(clockMs),
  oauth: createGitlabOauth({ url: gitlab.url, ...application, redirectUri, now: () => new Date(clockMs) }),
})

/** Signs hanako in, with tokens that GitLab gives now. */
async function givenSignedIn(): Promise<string> {
  const authorizeUrl = `${gitlab.url}/oauth/authorize?redirect_uri=${encodeURIComponent(redirectUri)}&code_challenge=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU`
  const code = gitlab.agree(authorizeUrl, 'hanako').searchParams.get('code') ?? ''
  const tokens = await keeper().oauth?.exchange({ code, codeVerifier: '', redirectUri })
  if (!tokens) expect.fail('GitLab gave no tokens.')
  const at = { createdAt: now, updatedAt: now }
  await database.db.person.create({
    data: { id: 'p7', name: 'Hanako', email: 'gitlab-7@users.invalid', username: 'hanako', gitlabId: 7, ...at },
  })
  const account = { id: 'a7', userId: 'p7', providerId: 'gitlab', accountId: '7', ...at }
  await database.db.gitlabAccount.create({ data: { ...account, ...sealed(createSeal(secret), 7, tokens) } })
  return tokens.accessToken
}

/** Whoever has to connect first comes too late to race. */
const openConnections = () =>
  Promise.all(
    [database.db, other].flatMap((db) => Array.from({ length: 8 }, () => db.$queryRaw`SELECT 1 FROM pg_sleep(0.1)`)),
  )

const refreshes = () => gitlab.requests.filter((request) => request.startsWith('refresh'))

beforeAll(async () => {
  database = await freshDatabase()
  other = connect(database.url)
})
afterAll(async () => {
  await other.$disconnect()
  await database.drop()
})
beforeEach(async () => {
  clockMs = now.getTime()
  gitlab = await startOauthGitlab([hanako])
})
afterEach(async () => {
  await gitlab.close()
  await database.db.person.deleteMany()
})

describe('the token of a person', () => {
  test('is the one that there is, until five minutes before its end', async () => {
    const token = await givenSignedIn()
    clockMs += 115 * minuteMs - 1
    expect(await accessTokenOf(keeper(), 'p7')).toBe(token)
    expect(refreshes()).toEqual([])
    clockMs += 1
    expect(await accessTokenOf(keeper(), 'p7')).not.toBe(token)
    expect(refreshes()).toEqual(['refresh hanako'])
  })

  test('many who ask at once, over two connections to the database, cause one refresh, and everybody gets the new one', async () => {
    const first = await givenSignedIn()
    clockMs += 2 * 60 * minuteMs
    await openConnections()
    // As many processes would: each asks for the lock itself.
    const keepers = Array.from({ length: 16 }, (_, at) => keeper(at % 2 === 0 ? database.db : other))
    const tokens = await Promise.all(keepers.map((each) => renewedToken(each, 'p7', null)))
    expect(new Set(tokens).size).toBe(1)
    expect(tokens[0]).not.toBe(first)
    expect(refreshes()).toEqual(['refresh hanako'])
    expect(gitlab.isAlive(tokens[0] ?? '')).toBe(true)
    expect(await personById(database.db, 'p7')).toMatchObject({ hasEnded: false })
  })

  test('rounds of refreshes, each raced for, never log anybody out', async () => {
    await givenSignedIn()
    for (let round = 1; round <= 5; round += 1) {
      clockMs += 2 * 60 * minuteMs
      const [one, two] = await Promise.all([
        renewedToken(keeper(), 'p7', null),
        renewedToken(keeper(other), 'p7', null),
      ])
      expect(one).toBe(two)
      expect(refreshes()).toHaveLength(round)
    }
  })

  test('and its successor are stored sealed, bound to their person', async () => {
    const token = await givenSignedIn()
    clockMs += 2 * 60 * minuteMs
    const next = await accessTokenOf(keeper(), 'p7')
    const stored = await accountOf(database.db, 'p7')
    expect(JSON.stringify(stored)).not.toMatch(new RegExp(`${token}|${next}|refresh-`))
    expect(() => createSeal(secret).open(stored?.accessToken ?? '', 'gitlab access token of 8')).toThrow()
    expect(createSeal(secret).open(stored?.accessToken ?? '', 'gitlab access token of 7')).toBe(next)
  })

  test('is sealed anew under a new secret when it is used', async () => {
    const token = await givenSignedIn()
    const renewing = createSeal('another secret of 32 characters or more', secret)
    expect(await accessTokenOf(keeper(database.db, renewing), 'p7')).toBe(token)
    expect(refreshes()).toEqual([])
    const later = createSeal('another secret of 32 characters or more')
    expect(await accessTokenOf(keeper(database.db, later), 'p7')).toBe(token)
    clockMs += 2 * 60 * minuteMs
    expect(await accessTokenOf(keeper(database.db, later), 'p7')).not.toBe(token)
  })
})

describe('when GitLab does not play along', () => {
  test('a revoked sign-in ends, says so, and is not asked for again', async () => {
    await givenSignedIn()
    gitlab.revokeAll('hanako')
    clockMs += 2 * 60 * minuteMs
    for (let time = 1; time <= 2; time += 1) {
      await expect(accessTokenOf(keeper(), 'p7')).rejects.toMatchObject({
        kind: 'forbidden',
        message: "hanako's sign-in with GitLab has ended: sign in again.",
      })
    }
    expect(refreshes()).toEqual(['refresh refused'])
    expect(await personById(database.db, 'p7')).toMatchObject({ hasEnded: true })
  })

  test('a token that GitLab refuses before its time is renewed under way', async () => {
    await givenSignedIn()
    gitlab.expireAll('hanako')
    const client = createGitlab({
      url: gitlab.url,
      requestsPerMinute: 100,
      token: (refused) => accessTokenOf(keeper(), 'p7', refused),
    })
    expect(await client.currentUser()).toMatchObject({ username: 'hanako' })
    expect(refreshes()).toEqual(['refresh hanako'])
  })

  test('a token that was refused is not renewed twice when another process already has', async () => {
    const first = await givenSignedIn()
    const next = await renewedToken(keeper(other), 'p7', first)
    expect(await accessTokenOf(keeper(), 'p7', first)).toBe(next)
    expect(refreshes()).toHaveLength(1)
  })

  test('an outage loses nothing: what is still good serves, and what is not waits', async () => {
    const token = await givenSignedIn()
    gitlab.isAway = true
    clockMs += 119 * minuteMs
    expect(await accessTokenOf(keeper(), 'p7')).toBe(token)
    clockMs += minuteMs
    await expect(accessTokenOf(keeper(), 'p7')).rejects.toMatchObject({ kind: 'unavailable' })
    gitlab.isAway = false
    expect(await accessTokenOf(keeper(), 'p7')).not.toBe(token)
  })

  test('a wrong application is no fault of the person', async () => {
    await givenSignedIn()
    clockMs += 2 * 60 * minuteMs
    const oauth = createGitlabOauth({
      url: gitlab.url,
      clientId: 'x',
      clientSecret: 'not-told-to-anybody',
      redirectUri,
    })
    const failure = await accessTokenOf({ ...keeper(), oauth }, 'p7').catch((error: Error) => error)
    expect(failure).toMatchObject({ kind: 'unavailable' })
    expect(String(failure)).toContain('BERTH_GITLAB_OAUTH_SECRET')
    expect(String(failure)).not.toContain('not-told-to-anybody')
    expect(await personById(database.db, 'p7')).toMatchObject({ hasEnded: false })
  })

  test('signing out ends the tokens at GitLab, and here even when GitLab is away', async () => {
    const token = await givenSignedIn()
    const { oauth } = keeper()
    if (!oauth) expect.fail('There is no GitLab.')
    expect(await revokeTokens({ ...keeper(), oauth }, 'p7')).toBe(true)
    expect(gitlab.isAlive(token)).toBe(false)
    await database.db.person.deleteMany()
    await givenSignedIn()
    gitlab.isAway = true
    expect(await revokeTokens({ ...keeper(), oauth }, 'p7')).toBe(false)
    expect(await accountOf(database.db, 'p7')).toMatchObject({ accessToken: null, refreshToken: null })
    await expect(accessTokenOf(keeper(), 'p7')).rejects.toMatchObject({ kind: 'forbidden' })
  })
})
