import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Instance } from '#lib/context.ts'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { publish } from '#lib/db/notifications.ts'
import type { Dokku } from '#lib/dokku/index.ts'
import { readEnv } from '#lib/env.ts'
import { fakeWorld, seedBoard } from '#lib/operations/fake-world.ts'
import { GET } from './projects/[projectId]/environments/[environmentId]/log/route.ts'

const shared = globalThis as { berthInstance?: Instance; berthAppLogs?: unknown }

/** One stream that was opened on the host. */
interface Opened {
  app: string
  signal: AbortSignal
  say(text: string): void
}

let database: FreshDatabase
let opened: Opened[]

beforeAll(async () => {
  database = await freshDatabase()
  await seedBoard(database.db)
  const tokenHash = createHash('sha256').update('berth_test').digest('hex')
  await database.db.apiToken.create({ data: { tokenHash, name: 'ci' } })
  await writeRow(3, { host: 'review', app: 'review-fix', processes: [process('web', 'running')] })
  await writeRow(4, null)
  await writeRow(5, { host: 'elsewhere', app: 'gone', processes: null })
})
afterAll(async () => {
  delete shared.berthInstance
  delete shared.berthAppLogs
  await database.drop()
})
beforeEach(() => {
  opened = []
  delete shared.berthAppLogs
  const { world } = fakeWorld(database.db)
  const followLog: Dokku['followLog'] = (app, { onText }, signal) =>
    new Promise((resolve) => {
      opened.push({ app, signal, say: (text) => void onText(text) })
      signal.addEventListener('abort', () => resolve())
    })
  const review = { host: 'review', followLog } as unknown as Dokku
  shared.berthInstance = {
    world: { ...world, dokku: new Map([['review', review]]) },
    env: readEnv({}),
    databaseUrl: database.url,
  }
})

const process = (type: string, status: string) => ({ type, index: 1, status, restarts: 0 })

type AppInRow = { host: string; app: string; processes: ReturnType<typeof process>[] | null }

/** What the board says of an environment, as far as its log asks. */
async function writeRow(environmentId: number, app: AppInRow | null): Promise<void> {
  const key = `e${environmentId}`
  const value = { projectId: 42, key, environment: { id: environmentId, name: `review/${environmentId}` }, app }
  const row = {
    zone: 'branch',
    environmentId: BigInt(environmentId),
    search: '',
    health: 'ok',
    healthRank: 4,
    environmentState: 'available',
    mergeRequestState: 'none',
    findingKinds: [],
    author: '',
    activeAt: new Date(),
    hash: '',
    value,
  }
  const where = { projectId_key: { projectId: 42, key } }
  await database.db.boardRow.upsert({ where, create: { projectId: 42, key, ...row }, update: row })
}

function log(
  environmentId: string,
  { path = '', headers = {} }: { path?: string; headers?: Record<string, string> } = {},
) {
  const request = new Request(`http://berth.test/log${path}`, {
    headers: { authorization: 'Bearer berth_test', ...headers },
  })
  return GET(request, { params: Promise.resolve({ projectId: '42', environmentId }) })
}

/** Reads the events of a stream one by one. */
async function eventsOf(response: Response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    async next(name: string): Promise<{ id: string | undefined; data: Record<string, unknown> }> {
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end === -1) {
          const { value, done } = (await reader?.read()) ?? { done: true, value: undefined }
          if (done) throw new Error('The stream has ended.')
          text += value
          continue
        }
        const event = text.slice(0, end)
        text = text.slice(end + 2)
        const field = (label: string) => new RegExp(`^${label}: (.*)$`, 'm').exec(event)?.[1]
        if (field('event') === name) return { id: field('id'), data: JSON.parse(field('data') ?? '') }
      }
    },
    cancel: () => reader?.cancel(),
  }
}

const line = (text: string) => `\u001b[36m2026-11-24T12:00:00.000000001Z app[web.1]:\u001b[0m ${text}\n`

test('gives the log of the app that the board names, and the state beside it', async () => {
  const response = await log('3')
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  const events = await eventsOf(response)
  expect((await events.next('state')).data).toMatchObject({ kind: 'connecting' })
  expect(opened.map(({ app }) => app)).toEqual(['review-fix'])
  opened[0]?.say(line('hello\nid: 1\n\nevent: state'))
  const { id, data } = await events.next('lines')
  expect(data).toMatchObject({
    anew: false,
    skipped: 0,
    lines: [{ at: '2026-11-24T12:00:00.000Z', process: 'web.1', text: 'hello', by: 'app' }, { text: 'id: 1' }, {}, {}],
  })
  expect(id).toMatch(/^[0-9a-z]+-4$/)
  expect((await events.next('state')).data).toMatchObject({ kind: 'live', words: null })
  await events.cancel()
})

test('a browser that comes back gets what it missed, by either way of saying where it was', async () => {
  const first = await eventsOf(await log('3'))
  await first.next('state')
  opened[0]?.say(line('one') + line('two'))
  const place = (await first.next('lines')).id?.replace(/\d+$/, '1') ?? ''
  for (const given of [{ headers: { 'last-event-id': place } }, { path: `?after=${place}` }]) {
    const again = await eventsOf(await log('3', given))
    expect((await again.next('lines')).data).toMatchObject({ anew: false, lines: [{ id: 2, text: 'two' }] })
    await again.cancel()
  }
  const stranger = await eventsOf(await log('3', { path: '?after=%27;--' }))
  expect((await stranger.next('lines')).data).toMatchObject({ anew: true, lines: [{ id: 1 }, { id: 2 }] })
  expect(opened).toHaveLength(1)
  await Promise.all([first.cancel(), stranger.cancel()])
})

test('what a browser leaves is closed', async () => {
  const logs = () => shared.berthAppLogs as { readerCount: number }
  const events = await eventsOf(await log('3'))
  await events.next('state')
  expect(logs().readerCount).toBe(1)
  await events.cancel()
  expect(logs().readerCount).toBe(0)
})

test('is opened once more when other containers run', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  try {
    const events = await eventsOf(await log('3'))
    await events.next('state')
    vi.advanceTimersByTime(20_000)
    await writeRow(3, {
      host: 'review',
      app: 'review-fix',
      processes: [process('web', 'running'), process('worker', 'running')],
    })
    await publish(database.db, ['environment:3'])
    await vi.waitUntil(() => {
      vi.advanceTimersByTime(100)
      return opened.length === 2
    })
    expect(opened[0]?.signal.aborted).toBe(true)
    await events.cancel()
  } finally {
    vi.useRealTimers()
  }
})

test.each([
  ['an environment that is not on the board', '9', 404],
  ['one without an app', '4', 404],
  ['one on a host that is not configured', '5', 404],
  ['no number', 'x', 404],
])('there is none of %s', async (_, environmentId, status) => {
  const response = await log(environmentId)
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
})

test('more readers than a process can bear are told to come later', async () => {
  const some = await Promise.all(Array.from({ length: 500 }, () => log('3')))
  const response = await log('3')
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('60')
  expect((await response.json()).detail).toContain('already serves 500 readers')
  await Promise.all(some.map(({ body }) => body?.cancel()))
})

test('needs somebody', async () => {
  expect((await log('3', { headers: { authorization: '' } })).status).toBe(401)
})
