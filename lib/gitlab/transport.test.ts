import { describe, expect, test } from 'vitest'
import { scriptedGitlab } from './scripted-gitlab.ts'

const branch = (name: string) => ({
  name,
  commit: { id: 'a1b2c3d4', title: 'Fix', author_name: 'Ada', created_at: '2026-01-02T03:04:05Z' },
  default: false,
  protected: false,
  merged: false,
  web_url: 'https://gitlab.example.jp/g/p/-/tree/x',
})
const job = {
  id: 7,
  name: 'production',
  stage: 'deploy',
  status: 'pending',
  ref: 'main',
  pipeline: { id: 5, sha: 'a1b2c3d4' },
  allow_failure: true,
  created_at: '2026-01-02T03:04:05Z',
  web_url: 'https://gitlab.example.jp/g/p/-/jobs/7',
}
const readJob = 'GET /projects/42/jobs/7'
const playJob = 'POST /projects/42/jobs/7/play'

describe('a request', () => {
  test('carries the token in a header only, and is counted by pattern', async () => {
    const { gitlab, requests } = await scriptedGitlab([{ expect: readJob, json: job }])
    await gitlab.job(42, 7)
    expect(requests[0]?.headers.authorization).toBe('Bearer glpat-secret')
    expect(gitlab.requestCount).toBe(1)
    expect([...gitlab.requestCounts]).toEqual([['GET projects/:id/jobs/:id', 1]])
  })

  test.each([
    ['fix/"ünï code" 😀', 'fix%2F%22%C3%BCn%C3%AF%20code%22%20%F0%9F%98%80'],
    ["it's-50%25?#", "it's-50%2525%3F%23"],
    ['a%2Fb', 'a%252Fb'],
  ])('names the branch %j exactly', async (name, encoded) => {
    const { gitlab } = await scriptedGitlab([
      { expect: `GET /projects/42/repository/branches/${encoded}`, json: branch(name) },
    ])
    expect((await gitlab.branch(42, name)).name).toBe(name)
  })

  test('names a project by its path', async () => {
    const answer = { id: 4_000_000_001, path_with_namespace: 'g/s/p', name: 'p', web_url: 'https://x/g/s/p' }
    const { gitlab } = await scriptedGitlab([{ expect: 'GET /projects/g%2Fs%2Fp', json: answer }])
    expect(await gitlab.project('g/s/p')).toMatchObject({ id: 4_000_000_001, defaultBranch: null, archived: false })
  })

  test('is not made with a name that would ask something else', async () => {
    const { gitlab } = await scriptedGitlab([])
    await expect(gitlab.project('..')).rejects.toMatchObject({ kind: 'invalid' })
  })

  test('reaches a GitLab below a path', async () => {
    const { url } = await scriptedGitlab([{ expect: 'GET /gitlab/projects/42/jobs/7', json: job }])
    const { createGitlab } = await import('./index.ts')
    const gitlab = createGitlab({ url: `${url}/gitlab/`, token: 't', requestsPerMinute: 10 })
    expect((await gitlab.job(42, 7)).id).toBe(7)
  })

  test('asks the shared budget first, once for every try', async () => {
    const taken: number[] = []
    const budget = { take: async (count: number) => void taken.push(count) }
    const steps = [
      { expect: readJob, status: 502 },
      { expect: readJob, json: job },
    ]
    const { gitlab } = await scriptedGitlab(steps, { budget })
    await gitlab.job(42, 7)
    expect(taken).toEqual([1, 1])
    expect(gitlab.requestCount).toBe(2)
  })
})

describe('a passing failure', () => {
  test.each([502, 503, 504])('%i is asked again when reading', async (status) => {
    const { gitlab } = await scriptedGitlab([
      { expect: readJob, status },
      { expect: readJob, json: job },
    ])
    expect((await gitlab.job(42, 7)).status).toBe('pending')
  })

  test('is asked three times at most', async () => {
    const { gitlab } = await scriptedGitlab([1, 2, 3].map(() => ({ expect: readJob, status: 502 })))
    await expect(gitlab.job(42, 7)).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('a broken connection is asked again when reading', async () => {
    const { gitlab } = await scriptedGitlab([
      { expect: readJob, fate: 'reset' },
      { expect: readJob, json: job },
    ])
    expect((await gitlab.job(42, 7)).id).toBe(7)
  })

  test.each([
    { status: 502 },
    { status: 503 },
    { status: 504 },
    { status: 429, headers: { 'retry-after': '0' } },
    { fate: 'reset' as const },
  ])('a job is never played twice after %j', async (failure) => {
    const { gitlab } = await scriptedGitlab([{ expect: playJob, ...failure }])
    await expect(gitlab.playJob(42, 7)).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('500 is not asked again', async () => {
    const { gitlab } = await scriptedGitlab([
      { expect: readJob, status: 500, json: { message: '500 Internal Server Error' } },
    ])
    await expect(gitlab.job(42, 7)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(
        /GitLab \(127\.0\.0\.1:\d+\) answered to GET \/projects\/42\/jobs\/7: 500 Internal Server Error/,
      ),
    })
  })
})

describe('429', () => {
  test('with a long Retry-After stops every further request until then', async () => {
    const clock = { ms: 1_000_000 }
    const { gitlab } = await scriptedGitlab(
      [
        { expect: readJob, status: 429, headers: { 'retry-after': '40' }, text: 'Retry later\n' },
        { expect: 'GET /projects/42/deployments/9', status: 404, json: { message: '404 Not found' } },
      ],
      { now: () => clock.ms },
    )
    await expect(gitlab.job(42, 7)).rejects.toMatchObject({ kind: 'unavailable', retryAfterSeconds: 40 })
    clock.ms += 30_000
    await expect(gitlab.deployment(42, 9)).rejects.toMatchObject({ kind: 'unavailable', retryAfterSeconds: 10 })
    expect(gitlab.requestCount).toBe(1)
    clock.ms += 10_000
    await expect(gitlab.deployment(42, 9)).rejects.toMatchObject({ kind: 'not-found' })
  })

  test('stops also those that wait for the budget', async () => {
    const turns = [Promise.resolve(), new Promise<void>((resolve) => setTimeout(resolve, 200))]
    const { gitlab } = await scriptedGitlab(
      [{ expect: readJob, status: 429, headers: { 'retry-after': '40' }, text: 'Retry later\n' }],
      { budget: { take: async () => turns.shift() } },
    )
    const outcomes = await Promise.allSettled([gitlab.job(42, 7), gitlab.playJob(42, 7)])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(gitlab.requestCount).toBe(1)
  })

  test('with a short Retry-After is waited out when reading', async () => {
    const { gitlab } = await scriptedGitlab([
      { expect: readJob, status: 429, headers: { 'retry-after': '0' }, text: 'Retry later\n' },
      { expect: readJob, json: job },
    ])
    expect((await gitlab.job(42, 7)).id).toBe(7)
  })

  test('of one kind of request leaves the others alone', async () => {
    const words = { message: { error: 'This endpoint has been requested too many times. Try again later.' } }
    const { gitlab } = await scriptedGitlab([
      { expect: readJob, status: 429, json: words },
      { expect: 'GET /projects/42/repository/branches/main', json: branch('main') },
    ])
    await expect(gitlab.job(42, 7)).rejects.toMatchObject({ kind: 'unavailable', retryAfterSeconds: 60 })
    await expect(gitlab.job(42, 8)).rejects.toMatchObject({ kind: 'unavailable', retryAfterSeconds: 60 })
    expect((await gitlab.branch(42, 'main')).name).toBe('main')
  })
})

describe('no answer', () => {
  test('in time is unavailable and says how long it took', async () => {
    const { gitlab } = await scriptedGitlab([{ expect: readJob, fate: 'hang' }], { timeoutMs: 60 })
    await expect(gitlab.job(42, 7)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('within 0.06 s'),
    })
  })

  test('is given up when the server shuts down', async () => {
    const shutdown = new AbortController()
    const { gitlab } = await scriptedGitlab([{ expect: readJob, fate: 'hang' }], { signal: shutdown.signal })
    setTimeout(() => shutdown.abort(), 30)
    await expect(gitlab.job(42, 7)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('gave up'),
    })
    await expect(gitlab.job(42, 7)).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('from a closed port names the host and never the token', async () => {
    const { gitlab } = await scriptedGitlab([], { url: 'http://127.0.0.1:1' })
    const error = await gitlab.job(42, 7).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('GitLab (127.0.0.1:1)') })
    expect(JSON.stringify([error, String(error)])).not.toContain('glpat')
  })

  test('because the name is unknown says so', async () => {
    const fetch = () =>
      Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ENOTFOUND' }) }))
    const { gitlab } = await scriptedGitlab([], { url: 'http://gitlab.invalid', fetch })
    await expect(gitlab.job(42, 7)).rejects.toThrow('its name is not known (DNS)')
  })
})

describe('an answer that is not GitLab’s', () => {
  test.each([
    ['a web page', { headers: { 'content-type': 'text/html' }, text: '<html>Sign in</html>' }],
    ['nothing', { headers: { 'content-type': 'application/json' }, text: '' }],
    ['not JSON', { headers: { 'content-type': 'application/json' }, text: '{"id": 7,' }],
    ['a redirect', { status: 302, headers: { location: 'https://sso.example.jp/login?next=secret' } }],
    ['cannot be read at pipeline.id', { json: { ...job, pipeline: { id: 'five', sha: 'a' } } }],
    ['cannot be read at id', { json: { ...job, id: 2 ** 53 } }],
    ['cannot be read at the top', { json: [job] }],
  ])('%s is unavailable', async (what, step) => {
    const { gitlab } = await scriptedGitlab([{ expect: readJob, ...step }])
    const error = await gitlab.job(42, 7).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ kind: 'unavailable', message: expect.stringContaining(what) })
    expect(String(error)).not.toContain('secret')
  })

  test('a redirect never carries the token to another address', async () => {
    const other = await scriptedGitlab([])
    const { gitlab } = await scriptedGitlab([
      { expect: readJob, status: 301, headers: { location: `${other.url}/api/v4/projects/42/jobs/7` } },
    ])
    await expect(gitlab.job(42, 7)).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('a moved project is followed when reading, not when playing', async () => {
    const location = '/api/v4/projects/43/jobs/7'
    const { gitlab } = await scriptedGitlab([
      { expect: readJob, status: 301, headers: { location } },
      { expect: 'GET /projects/43/jobs/7', json: job },
      { expect: playJob, status: 307, headers: { location: `${location}/play` } },
    ])
    expect((await gitlab.job(42, 7)).id).toBe(7)
    await expect(gitlab.playJob(42, 7)).rejects.toMatchObject({ kind: 'unavailable' })
  })
})
