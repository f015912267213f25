import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Instance } from '#lib/context.ts'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { publish } from '#lib/db/notifications.ts'
import { readEnv } from '#lib/env.ts'
import { leakReviewApps } from '#lib/operations/fake-leaks.ts'
import { type FakeWorld, fakeWorld, seedBoard, stagingSha } from '#lib/operations/fake-world.ts'
import { startSession } from '#lib/operations/session.ts'
import * as nowhere from './[[...path]]/route.ts'
import { GET as events } from './events/route.ts'
import { GET as health } from './health/route.ts'
import { GET as log } from './projects/[projectId]/jobs/[jobId]/log/route.ts'
import { GET as ready } from './ready/route.ts'
import { POST as snooze, DELETE as unsnooze } from './v1/findings/[findingId]/snooze/route.ts'
import { GET as findings } from './v1/findings/route.ts'
import { GET as host } from './v1/hosts/[name]/route.ts'
import { GET as hosts } from './v1/hosts/route.ts'
import { POST as cancel } from './v1/operations/[operationId]/cancel/route.ts'
import { GET as operation } from './v1/operations/[operationId]/route.ts'
import { GET as board } from './v1/projects/[projectId]/board/route.ts'
import { POST as rebuild } from './v1/projects/[projectId]/environments/[environmentId]/rebuild/route.ts'
import { POST as restart } from './v1/projects/[projectId]/environments/[environmentId]/restart/route.ts'
import { POST as scale } from './v1/projects/[projectId]/environments/[environmentId]/scale/route.ts'
import { POST as stop } from './v1/projects/[projectId]/environments/[environmentId]/stop/route.ts'
import { POST as unlock } from './v1/projects/[projectId]/environments/[environmentId]/unlock/route.ts'
import { POST as promotions } from './v1/projects/[projectId]/promotions/route.ts'
import { POST as sweeps } from './v1/projects/[projectId]/sweeps/route.ts'

const shared = globalThis as { berthInstance?: Instance }
const bearer = { authorization: 'Bearer berth_test' }
const wish = { environmentId: 2, sha: stagingSha }

let database: FreshDatabase
let fake: FakeWorld

beforeAll(async () => {
  database = await freshDatabase()
  await seedBoard(database.db)
  const tokenHash = createHash('sha256').update('berth_test').digest('hex')
  await database.db.apiToken.create({ data: { tokenHash, name: 'ci' } })
})
afterAll(async () => {
  delete shared.berthInstance
  await database.drop()
})
beforeEach(() => settle())
afterEach(async () => {
  await database.db.operation.deleteMany()
  await database.db.sweepItem.deleteMany()
})

/** Gives the doors a fresh world with these settings. */
function settle(settings: Record<string, string> = {}): void {
  fake = fakeWorld(database.db)
  shared.berthInstance = { world: fake.world, env: readEnv(settings), databaseUrl: database.url }
}

const params = <Values>(values: Values) => ({ params: Promise.resolve(values) })
const request = (init: RequestInit & { path?: string } = {}) =>
  new Request(`http://berth.test${init.path ?? '/'}`, init)

function promote(body: BodyInit | null, headers: Record<string, string> = bearer, projectId = '42'): Promise<Response> {
  const type = { 'content-type': 'application/json' }
  return promotions(request({ method: 'POST', body, headers: { ...type, ...headers } }), params({ projectId }))
}

async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const body = (await response.json()) as { status: number; detail: string; type: string }
  expect(body.status).toBe(response.status)
  return body
}

describe('who may come in', () => {
  test('nobody without a token or a session', async () => {
    const response = await promote(JSON.stringify(wish), {})
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    await problemOf(response)
    expect((await promote(JSON.stringify(wish), { authorization: 'Bearer berth_wrong' })).status).toBe(401)
  })

  test('a session may change things only from Berth’s own pages', async () => {
    const cookie = `berth_session=${await startSession(fake.world, { name: 'operator', configured: null })}`
    const from = (headers: Record<string, string>) => promote(JSON.stringify(wish), { cookie, ...headers })
    expect((await from({})).status).toBe(403)
    expect((await from({ origin: 'http://evil.test', host: 'berth.test' })).status).toBe(403)
    expect(
      (await from({ 'sec-fetch-site': 'cross-site', origin: 'http://berth.test', host: 'berth.test' })).status,
    ).toBe(403)
    expect(fake.gitlab.changes).toEqual([])
    expect((await from({ 'sec-fetch-site': 'same-origin' })).status).toBe(202)
  })

  test('a session may read', async () => {
    const cookie = `other=1; berth_session=${await startSession(fake.world, { name: 'operator', configured: null })}`
    const answer = await operation(request({ headers: { cookie } }), params({ operationId: 'none' }))
    expect(answer.status).toBe(404)
  })

  test('where Berth is served by TLS only the cookie that is bound to the host counts', async () => {
    settle({ BERTH_URL: 'https://berth.test' })
    const token = await startSession(fake.world, { name: 'operator', configured: null })
    const read = (cookie: string) => operation(request({ headers: { cookie } }), params({ operationId: 'none' }))
    expect((await read(`berth_session=${token}`)).status).toBe(401)
    expect((await read(`__Host-berth_session=${token}`)).status).toBe(404)
  })

  test('a read-only instance lets nobody change anything', async () => {
    settle({ BERTH_READ_ONLY: 'true' })
    const response = await promote(JSON.stringify(wish))
    expect(response.status).toBe(403)
    expect((await problemOf(response)).detail).toContain('read-only')
    expect(fake.gitlab.changes).toEqual([])
  })
})

describe('who asks without end', () => {
  beforeEach(() => database.db.rateCount.deleteMany())
  afterEach(() => database.db.rateCount.deleteMany())

  const minute = () => new Date(Math.floor(fake.world.now().getTime() / 60_000) * 60_000)
  const used = (key: string, times: number) =>
    database.db.rateCount.create({ data: { key, windowAt: minute(), used: times } })

  test('waits for the next minute, and nothing of it is done', async () => {
    await used('api token ci', 600)
    const response = await promote(JSON.stringify(wish))
    expect(response.status).toBe(429)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await problemOf(response)).type).toBe('urn:berth:too-many-requests')
    expect(fake.gitlab.changes).toEqual([])
  })

  test('guesses tokens from one address a minute long at most', async () => {
    const guess = (address: string) =>
      promote(JSON.stringify(wish), { authorization: 'Bearer berth_wrong', 'x-forwarded-for': `1.1.1.1, ${address}` })
    await used('api stranger 10.0.0.7', 59)
    expect((await guess('10.0.0.7')).status).toBe(401)
    expect((await guess('10.0.0.7')).status).toBe(429)
    expect((await guess('10.0.0.8')).status).toBe(401)
  })
})

describe('promotions', () => {
  test('answers 202 with the operation, and asking again with the same one', async () => {
    const first = await promote(JSON.stringify(wish))
    expect(first.status).toBe(202)
    const { id, status } = (await first.json()) as { id: string; status: string }
    expect(status).toBe('running')
    expect(first.headers.get('location')).toBe(`/api/v1/operations/${id}`)
    expect(await (await promote(JSON.stringify(wish))).json()).toMatchObject({ id })
    expect(fake.gitlab.changes).toEqual(['play 7'])
    const shown = await operation(request({ headers: bearer }), params({ operationId: id }))
    expect(await shown.json()).toMatchObject({ id, kind: 'promote', requestedBy: 'ci', requestedVia: 'api' })
  })

  test('409 with the reason when a rule refuses', async () => {
    const response = await promote(JSON.stringify({ ...wish, sha: 'c'.repeat(40) }))
    expect(response.status).toBe(409)
    expect((await problemOf(response)).detail).toContain('staging runs aaaaaaaa now')
  })

  test.each([
    ['no JSON', '{', bearer],
    ['another type', JSON.stringify(wish), { ...bearer, 'content-type': 'text/plain' }],
    ['a short commit', JSON.stringify({ ...wish, sha: 'abc' }), bearer],
    ['a strange field', JSON.stringify({ ...wish, force: true }), bearer],
    ['a body of 20 kB', JSON.stringify({ ...wish, sha: 'a'.repeat(20_000) }), bearer],
    ['an array', '[]', bearer],
  ])('422 for %s', async (_name, body, headers) => {
    const response = await promote(body, headers)
    expect(response.status).toBe(422)
    await problemOf(response)
    expect(fake.gitlab.changes).toEqual([])
  })

  test.each(['0', '-1', '1e3', '42x', '9'.repeat(17), '43'])('404 for project %s', async (projectId) => {
    expect((await promote(JSON.stringify(wish), bearer, projectId)).status).toBe(404)
  })
})

test('stops a review app', async () => {
  const place = params({ projectId: '42', environmentId: '3' })
  const response = await stop(request({ method: 'POST', headers: bearer }), place)
  expect(response.status).toBe(202)
  expect(fake.gitlab.changes).toEqual(['stop 3'])
})

describe('what is done to an app', () => {
  const place = (projectId = '42', environmentId = '3') => params({ projectId, environmentId })
  const post = (body?: object) =>
    request({
      method: 'POST',
      headers: { ...bearer, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })

  test.each([
    ['app.restart', restart, undefined],
    ['app.rebuild', rebuild, undefined],
    ['app.rebuild', rebuild, { evenIfLocked: true }],
    ['app.scale', scale, { counts: { web: 2 } }],
  ])('%s answers 202 and leaves it to the worker', async (kind, act, body) => {
    const response = await act(post(body), place())
    expect(response.status).toBe(202)
    expect(await response.json()).toMatchObject({ kind, status: 'running', requestedBy: 'ci' })
    expect(fake.host.changes).toEqual([])
  })

  test('a rebuild may come with an empty body', async () => {
    const response = await rebuild(request({ method: 'POST', headers: bearer, body: '' }), place())
    expect(response.status).toBe(202)
  })

  test('unlocking what is not locked is 409', async () => {
    const response = await unlock(post(), place())
    expect(response.status).toBe(409)
    expect((await problemOf(response)).detail).toBe('App review-fix has no deploy lock.')
  })

  test.each([
    {},
    { counts: { web: -1 } },
    { counts: { web: '2' } },
    { counts: { web: 101 } },
    { counts: [], force: 1 },
  ])('422 for scaling with %j', async (body) => {
    expect((await scale(post(body), place())).status).toBe(422)
  })

  test('nobody changes anything in a read-only instance', async () => {
    settle({ BERTH_READ_ONLY: 'true' })
    for (const act of [restart, rebuild, unlock]) expect((await act(post(), place())).status).toBe(403)
    expect((await scale(post({ counts: { web: 2 } }), place())).status).toBe(403)
    const outcomes = await database.db.auditEntry.findMany({
      where: { action: { startsWith: 'app.' }, outcome: 'refused' },
    })
    expect(outcomes.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['app.restart', 'app.rebuild', 'app.unlock', 'app.scale']),
    )
  })
})

describe('sweeps', () => {
  const post = (body: object, projectId = '42') =>
    sweeps(
      request({
        method: 'POST',
        headers: { ...bearer, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
      params({ projectId }),
    )
  let subjects: string[]

  beforeEach(async () => {
    subjects = await leakReviewApps(fake, database.db, 2)
  })

  test('are a dry run unless said otherwise, and say what confirms them', async () => {
    const response = await post({ choose: { subjects } })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      confirmation: 'sweep 2',
      victims: [{ title: 'review/leak-1', steps: ['destroy-app', 'destroy-database'] }, { title: 'review/leak-2' }],
      spared: [],
    })
    expect(await database.db.operation.count()).toBe(0)
  })

  test('begin with the confirmation, can be read with their items, and canceled', async () => {
    const response = await post({ choose: { subjects }, dryRun: false, confirmation: 'sweep 2' })
    expect(response.status).toBe(202)
    const { id } = (await response.json()) as { id: string }
    const shown = await operation(request({ headers: bearer }), params({ operationId: id }))
    expect(await shown.json()).toMatchObject({
      kind: 'sweep',
      items: [{ position: 1, status: 'waiting', title: 'review/leak-1' }, { position: 2 }],
    })
    const ending = await cancel(request({ method: 'POST', headers: bearer }), params({ operationId: id }))
    expect(ending.status).toBe(202)
    expect(await ending.json()).toMatchObject({ id, cancelRequestedBy: 'ci' })
  })

  test('need the confirmation of this very plan', async () => {
    expect((await post({ choose: { subjects }, dryRun: false })).status).toBe(422)
    expect((await post({ choose: { subjects }, dryRun: false, confirmation: 'sweep 3' })).status).toBe(409)
    expect((await post({ choose: 'all-stale', dryRun: false, confirmation: 'sweep 0' })).status).toBe(409)
    expect(await database.db.operation.count()).toBe(0)
  })

  test.each([{}, { choose: 'everything' }, { choose: { subjects: [] } }, { choose: 'all-stale', dryrun: false }])(
    '422 for %j',
    async (body) => {
      expect((await post(body)).status).toBe(422)
    },
  )

  test('of a project that is not there are 404', async () => {
    expect((await post({ choose: 'all-stale' }, '43')).status).toBe(404)
  })

  test('a read-only instance shows the plan and begins nothing', async () => {
    settle({ BERTH_READ_ONLY: 'true' })
    expect((await post({ choose: { subjects } })).status).toBe(200)
    expect((await post({ choose: { subjects }, dryRun: false, confirmation: 'sweep 2' })).status).toBe(403)
  })

  test('what is no sweep cannot be canceled', async () => {
    const { id } = (await (await promote(JSON.stringify(wish))).json()) as { id: string }
    const ending = await cancel(request({ method: 'POST', headers: bearer }), params({ operationId: id }))
    expect(ending.status).toBe(409)
    const missing = await cancel(request({ method: 'POST', headers: bearer }), params({ operationId: 'x' }))
    expect(missing.status).toBe(404)
  })
})

describe('findings and hosts', () => {
  const json = { ...bearer, 'content-type': 'application/json' }

  test('are read by page and by name', async () => {
    const list = await findings(request({ path: '/?state=open&page=1', headers: bearer }))
    expect(await list.json()).toMatchObject({ findings: [], total: 0, page: 1 })
    expect((await hosts(request({ headers: bearer }))).status).toBe(200)
    expect((await host(request({ headers: bearer }), params({ name: 'review' }))).status).toBe(200)
    expect((await host(request({ headers: bearer }), params({ name: 'nowhere' }))).status).toBe(404)
    expect((await findings(request())).status).toBe(401)
  })

  test('a finding is snoozed with days and a reason', async () => {
    const { id } = await database.db.finding.create({
      data: {
        activeKey: 'host-unreachable host:gone',
        kind: 'host-unreachable',
        subject: 'host:gone',
        severity: 'critical',
        since: new Date(),
        openedAt: new Date(),
        value: { words: 'It does not answer.', subject: { kind: 'host', host: 'gone' }, evidence: [], resolutions: [] },
      },
    })
    const post = (body: object, findingId = id) =>
      snooze(request({ method: 'POST', headers: json, body: JSON.stringify(body) }), params({ findingId }))
    const response = await post({ days: 3, reason: 'Known' })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ id, snooze: { reason: 'Known', by: 'ci' } })
    expect((await post({ days: 91, reason: 'Known' })).status).toBe(422)
    expect((await post({ days: 3 })).status).toBe(422)
    expect((await post({ days: 3, reason: 'Known' }, 'nothing')).status).toBe(404)
    const ended = await unsnooze(request({ method: 'DELETE', headers: bearer }), params({ findingId: id }))
    expect(await ended.json()).toMatchObject({ snooze: null })
  })
})

const { dynamic: _, ...nothing } = nowhere

test.each(Object.entries(nothing))('%s of what the API does not have is a problem in words', async (method, answer) => {
  const response = answer(request({ method, path: '/api/v1/project?x=1' }))
  expect(response.status).toBe(404)
  expect((await problemOf(response)).detail).toBe('The API has nothing at /api/v1/project.')
})

test('a board that is not there is 404', async () => {
  expect((await board(request({ headers: bearer }), params({ projectId: '43' }))).status).toBe(404)
})

test('health asks nobody, readiness names the sources without their words', async () => {
  expect(await health().json()).toEqual({ status: 'ok' })
  await database.db.source.create({
    data: {
      id: 'dokku:review',
      attemptedAt: new Date(),
      failingSince: new Date(),
      error: { kind: 'unavailable', message: '10.1.2.3 is down' },
    },
  })
  const response = await ready()
  const text = await response.text()
  expect(response.status).toBe(200)
  expect(JSON.parse(text)).toMatchObject({
    ready: true,
    migrations: 'ok',
    sources: [{ id: 'dokku:review', failure: 'unavailable', ageSeconds: null }],
  })
  expect(text).not.toContain('10.1.2.3')
})

describe('the job log', () => {
  const read = async (from: number) => {
    const place = params({ projectId: '42', jobId: '7' })
    return (await log(request({ path: `/?from=${from}`, headers: bearer }), place)).json()
  }

  test('comes in increments, and anew when it is shorter or lost its beginning', async () => {
    const data = {
      jobId: 7n,
      projectId: 42,
      jobName: 'production',
      jobStatus: 'running',
      text: 'one\n',
      observedAt: new Date(),
    }
    await database.db.jobLog.create({ data })
    expect(await read(0)).toMatchObject({ text: 'one\n', next: 4, replaces: false, finished: false })
    await database.db.jobLog.update({ where: { jobId: 7n }, data: { text: 'one\ntwo\n' } })
    expect(await read(4)).toMatchObject({ text: 'two\n', next: 8, replaces: false })
    expect(await read(99)).toMatchObject({ text: 'one\ntwo\n', next: 8, replaces: true })
    await database.db.jobLog.update({ where: { jobId: 7n }, data: { text: 'two\n', truncated: true } })
    expect(await read(8)).toMatchObject({ text: 'two\n', replaces: true })
  })
})

describe('the live stream', () => {
  const open = (topics: string, signal?: AbortSignal) =>
    events(request({ path: `/api/events?topics=${topics}`, headers: bearer, ...(signal && { signal }) }))

  test('says what changed, keeps the watch alive and ends with the reader', async () => {
    const reader = (await open('project:42,job:7')).body?.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader?.read())?.value).toContain('event: listening')
    await publish(database.db, ['project:41', 'project:42'])
    expect((await reader?.read())?.value).toMatch(/^id: \d+\nevent: changed\ndata: \{"topics":\["project:42"\]\}\n\n$/)
    const watched = async () => (await database.db.watch.findMany()).map(({ subject }) => subject).sort()
    await expect.poll(watched).toEqual(['job:7', 'project:42'])
    await reader?.cancel()
  })

  test('tells who comes back what was missed, and to read everything when nobody can tell', async () => {
    const first = async (more: string, headers: Record<string, string> = {}) => {
      const path = `/api/events?topics=project:42,fleet${more}`
      const stream = (await events(request({ path, headers: { ...bearer, ...headers } }))).body
      const reader = stream?.pipeThrough(new TextDecoderStream()).getReader()
      const { value = '' } = (await reader?.read()) ?? {}
      await reader?.cancel()
      return value
    }
    const opening = await first('')
    expect(opening).toContain('event: listening\ndata: {"resumed":false}')
    const id = /^id: (.+)$/m.exec(opening)?.[1] ?? ''
    await publish(database.db, ['fleet', 'project:41'])
    const missed = 'event: changed\ndata: {"topics":["fleet"]}\n\n'
    expect(await first(`&since=${id}`)).toContain(missed)
    const resumed = await first('&since=0', { 'last-event-id': id })
    expect(resumed).toContain(missed)
    expect(resumed).toContain('data: {"resumed":true}')
    for (const strange of ['999999', 'x', '1-x']) {
      expect(await first(`&since=${strange}`)).toContain('data: {"resumed":false}')
    }
  })

  test.each(['', 'project:x', 'look:gitlab:42', Array.from({ length: 21 }, (_, id) => `job:${id}`).join(',')])(
    'refuses topics "%s"',
    async (topics) => {
      expect((await open(topics)).status).toBe(422)
    },
  )

  test('needs somebody', async () => {
    expect((await events(request({ path: '/?topics=fleet' }))).status).toBe(401)
  })
})
