import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { talk } from './talk.ts'
import { startTestGitlab, type TestGitlab } from './test-gitlab.ts'
import { type Project, projectByPath, userNamed } from './world.ts'

/** Freeze periods, tags and what protects them. */

const path = '/projects/hello%2Fhello-app'

let gitlab: TestGitlab
let project: Project
beforeAll(async () => {
  gitlab = await startTestGitlab()
  project = projectByPath(gitlab.world, 'hello/hello-app')
  for (const { username } of gitlab.world.users)
    gitlab.world.tokens.set(`${username}-token`, { user: userNamed(gitlab.world, username), scopes: ['api'] })
})
beforeEach(() => Object.assign(project, talk()))
afterAll(() => gitlab.stop())

const as = (username: string, method: string, below: string, body?: unknown) =>
  gitlab.ask(method, `${path}${below}`, { token: `${username}-token`, ...(body === undefined ? {} : { body }) })

const weekend = { freeze_start: '0 23 * * 5', freeze_end: '0 7 * * 1', cron_timezone: 'Asia/Tokyo' }

describe('freeze periods', () => {
  test('are written by maintainers and read by reporters', async () => {
    expect((await as('kenta', 'POST', '/freeze_periods', weekend)).status).toBe(403)
    const { status, body } = await as('hanako', 'POST', '/freeze_periods', weekend)
    expect([status, body]).toMatchObject([201, weekend])
    expect((await as('midori', 'GET', '/freeze_periods')).body).toMatchObject([{ id: body.id, ...weekend }])
    expect((await as('guest', 'GET', '/freeze_periods')).status).toBe(403)
    expect((await as('hanako', 'PUT', `/freeze_periods/${body.id}`, { freeze_end: '0 8 * * 1' })).body).toMatchObject({
      ...weekend,
      freeze_end: '0 8 * * 1',
    })
    expect((await as('hanako', 'DELETE', `/freeze_periods/${body.id}`)).status).toBe(204)
    expect((await as('midori', 'GET', '/freeze_periods')).body).toEqual([])
  })

  test.each([
    [{ ...weekend, freeze_start: 'on fridays' }, { freeze_start: ['is invalid syntax'] }],
    [{ ...weekend, freeze_end: '0 0 7 * * 1' }, { freeze_end: ['is invalid syntax'] }],
    [{ ...weekend, cron_timezone: 'Atlantis' }, { cron_timezone: ['is invalid syntax'] }],
  ])('are refused when they cannot be read: %j', async (period, message) => {
    expect(await as('hanako', 'POST', '/freeze_periods', period)).toMatchObject({ status: 400, body: { message } })
  })
})

describe('tags', () => {
  const head = () => project.branches.get('master') as string

  test('are created by developers, once', async () => {
    expect((await as('midori', 'POST', `/repository/tags?tag_name=v9.0.0&ref=master`)).status).toBe(403)
    const made = await as('kenta', 'POST', `/repository/tags?tag_name=v9.0.0&ref=master`)
    expect([made.status, made.body]).toMatchObject([201, { name: 'v9.0.0', target: head(), protected: false }])
    expect(await as('kenta', 'POST', '/repository/tags', { tag_name: 'v9.0.0', ref: 'master' })).toMatchObject({
      status: 400,
      body: { message: 'Tag v9.0.0 already exists' },
    })
    expect((await as('midori', 'GET', '/repository/tags/v9.0.0')).body.commit.id).toBe(head())
    expect((await as('kenta', 'DELETE', '/repository/tags/v9.0.0')).status).toBe(204)
  })

  test.each([
    ['a b', 'master', 'Tag name invalid'],
    ['-v1', 'master', 'Tag name invalid'],
    ['v1..2', 'master', 'Tag name invalid'],
    ['v9.0.1', 'nowhere', 'Target nowhere is invalid'],
  ])('%s at %s: %s', async (tag_name, ref, message) => {
    expect(await as('kenta', 'POST', '/repository/tags', { tag_name, ref })).toMatchObject({
      status: 400,
      body: { message },
    })
  })

  test('that are protected are created by who may, in GitLab’s words to the others', async () => {
    expect((await as('kenta', 'POST', '/protected_tags', { name: 'v*' })).status).toBe(403)
    expect((await as('hanako', 'POST', '/protected_tags', { name: 'v*' })).status).toBe(201)
    const tag = { tag_name: 'v9.1.0', ref: 'master' }
    expect(await as('kenta', 'POST', '/repository/tags', tag)).toMatchObject({
      status: 400,
      body: { message: 'You are not allowed to create this tag as it is protected.' },
    })
    expect((await as('kenta', 'POST', '/repository/tags', { ...tag, tag_name: 'nightly' })).status).toBe(201)
    expect((await as('hanako', 'POST', '/repository/tags', tag)).body.protected).toBe(true)
    expect((await as('kenta', 'DELETE', '/repository/tags/v9.1.0')).status).toBe(403)
  })

  test('of a project of variant 2 deploy production by a pipeline of their own; those of variant 1 do not', async () => {
    const jobsOf = async (ref: string) => {
      const [pipeline] = (await as('midori', 'GET', `/pipelines?ref=${ref}`)).body
      const { body } = await as('midori', 'GET', `/pipelines/${pipeline.id}/jobs`)
      return body.map(({ name, tag }: { name: string; tag: boolean }) => [name, tag])
    }
    await as('kenta', 'POST', '/repository/tags', { tag_name: 'v9.2.0', ref: 'master' })
    expect(await jobsOf('v9.2.0')).toEqual([['rake', true]])
    await gitlab.control('POST', '/production', {
      project: 'hello/hello-app',
      by: 'tag',
      environments: ['production', 'production-osaka'],
    })
    await as('kenta', 'POST', '/repository/tags', { tag_name: 'v9.3.0', ref: 'master' })
    expect(await jobsOf('v9.3.0')).toEqual(
      expect.arrayContaining([
        ['rake', true],
        ['production', true],
        ['production-osaka', true],
      ]),
    )
    await gitlab.control('POST', '/push', {
      project: 'hello/hello-app',
      branch: 'master',
      message: 'A',
      files: { a: 'a' },
    })
    const names = (await jobsOf('master')).map(([name]: [string]) => name)
    expect(names.toSorted()).toEqual(['rake', 'staging'])
  })
})
