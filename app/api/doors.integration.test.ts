import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Instance } from '#lib/context.ts'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { readEnv } from '#lib/env.ts'
import { fakeWorld, seedBoard } from '#lib/operations/fake-world.ts'
import { startSession } from '#lib/operations/session.ts'

/** What anybody may knock at; each is tested where it is. */
const open = /^(?:health|ready|auth\/|webhooks\/|\[\[\.\.\.path\]\])/
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

type Method = (typeof methods)[number]
type Handler = (request: Request, place: { params: Promise<Record<string, string>> }) => Promise<Response>

const shared = globalThis as { berthInstance?: Instance }
const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((file) => path.basename(file) === 'route.ts' && !open.test(file))
  .sort()
const doors: { name: string; method: Method; handler: Handler }[] = []

let database: FreshDatabase
let session: string

beforeAll(async () => {
  for (const file of files) {
    const handlers: Partial<Record<Method, Handler>> = await import(path.join(import.meta.dirname, file))
    for (const method of methods) {
      const handler = handlers[method]
      if (handler) doors.push({ name: `${method} ${path.dirname(file)}`, method, handler })
    }
  }
  database = await freshDatabase()
  await seedBoard(database.db)
  const tokenHash = createHash('sha256').update('berth_test').digest('hex')
  await database.db.apiToken.create({ data: { tokenHash, name: 'ci' } })
})
afterAll(async () => {
  delete shared.berthInstance
  await database?.drop()
})
beforeEach(async () => {
  const { world } = fakeWorld(database.db)
  shared.berthInstance = { world, env: readEnv({}), databaseUrl: database.url }
  await database.db.rateCount.deleteMany()
  session = `berth_session=${await startSession(world, { name: 'operator', configured: null })}`
})

/** Every door's status for the same knock, those that answer otherwise than expected. */
async function strange(headers: Record<string, string>, expected: number, of = doors): Promise<string[]> {
  const answers = await Promise.all(
    of.map(async ({ name, method, handler }) => {
      const body = method === 'GET' ? {} : { body: '{}' }
      const request = new Request('http://berth.test/api/x?topics=fleet', {
        method,
        headers: { 'content-type': 'application/json', host: 'berth.test', ...headers },
        ...body,
      })
      const place = new Proxy({}, { get: () => '42' })
      const { status } = await handler(request, { params: Promise.resolve(place) })
      return { name, status }
    }),
  )
  return answers.filter(({ status }) => status !== expected).map(({ name, status }) => `${name}: ${status}`)
}

describe('every door of the API', () => {
  test('is found', () => expect(doors.length).toBeGreaterThan(40))

  test('lets nobody in without a token or a session', async () => {
    expect(await strange({}, 401)).toEqual([])
  })

  test('that changes something refuses a session that another site sent along', async () => {
    const changing = doors.filter(({ method }) => method !== 'GET')
    expect(await strange({ cookie: session }, 403, changing)).toEqual([])
    expect(await strange({ cookie: session, origin: 'https://evil.test' }, 403, changing)).toEqual([])
    expect(await strange({ cookie: session, 'sec-fetch-site': 'cross-site' }, 403, changing)).toEqual([])
  })

  test('lets nobody in who has asked too much in this minute', async () => {
    const windowAt = new Date(Math.floor(fakeWorld(database.db).world.now().getTime() / 60_000) * 60_000)
    await database.db.rateCount.create({ data: { key: 'api token ci', windowAt, used: 600 } })
    expect(await strange({ authorization: 'Bearer berth_test' }, 429)).toEqual([])
  })
})
