import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Context, contextFromRequest, createWorld, type World } from './context.ts'
import { type FreshDatabase, freshDatabase } from './db/fresh-database.ts'
import { everywhere, type Role } from './domain/access.ts'
import { type Env, readEnv } from './env.ts'
import { application, type OauthGitlab, startOauthGitlab } from './operations/oauth-gitlab.ts'
import { startSession } from './operations/session.ts'
import { gitlabSignIn } from './sign-in.ts'

const url = 'http://berth.test'
const password = 'correct horse'

let database: FreshDatabase
let gitlab: OauthGitlab
let worlds: World[]

/** A Berth of these settings, whose people sign in with the tests' GitLab. */
function berth(settings: Record<string, string> = {}): { world: World; env: Env } {
  const env = readEnv({
    DATABASE_URL: database.url,
    BERTH_URL: url,
    BERTH_SECRET: 'a secret of at least 32 characters',
    BERTH_OPERATOR_PASSWORD: password,
    BERTH_GITLAB_URL: gitlab.url,
    BERTH_GITLAB_TOKEN: 'of-berth-itself',
    BERTH_GITLAB_OAUTH_ID: application.clientId,
    BERTH_GITLAB_OAUTH_SECRET: application.clientSecret,
    ...settings,
  })
  const world = createWorld(env)
  worlds.push(world)
  return { world, env }
}

async function cookieFor(instance: { world: World; env: Env }, username: string): Promise<string> {
  const signIn = await gitlabSignIn(instance)
  const begun = await signIn?.begin(null, new Headers())
  if (!signIn || !begun) expect.fail('Nobody signs in with GitLab here.')
  const cookie = begun.cookies.map((each) => each.split(';')[0]).join('; ')
  const response = await signIn.finish(new Request(gitlab.agree(begun.url, username), { headers: { cookie } }))
  const session = response.headers.getSetCookie().find((each) => each.startsWith('berth_person='))
  return session?.split(';')[0] ?? expect.fail('Nobody was signed in.')
}

const ask = (
  instance: { world: World; env: Env },
  headers: Record<string, string>,
  method = 'GET',
): Promise<Context | null> => contextFromRequest(new Request(`${url}/api/v1/projects`, { method, headers }), instance)

beforeAll(async () => {
  database = await freshDatabase()
  const observedAt = new Date('2026-11-24T10:00:00Z')
  for (const id of [42, 43]) {
    const name = `project-${id}`
    await database.db.project.create({
      data: { id, pathWithNamespace: `team/${name}`, name, webUrl: 'http://gitlab.test', observedAt },
    })
  }
})
afterAll(() => database.drop())
beforeEach(async () => {
  worlds = []
  const who = { state: 'active', isAdmin: false } as const
  gitlab = await startOauthGitlab([
    { id: 7, username: 'hanako', name: 'Hanako', levels: { 42: 40 }, ...who },
    { id: 8, username: 'kenta', name: 'Kenta', levels: { 42: 30, 43: 20 }, ...who },
    { id: 9, username: 'diego', name: 'Diego', levels: {}, ...who },
  ])
})
afterEach(async () => {
  await Promise.all(worlds.map(({ db }) => db.$disconnect()))
  await gitlab.close()
  await database.db.person.deleteMany()
  await database.db.apiToken.deleteMany()
  await database.db.session.deleteMany()
})

describe('somebody who signed in with GitLab', () => {
  test.each<[string, Record<number, Role>]>([
    ['hanako', { 42: 'maintainer' }],
    ['kenta', { 42: 'developer', 43: 'reporter' }],
    ['diego', {}],
  ])('%s is recognized, with their own roles', async (username, roles) => {
    const instance = berth()
    const ctx = await ask(instance, { cookie: await cookieFor(instance, username) })
    expect(ctx?.actor).toEqual({
      kind: 'person',
      name: username,
      via: 'page',
      personId: expect.any(String),
      access: { everywhere: null, projects: new Map(Object.entries(roles).map(([id, role]) => [Number(id), role])) },
    })
  })

  test('is asked for at GitLab by their own token, never by Berth’s', async () => {
    const instance = berth()
    const ctx = await ask(instance, { cookie: await cookieFor(instance, 'hanako') })
    const asHanako = await ctx?.gitlabAs(ctx.actor.personId)
    expect(await asHanako?.currentUser()).toMatchObject({ username: 'hanako' })
    await expect(instance.world.gitlab.currentUser()).rejects.toThrow('or in BERTH_GITLAB_TOKEN')
  })

  test('is nobody any more once GitLab has ended their tokens', async () => {
    const instance = berth()
    const cookie = await cookieFor(instance, 'hanako')
    const ctx = await ask(instance, { cookie })
    gitlab.revokeAll('hanako')
    await database.db.person.updateMany({ data: { accessAt: null } })
    expect(await ask(instance, { cookie })).toBeNull()
    await expect(instance.world.gitlabAs(ctx?.actor.personId ?? '')).rejects.toMatchObject({ kind: 'forbidden' })
    // Signing in again is all it takes.
    expect(await ask(instance, { cookie: await cookieFor(instance, 'hanako') })).not.toBeNull()
  })

  test('changes things only from Berth’s own pages', async () => {
    const instance = berth()
    const cookie = await cookieFor(instance, 'hanako')
    for (const from of [{}, { origin: 'https://elsewhere.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      await expect(ask(instance, { cookie, ...from }, 'POST')).rejects.toMatchObject({ kind: 'forbidden' })
    }
    expect((await ask(instance, { cookie, origin: url }, 'POST'))?.actor.name).toBe('hanako')
  })

  test('keeps their session under another secret no longer than that secret is', async () => {
    const cookie = await cookieFor(berth(), 'hanako')
    expect(await ask(berth({ BERTH_SECRET: 'another secret of 32 characters or more' }), { cookie })).toBeNull()
  })

  test('is nobody where nobody signs in with GitLab', async () => {
    const cookie = await cookieFor(berth(), 'hanako')
    const { world, env } = berth()
    const closed = { world, env: { ...env, BERTH_GITLAB_OAUTH_ID: null } }
    expect(await ask(closed, { cookie })).toBeNull()
  })
})

describe('the operator', () => {
  const operatorsCookie = async ({ world }: { world: World }) =>
    `berth_session=${await startSession(world, { name: 'operator', configured: password })}`

  test('is nobody where people sign in with GitLab', async () => {
    const instance = berth()
    expect(await ask(instance, { cookie: await operatorsCookie(instance) })).toBeNull()
  })

  test.each([{ BERTH_BREAK_GLASS: 'true' }, { BERTH_GITLAB_OAUTH_ID: '' }])(
    'may everything with %j',
    async (settings) => {
      const instance = berth(settings)
      const ctx = await ask(instance, { cookie: await operatorsCookie(instance) })
      expect(ctx?.actor).toMatchObject({ kind: 'operator', personId: null, access: everywhere('maintainer') })
    },
  )
})

describe('an API token', () => {
  const givenToken = async (scope: string) => {
    const tokenHash = createHash('sha256').update('berth_test').digest('hex')
    await database.db.apiToken.create({ data: { tokenHash, name: 'ci', scope } })
    return { authorization: 'Bearer berth_test' }
  }

  test.each([
    ['act', {}, 'maintainer'],
    ['read', {}, 'reporter'],
    ['whatever', {}, 'reporter'],
    ['act', { BERTH_READ_ONLY: 'true' }, 'reporter'],
  ] as const)('of scope %s with %j is a %s everywhere', async (scope, settings, role) => {
    const ctx = await ask(berth(settings), await givenToken(scope), 'POST')
    expect(ctx?.actor).toMatchObject({ kind: 'token', name: 'ci', via: 'api', access: everywhere(role) })
  })

  test('is judged by itself, whatever session comes with it', async () => {
    const instance = berth()
    const cookie = await cookieFor(instance, 'hanako')
    const headers = await givenToken('read')
    expect((await ask(instance, { ...headers, cookie }))?.actor.name).toBe('ci')
    expect(await ask(instance, { authorization: 'Bearer berth_unknown', cookie })).toBeNull()
  })
})
