import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { apiToken, readApiToken } from './empty-world.ts'
import { startTestGitlab, type TestGitlab } from './test-gitlab.ts'
import { usualRunner, usualWiring } from './wiring.ts'
import { projectByPath } from './world.ts'

let gitlab: TestGitlab
const path = '/projects/hello%2Fhandbook'

beforeAll(async () => {
  gitlab = await startTestGitlab()
})
afterAll(() => gitlab.stop())

beforeEach(() => {
  for (const username of ['hanako', 'midori', 'aoife']) gitlab.world.tokens.set(username, token(username))
})
beforeEach(() => {
  Object.assign(projectByPath(gitlab.world, 'hello/handbook'), usualWiring())
  gitlab.world.runners = [{ ...usualRunner }]
  gitlab.world.clockSeconds = 0
})

/** As an access token of somebody. */
function token(username: string) {
  const user = gitlab.world.users.find((one) => one.username === username)
  if (!user) throw new Error(`Nobody is called ${username}.`)
  return { user, scopes: ['api'], name: `${username}'s`, expiresOn: null }
}

const as = (token: string, method: string, where: string, body?: unknown) =>
  gitlab.ask(method, where, { token, ...(body === undefined ? {} : { body }) })

describe('variables', () => {
  const wish = { key: 'DOKKU_HOST', value: 'dokku.example.jp' }

  test('are created once for each scope, and come with their values', async () => {
    const made = await as('midori', 'POST', `${path}/variables`, wish)
    expect([made.status, made.body]).toMatchObject([201, { ...wish, variable_type: 'env_var', environment_scope: '*' }])
    const again = await as('midori', 'POST', `${path}/variables`, wish)
    expect([again.status, again.body]).toEqual([400, { message: { key: ['(DOKKU_HOST) has already been taken'] } }])
    const scoped = await as('midori', 'POST', `${path}/variables`, { ...wish, environment_scope: 'production' })
    expect(scoped.status).toBe(201)
    expect((await as('midori', 'GET', `${path}/variables`)).body).toHaveLength(2)
  })

  test('of one name in several scopes are told apart by a filter', async () => {
    for (const scope of ['*', 'production'])
      await as('midori', 'POST', `${path}/variables`, { ...wish, environment_scope: scope })
    expect((await as('midori', 'PUT', `${path}/variables/DOKKU_HOST`, { value: 'x' })).status).toBe(409)
    const filtered = `${path}/variables/DOKKU_HOST?filter[environment_scope]=production`
    expect((await as('midori', 'PUT', filtered, { protected: true })).body).toMatchObject({ protected: true })
    expect((await as('midori', 'DELETE', filtered)).status).toBe(204)
  })

  test('are for maintainers, and those of a group for its owners', async () => {
    expect((await as('hanako', 'GET', `${path}/variables`)).status).toBe(403)
    expect((await as('midori', 'GET', '/groups/hello/variables')).status).toBe(403)
    expect((await as('aoife', 'GET', '/groups/hello/variables')).body).toEqual([])
    expect((await as('midori', 'GET', '/groups/nobody/variables')).status).toBe(404)
  })

  test.each([
    [{ ...wish, key: 'A-B' }, { key: ["can contain only letters, digits and '_'."] }],
    [{ ...wish, value: 'two\nlines', masked: true }, { value: ['is invalid'] }],
  ])('that cannot be are refused: %j', async (body, message) => {
    const answer = await as('midori', 'POST', `${path}/variables`, body)
    expect([answer.status, answer.body]).toEqual([400, { message }])
  })
})

describe('runners', () => {
  test('are listed without tags, and told of one by one to who may know', async () => {
    const [runner] = (await as('midori', 'GET', `${path}/runners`)).body
    expect(runner).toMatchObject({ id: 1, status: 'online', paused: false, is_shared: false })
    expect(runner).not.toHaveProperty('tag_list')
    expect((await as('midori', 'GET', '/runners/1')).body).toMatchObject({ tag_list: ['docker'], run_untagged: true })
    expect((await as('midori', 'GET', '/runners/2')).status).toBe(404)
  })

  test('that are paused or gone leave jobs pending, for as long as it takes', async () => {
    await gitlab.control('POST', '/runners', { set: { isPaused: true } })
    const push = { project: 'hello/handbook', branch: 'waits', message: 'Wait', files: { a: 'b' } }
    const { pipelineId } = (await gitlab.control('POST', '/push', push)).body
    const statuses = async () =>
      (await as(apiToken, 'GET', `${path}/pipelines/${pipelineId}/jobs`)).body.map(
        ({ status }: { status: string }) => status,
      )
    await vi.waitFor(async () => expect(await statuses()).toEqual(['pending']))
    await gitlab.control('POST', '/runners', { set: { isPaused: false } })
    await vi.waitFor(async () => expect(await statuses()).toEqual(['success']), { timeout: 10_000 })
  })

  test('of protected branches alone take no other’s jobs', async () => {
    await gitlab.control('POST', '/runners', { set: { protectedOnly: true } })
    const push = { project: 'hello/handbook', branch: 'open', message: 'Open', files: { a: 'c' } }
    const { pipelineId } = (await gitlab.control('POST', '/push', push)).body
    const jobs = async () => (await as(apiToken, 'GET', `${path}/jobs?scope=pending`)).body
    await vi.waitFor(async () => expect((await jobs())[0]).toMatchObject({ ref: 'open', pipeline: { id: pipelineId } }))
    expect((await as('midori', 'GET', '/runners/1')).body.access_level).toBe('ref_protected')
  })
})

test('without CI/CD a push makes no pipeline, and the project says so', async () => {
  await gitlab.control('POST', '/wiring', { project: 'hello/handbook', set: { isCiEnabled: false } })
  const push = { project: 'hello/handbook', branch: 'quiet', message: 'Quiet', files: { a: 'd' } }
  expect((await gitlab.control('POST', '/push', push)).body).toMatchObject({ pipelineId: null })
  expect((await as('midori', 'GET', path)).body).toMatchObject({ jobs_enabled: false, builds_access_level: 'disabled' })
})

test('who may push where is what is protected', async () => {
  expect((await as('midori', 'GET', `${path}/protected_branches`)).body).toMatchObject([{ name: 'master' }])
  expect((await as('hanako', 'GET', `${path}/protected_branches`)).status).toBe(403)
  await gitlab.control('POST', '/wiring', { project: 'hello/handbook', set: { protectedBranches: [] } })
  expect((await as('midori', 'GET', `${path}/repository/branches/master`)).body.protected).toBe(false)
  expect((await as('midori', 'GET', `${path}/protected_environments`)).status).toBe(404)
})

test('a token says of itself what it may and until when', async () => {
  const self = () => as(readApiToken, 'GET', '/personal_access_tokens/self')
  const expiring = (expiresOn: string) => gitlab.control('POST', '/token', { token: readApiToken, set: { expiresOn } })
  expect((await self()).body).toMatchObject({ scopes: ['read_api'], active: true, expires_at: null })
  await expiring('2199-01-01')
  expect((await self()).body).toMatchObject({ active: true, expires_at: '2199-01-01' })
  await expiring('2020-01-01')
  expect((await self()).status).toBe(401)
})

test('a clock that is wrong is wrong in the headers', async () => {
  const ahead = async () => {
    const { headers } = await as(apiToken, 'GET', '/metadata')
    return (Date.parse(headers.get('date') ?? '') - Date.now()) / 1000
  }
  expect(Math.abs(await ahead())).toBeLessThan(60)
  await gitlab.control('POST', '/clock', { seconds: 600 })
  expect(await ahead()).toBeGreaterThan(540)
})
