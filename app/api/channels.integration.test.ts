import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Instance } from '#lib/context.ts'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { readEnv } from '#lib/env.ts'
import { fakeWorld, seedBoard } from '#lib/operations/fake-world.ts'
import { DELETE as drop, POST as resend } from './v1/channels/[channelId]/dead-letters/[messageId]/route.ts'
import { PATCH as change, GET as channel, DELETE as remove } from './v1/channels/[channelId]/route.ts'
import { POST as tryOut } from './v1/channels/[channelId]/test/route.ts'
import { POST as createForAll, GET as forAll } from './v1/channels/route.ts'
import { POST as create, GET as ofProject } from './v1/projects/[projectId]/channels/route.ts'
import { POST as preview } from './v1/projects/[projectId]/policies/preview/route.ts'
import { GET as policies } from './v1/projects/[projectId]/policies/route.ts'
import { POST as run } from './v1/projects/[projectId]/policies/run/route.ts'

const shared = globalThis as { berthInstance?: Instance }
let database: FreshDatabase

beforeAll(async () => {
  database = await freshDatabase()
  await seedBoard(database.db)
  for (const { name, scope } of [
    { name: 'ci', scope: 'act' },
    { name: 'eyes', scope: 'read' },
  ]) {
    const tokenHash = createHash('sha256').update(`berth_${name}`).digest('hex')
    await database.db.apiToken.create({ data: { tokenHash, name, scope } })
  }
})
afterAll(async () => {
  delete shared.berthInstance
  await database?.drop()
})
beforeEach(() => {
  shared.berthInstance = { world: fakeWorld(database.db).world, env: readEnv({}), databaseUrl: database.url }
})

const params = <Values>(values: Values) => ({ params: Promise.resolve(values) })
function request(method: string, body?: object, token = 'ci'): Request {
  const headers = { authorization: `Bearer berth_${token}`, 'content-type': 'application/json' }
  return new Request('http://berth.test/', { method, headers, ...(body && { body: JSON.stringify(body) }) })
}

const rules = [{ events: ['operation-failed'], environments: ['production', 'review/*'] }]
const slack = { kind: 'slack', name: 'deploys', rules, url: 'https://hooks.chat.test/secret-part' }

test('a program adds a channel, looks at it, changes it, tries it out and removes it', async () => {
  const place = params({ projectId: '42' })
  const created = await create(request('POST', slack), place)
  expect(created.status).toBe(201)
  const text = await created.text()
  expect(text).not.toContain('secret-part')
  const at = params({ channelId: (JSON.parse(text) as { id: string }).id })
  expect(await (await ofProject(request('GET'), place)).json()).toMatchObject([
    { name: 'deploys', rules, enabled: true, config: { host: 'hooks.chat.test' }, health: { dead: 0 } },
  ])
  expect(await (await change(request('PATCH', { enabled: false, name: 'alerts' }), at)).json()).toMatchObject({
    name: 'alerts',
    enabled: false,
    rules,
  })
  expect(await (await tryOut(request('POST'), at)).json()).toEqual({ words: 'chat.test answered 200: ok.' })
  const letter = params({ ...(await at.params), messageId: 'all' })
  expect((await resend(request('POST'), letter)).status).toBe(409)
  expect((await drop(request('DELETE'), letter)).status).toBe(404)
  expect((await remove(request('DELETE'), at)).status).toBe(204)
  expect((await channel(request('GET'), at)).status).toBe(404)
})

test('a program adds a channel for every project', async () => {
  expect((await createForAll(request('POST', slack))).status).toBe(201)
  expect(await (await forAll(request('GET'))).json()).toMatchObject([{ projectId: null, name: 'deploys' }])
})

test.each([
  [{ ...slack, kind: 'irc' }],
  [{ ...slack, secret: 'x' }],
  [{ ...slack, rules: [{ events: ['everything'], environments: ['*'] }] }],
  [{ ...slack, url: 'file:///etc/passwd' }],
])('%j is 422', async (body) => {
  expect((await create(request('POST', body), params({ projectId: '42' }))).status).toBe(422)
})

test.each(['nothing', '%00', '\0', '00000000-0000-7000-8000-000000000000'])('there is no channel %j', async (id) => {
  const at = params({ channelId: id, messageId: id })
  for (const answer of [
    await channel(request('GET'), at),
    await change(request('PATCH', { name: 'x' }), at),
    await tryOut(request('POST'), at),
    await resend(request('POST'), at),
    await remove(request('DELETE'), at),
  ])
    expect(answer.status).toBe(404)
})

test('a token that may only look neither sees nor changes channels, and runs no policy', async () => {
  const place = () => params({ projectId: '42' })
  for (const answer of [
    await ofProject(request('GET', undefined, 'eyes'), place()),
    await create(request('POST', slack, 'eyes'), place()),
    await forAll(request('GET', undefined, 'eyes')),
    await run(request('POST', undefined, 'eyes'), place()),
  ])
    expect(answer.status).toBe(403)
})

test('what policies would do is asked as they are set and as they could be, and run', async () => {
  const place = () => params({ projectId: '42' })
  const off = { idle: null, stopEnded: false, keepPerAuthor: null, skipLabels: [] }
  const nothing = { intents: [], counts: { stop: 0, warn: 0, warned: 0, later: 0 } }
  expect(await (await policies(request('GET', undefined, 'eyes'), place())).json()).toMatchObject(nothing)
  expect(await (await preview(request('POST', off, 'eyes'), place())).json()).toMatchObject(nothing)
  expect((await preview(request('POST', { ...off, keepPerAuthor: 0 }), place())).status).toBe(422)
  expect(await (await run(request('POST'), place())).json()).toMatchObject({ words: 'Nothing was due.', stopped: [] })
  expect((await policies(request('GET'), params({ projectId: '7' }))).status).toBe(404)
})
