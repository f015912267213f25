import { describe, expect, test } from 'vitest'
import { scriptedHeroku } from './scripted-heroku.ts'
import * as shape from './shapes.ts'

const read = 'GET /apps/hello-app'
const json = shape.app('hello-app')

describe('a request', () => {
  test('names the version and carries the key in a header only', async () => {
    const { heroku, requests } = await scriptedHeroku([{ expect: read, json }])
    await heroku.app('hello-app')
    expect(requests[0]?.headers).toMatchObject({
      accept: 'application/vnd.heroku+json; version=3',
      authorization: 'Bearer HRKU-secret',
    })
  })

  test('names an app exactly, and none that would ask something else', async () => {
    const { heroku } = await scriptedHeroku([{ expect: 'GET /apps/a%2Fb%3F', json }])
    await heroku.app('a/b?')
    await expect(heroku.app('..')).rejects.toMatchObject({ kind: 'invalid' })
    await expect(heroku.app('')).rejects.toMatchObject({ kind: 'invalid' })
  })

  test('tells how many the account has left, with what Heroku gave back since', async () => {
    const clock = { ms: 0 }
    const { heroku } = await scriptedHeroku([{ expect: read, json, headers: { 'ratelimit-remaining': '4321' } }], {
      now: () => clock.ms,
    })
    expect(heroku.requestsLeft).toBeNull()
    await heroku.app('hello-app')
    expect(heroku.requestsLeft).toBe(4321)
    clock.ms += 60_000
    expect(heroku.requestsLeft).toBe(4396)
    clock.ms += 3_600_000
    expect(heroku.requestsLeft).toBe(4500)
  })

  test('brings the ETag along, and what is unchanged is what was read before', async () => {
    const { heroku, requests } = await scriptedHeroku([
      { expect: read, json, headers: { etag: '"one"' } },
      { expect: read, status: 304, headers: { etag: '"one"' } },
      { expect: read, json: { ...json, maintenance: true }, headers: { etag: '"two"' } },
    ])
    const first = await heroku.app('hello-app')
    expect(await heroku.app('hello-app')).toEqual(first)
    expect(await heroku.app('hello-app')).toMatchObject({ maintenance: true })
    expect(requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"one"', '"one"'])
  })
})

describe('a passing failure', () => {
  test.each([{ status: 502 }, { status: 503 }, { fate: 'reset' as const }])('%j is asked again', async (failure) => {
    const { heroku } = await scriptedHeroku([
      { expect: read, ...failure },
      { expect: read, json },
    ])
    expect((await heroku.app('hello-app')).name).toBe('hello-app')
  })

  test('is asked three times at most', async () => {
    const { heroku } = await scriptedHeroku([1, 2, 3].map(() => ({ expect: read, status: 503 })))
    await expect(heroku.app('hello-app')).rejects.toMatchObject({ kind: 'unavailable', system: 'heroku' })
  })

  test.each([{ status: 503 }, { fate: 'reset' as const }])('a rollback is asked once after %j', async (failure) => {
    const { heroku } = await scriptedHeroku([{ expect: 'POST /apps/hello-app/releases', ...failure }])
    await expect(heroku.rollBack('hello-app', 'release-11')).rejects.toMatchObject({ kind: 'unavailable' })
  })
})

describe('a refusal keeps Heroku’s words', () => {
  test.each([
    [401, 'unauthorized', 'Invalid credentials provided.', 'forbidden'],
    [402, 'delinquent', 'Your account is delinquent.', 'refused'],
    [403, 'forbidden', 'You do not have access to the app hello-app.', 'forbidden'],
    [404, 'not_found', "Couldn't find that app.", 'not-found'],
    [422, 'invalid_params', 'Unable to rollback to v11.', 'refused'],
    [503, 'maintenance', 'Heroku API is currently in maintenance.', 'unavailable'],
  ])('%i %s', async (status, id, message, kind) => {
    const times = status === 503 ? 3 : 1
    const { heroku } = await scriptedHeroku(
      Array.from({ length: times }, () => ({ expect: read, status, json: { id, message } })),
    )
    const error = await heroku.app('hello-app').catch((reason: unknown) => reason)
    expect(error).toMatchObject({ kind, system: 'heroku', message: expect.stringContaining(message) })
    expect(JSON.stringify(error)).not.toContain('HRKU')
  })

  test('429 says when asking again makes sense, and is not repeated', async () => {
    const words = { id: 'rate_limit', message: 'Your account reached the API rate limit.' }
    const answer = { expect: read, status: 429, json: words, headers: { 'ratelimit-remaining': '0' } }
    const { heroku } = await scriptedHeroku([answer], { now: () => 0 })
    await expect(heroku.app('hello-app')).rejects.toMatchObject({ kind: 'unavailable', retryAfterSeconds: 60 })
    expect(heroku.requestsLeft).toBe(0)
  })
})

describe('no answer, or none of Heroku’s', () => {
  test('in time says how long it took', async () => {
    const { heroku } = await scriptedHeroku([{ expect: read, fate: 'hang' }], { timeoutMs: 60 })
    await expect(heroku.app('hello-app')).rejects.toThrow('within 0.06 s')
  })

  test('from a closed port names the host and never the key', async () => {
    const { heroku } = await scriptedHeroku([], { url: 'http://127.0.0.1:1' })
    const error = await heroku.app('hello-app').catch((reason: unknown) => reason)
    expect(error).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('Heroku (127.0.0.1:1)') })
    expect(String(error)).not.toContain('HRKU')
  })

  test.each([
    ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example.com/' } }],
    ['not JSON', { text: '<html>' }],
    ['nothing', { text: '' }],
    ['cannot be read at maintenance', { json: { ...json, maintenance: 'off' } }],
  ])('%s is unavailable', async (what, step) => {
    const { heroku } = await scriptedHeroku([{ expect: read, ...step }])
    await expect(heroku.app('hello-app')).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining(what),
    })
  })
})
