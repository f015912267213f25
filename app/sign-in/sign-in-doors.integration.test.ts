import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createWorld, type Instance } from '#lib/context.ts'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { readEnv } from '#lib/env.ts'
import { application, type OauthGitlab, startOauthGitlab } from '#lib/operations/oauth-gitlab.ts'
import { GET as callback } from '../api/auth/callback/gitlab/route.ts'
import { POST as begin } from './gitlab/route.ts'

const url = 'http://berth.test'
const shared = globalThis as { berthInstance?: Instance }

let database: FreshDatabase
let gitlab: OauthGitlab

function settle(settings: Record<string, string> = {}): void {
  const env = readEnv({
    DATABASE_URL: database.url,
    BERTH_URL: url,
    BERTH_SECRET: 'a secret of at least 32 characters',
    BERTH_GITLAB_URL: gitlab.url,
    BERTH_GITLAB_TOKEN: 'of-berth-itself',
    BERTH_GITLAB_OAUTH_ID: application.clientId,
    BERTH_GITLAB_OAUTH_SECRET: application.clientSecret,
    ...settings,
  })
  shared.berthInstance = { env, world: createWorld(env), databaseUrl: database.url }
}

const press = (next: string, headers: Record<string, string> = { origin: url }) => {
  const body = new URLSearchParams({ next }).toString()
  const type = 'application/x-www-form-urlencoded'
  const sent = { 'content-type': type, 'content-length': String(body.length), ...headers }
  return begin(new Request(`${url}/sign-in/gitlab`, { method: 'POST', body, headers: sent }))
}

const cookieOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
const locationOf = (response: Response): string => response.headers.get('location') ?? ''

beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  gitlab = await startOauthGitlab([
    { id: 7, username: 'hanako', name: 'Hanako', state: 'active', isAdmin: false, levels: {} },
  ])
  settle()
})
afterEach(async () => {
  await shared.berthInstance?.world.db.$disconnect()
  delete shared.berthInstance
  await gitlab.close()
  await database.db.rateCount.deleteMany()
})

test('the button leads to GitLab, and GitLab’s way back to the page that was wanted', async () => {
  const begun = await press('/projects/42')
  expect(begun.status).toBe(303)
  const address = gitlab.agree(locationOf(begun), 'hanako')
  const back = await callback(new Request(address, { headers: { cookie: cookieOf(begun) } }))
  expect([back.status, locationOf(back)]).toEqual([302, '/projects/42'])
  expect(cookieOf(back)).toContain('berth_person=')
})

test('no other page’s form begins a sign-in', async () => {
  for (const headers of [{}, { origin: 'https://elsewhere.example' }, { 'sec-fetch-site': 'cross-site' }]) {
    const answer = await press('/', headers as Record<string, string>)
    expect(locationOf(answer)).toBe('/sign-in?error=elsewhere')
    expect(answer.headers.getSetCookie()).toEqual([])
  }
})

test('both doors are closed where nobody signs in with GitLab', async () => {
  settle({ BERTH_GITLAB_OAUTH_ID: '' })
  expect(locationOf(await press('/'))).toBe('/sign-in?error=closed')
  const answer = await callback(new Request(`${url}/api/auth/callback/gitlab?code=a&state=b`))
  expect(locationOf(answer)).toBe('/sign-in?error=closed')
})

// More than two minutes let through: the clock may turn in between.
test('whoever knocks without end waits, and writes nothing down meanwhile', async () => {
  const knock = (address: string) =>
    callback(new Request(`${url}/api/auth/callback/gitlab?code=a&state=b`, { headers: { 'x-forwarded-for': address } }))
  const before = await database.db.auditEntry.count()
  const answers = await Promise.all(Array.from({ length: 260 }, () => knock('203.0.113.9')))
  expect(answers.filter((answer) => locationOf(answer) === '/sign-in?error=too_many').length).toBeGreaterThanOrEqual(20)
  expect((await database.db.auditEntry.count()) - before).toBeLessThanOrEqual(240)
  expect(locationOf(await knock('203.0.113.10'))).toContain('error=state_mismatch')
})
