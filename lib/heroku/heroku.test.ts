import { expect, test } from 'vitest'
import { scriptedHeroku } from './scripted-heroku.ts'
import * as shape from './shapes.ts'

const at = new Date('2026-11-01T12:00:00Z')

test('apps come from every page, by the range that Heroku names next', async () => {
  const next = 'id ]01234567-89ab-cdef-0123-456789abcdef..; max=1000'
  const { heroku, requests } = await scriptedHeroku([
    { expect: 'GET /apps', status: 206, headers: { 'next-range': next }, json: [shape.app('hello-app')] },
    { expect: 'GET /apps', json: [shape.app('never-released', { released_at: null, web_url: null })] },
  ])
  expect(await heroku.apps()).toEqual([
    {
      id: '01234567-89ab-cdef-0123-456789abcdef',
      name: 'hello-app',
      webUrl: 'https://hello-app-0123456789ab.herokuapp.com/',
      maintenance: false,
      stack: 'heroku-24',
      releasedAt: at,
      updatedAt: at,
    },
    expect.objectContaining({ name: 'never-released', releasedAt: null, webUrl: null }),
  ])
  expect(requests.map(({ headers }) => headers.range)).toEqual(['id ..; max=1000', next])
})

test('a list without end is an error, not half a list', async () => {
  const page = { expect: 'GET /apps', status: 206, headers: { 'next-range': 'id ]a..' }, json: [] }
  const { heroku } = await scriptedHeroku(Array.from({ length: 20 }, () => page))
  await expect(heroku.apps()).rejects.toMatchObject({ kind: 'unavailable' })
})

test('dynos have their states, an unknown one as such', async () => {
  const states = ['up', 'starting', 'idle', 'crashed', 'down', 'hibernating']
  const json = states.map((state, index) => shape.dyno(`web.${index + 1}`, state))
  const { heroku } = await scriptedHeroku([{ expect: 'GET /apps/hello-app/dynos', json }])
  const dynos = await heroku.dynos('hello-app')
  expect(dynos.map(({ state }) => state)).toEqual(['up', 'starting', 'idle', 'crashed', 'down', 'unknown'])
  expect(dynos[0]).toEqual({ name: 'web.1', type: 'web', state: 'up', releaseVersion: 12, updatedAt: at })
})

test('the formation says how many dynos are wished', async () => {
  const json = [shape.formation('web', 2), shape.formation('worker', 0)]
  const { heroku } = await scriptedHeroku([{ expect: 'GET /apps/hello-app/formation', json }])
  expect(await heroku.formation('hello-app')).toEqual([
    { type: 'web', quantity: 2, size: 'standard-1X' },
    { type: 'worker', quantity: 0, size: 'standard-1X' },
  ])
})

test('releases are the newest, newest first, and only one page of them', async () => {
  const failed = shape.release(13, { status: 'failed', slug: null, current: false, user: null })
  const { heroku, requests } = await scriptedHeroku([
    {
      expect: 'GET /apps/hello-app/releases',
      status: 206,
      headers: { 'next-range': 'version ]12..; order=desc, max=30' },
      json: [shape.release(12), failed],
    },
  ])
  expect(await heroku.releases('hello-app')).toEqual([
    expect.objectContaining({ version: 13, status: 'failed', slugId: null, current: false, by: null }),
    {
      id: 'release-12',
      version: 12,
      status: 'succeeded',
      description: 'Deploy a1b2c3d4',
      slugId: 'slug-12',
      current: true,
      by: 'ops@example.jp',
      createdAt: at,
    },
  ])
  expect(requests[0]?.headers.range).toBe('version ..; order=desc, max=30')
})

test.each(['a'.repeat(40), null])('a slug of commit %s', async (commit) => {
  const { heroku } = await scriptedHeroku([{ expect: 'GET /apps/hello-app/slugs/slug-12', json: shape.slug(commit) }])
  expect(await heroku.slug('hello-app', 'slug-12')).toEqual({ id: 'slug-12', commit })
})

test('of config variables only the names leave the parser', async () => {
  const json = { SECRET_KEY_BASE: 'very-secret', DATABASE_URL: 'postgres://user:pw@host/db' }
  const { heroku } = await scriptedHeroku([{ expect: 'GET /apps/hello-app/config-vars', json }])
  expect(await heroku.configKeys('hello-app')).toEqual(['DATABASE_URL', 'SECRET_KEY_BASE'])
})

test('an unreadable config names the trouble and no value', async () => {
  const { heroku } = await scriptedHeroku([{ expect: 'GET /apps/hello-app/config-vars', json: ['very-secret'] }])
  const error = await heroku.configKeys('hello-app').catch((reason: unknown) => reason)
  expect(String(error)).toContain('cannot be read at the top')
  expect(String(error)).not.toContain('very-secret')
})

test('domains and the account', async () => {
  const { heroku } = await scriptedHeroku([
    { expect: 'GET /apps/hello-app/domains', json: [shape.domain('www.example.jp')] },
    { expect: 'GET /account', json: { email: 'ops@example.jp', id: 'x', two_factor_authentication: true } },
  ])
  expect(await heroku.domains('hello-app')).toEqual(['www.example.jp'])
  expect(await heroku.account()).toBe('ops@example.jp')
})

test('rolling back, restarting and maintenance are asked as Heroku wants them', async () => {
  const { heroku, requests } = await scriptedHeroku([
    {
      expect: 'POST /apps/hello-app/releases',
      status: 201,
      json: shape.release(13, { description: 'Rollback to v11', status: 'pending', current: false }),
    },
    { expect: 'DELETE /apps/hello-app/dynos', status: 202, json: {} },
    { expect: 'PATCH /apps/hello-app', json: shape.app('hello-app', { maintenance: true }) },
  ])
  expect(await heroku.rollBack('hello-app', 'release-11')).toMatchObject({ version: 13, status: 'pending' })
  await heroku.restartDynos('hello-app')
  expect(await heroku.setMaintenance('hello-app', true)).toMatchObject({ maintenance: true })
  expect(requests.map(({ body }) => body)).toEqual(['{"release":"release-11"}', '', '{"maintenance":true}'])
})
