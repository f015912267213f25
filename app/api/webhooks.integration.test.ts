import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Instance } from '#lib/context.ts'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { readEnv } from '#lib/env.ts'
import { type FakeWorld, fakeWorld, seedBoard } from '#lib/operations/fake-world.ts'
import { sealPurpose } from '#lib/operations/receive-webhook.ts'
import { POST as deliver } from './webhooks/gitlab/[projectId]/route.ts'

const shared = globalThis as { berthInstance?: Instance }
const token = 'the token of project 42'
const push = readFileSync(new URL('../../lib/sync/recordings/webhooks/push.json', import.meta.url), 'utf8')
const pushOf = (projectId: number) =>
  JSON.stringify({ ...JSON.parse(push), project_id: projectId, project: { id: projectId } })

let database: FreshDatabase
let fake: FakeWorld

beforeAll(async () => {
  database = await freshDatabase()
  await seedBoard(database.db)
})
afterAll(async () => {
  delete shared.berthInstance
  await database.drop()
})
beforeEach(async () => {
  fake = fakeWorld(database.db)
  shared.berthInstance = { world: fake.world, env: readEnv({}), databaseUrl: database.url }
  await database.db.$executeRaw`TRUNCATE "Webhook", "WebhookDelivery", "RateCount"`
  await install()
})

async function install({ signingToken = null }: { signingToken?: string | null } = {}): Promise<void> {
  const { seal } = fake.world
  const secrets = {
    token: seal.close(token, sealPurpose('token', 42)),
    signingKey: signingToken && seal.close(signingToken, sealPurpose('signing', 42)),
  }
  await database.db.webhook.upsert({
    where: { projectId: 42 },
    create: { projectId: 42, hookId: 7n, installedBy: 'hanako', installedAt: fake.world.now(), ...secrets },
    update: secrets,
  })
}

interface Sent {
  body?: string
  headers?: Record<string, string>
  projectId?: string
}

function send({ body = pushOf(42), headers = {}, projectId = '42' }: Sent = {}): Promise<Response> {
  const given = {
    'content-type': 'application/json',
    'x-gitlab-event': 'Push Hook',
    'x-gitlab-token': token,
    ...headers,
  }
  const request = new Request('http://berth.test/', { method: 'POST', body, headers: given })
  return deliver(request, { params: Promise.resolve({ projectId }) })
}

const statusOf = async (sent: Sent): Promise<number> => (await send(sent)).status
const deliveries = () => database.db.webhookDelivery.findMany({ orderBy: { receivedAt: 'asc' } })
const webhook = () => database.db.webhook.findUniqueOrThrow({ where: { projectId: 42 } })

describe('a delivery', () => {
  test('is taken, and only what it hints at is kept', async () => {
    const response = await send({ headers: { 'idempotency-key': 'one' } })
    expect(response.status).toBe(202)
    expect(await deliveries()).toMatchObject([
      { key: '42 one', event: 'Push Hook', hints: [{ kind: 'branch', key: 'master' }], handledAt: null },
    ])
    expect(JSON.stringify(await deliveries())).not.toContain('John Smith')
    expect(await webhook()).toMatchObject({ deliveries: 1, refusals: 0, lastDeliveryAt: fake.world.now() })
  })

  test('that comes again is counted once, also when the two come at once', async () => {
    const headers = { 'idempotency-key': 'one' }
    const responses = await Promise.all(Array.from({ length: 8 }, () => send({ headers })))
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 202])
    expect(await deliveries()).toHaveLength(1)
    expect((await webhook()).deliveries).toBe(1)
  })

  test('without a key is known by its body', async () => {
    expect([await statusOf({}), await statusOf({})]).toEqual([202, 200])
    expect(await statusOf({ body: pushOf(42).replace('refs/heads/master', 'refs/heads/other') })).toBe(202)
  })

  test('that says nothing to Berth leaves nothing to do', async () => {
    expect(await statusOf({ body: '{"object_kind":"note"}' })).toBe(202)
    expect(await deliveries()).toMatchObject([{ hints: [], handledAt: fake.world.now() }])
  })

  test('about another project, with this one’s token, hints at nothing', async () => {
    expect(await statusOf({ body: pushOf(43) })).toBe(202)
    expect(await deliveries()).toMatchObject([{ projectId: 42, hints: [] }])
  })

  test('to a project without a webhook finds no door, whatever it carries', async () => {
    expect(await statusOf({ projectId: '43' })).toBe(404)
    expect(await statusOf({ projectId: 'nonsense' })).toBe(404)
    expect(await deliveries()).toEqual([])
  })
})

describe('not believed is', () => {
  const refused = async (sent: Sent, status: number, why: string) => {
    const response = await send(sent)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ status, detail: why })
    expect(await deliveries()).toEqual([])
    expect(await webhook()).toMatchObject({ deliveries: 0, refusals: 1, lastRefusal: why, lastDeliveryAt: null })
  }

  test('a wrong token', () =>
    refused({ headers: { 'x-gitlab-token': 'a guess' } }, 401, 'Its token is another one than Berth gave GitLab.'))

  test('more than it takes, and it is not read to its end', () =>
    refused({ body: JSON.stringify('x'.repeat(5 * 1024 * 1024)) }, 413, 'It is longer than 5 MB.'))

  test('what is no JSON', () => refused({ body: 'hello' }, 422, 'It is no JSON.'))

  test('a token alone, where deliveries are signed', async () => {
    await install({ signingToken: `whsec_${Buffer.alloc(32, 1).toString('base64')}` })
    await refused({}, 401, 'It came without a signature.')
  })

  test('the token of one project at the door of another', async () => {
    const { seal } = fake.world
    await database.db.webhook.update({
      where: { projectId: 42 },
      data: { token: seal.close('of another', sealPurpose('token', 42)) },
    })
    await refused({}, 401, 'Its token is another one than Berth gave GitLab.')
  })
})

test('what is signed is taken once, though it is sent again with another key', async () => {
  const key = Buffer.alloc(32, 1)
  await install({ signingToken: `whsec_${key.toString('base64')}` })
  const timestamp = String(Math.floor(fake.world.now().getTime() / 1000))
  const signature = createHmac('sha256', key)
    .update(`one.${timestamp}.${pushOf(42)}`)
    .digest('base64')
  const signed = { 'webhook-id': 'one', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
  expect(await statusOf({ headers: signed })).toBe(202)
  expect(await statusOf({ headers: { ...signed, 'idempotency-key': 'a new one' } })).toBe(200)
  await fake.pause(301_000, new AbortController().signal)
  expect(await statusOf({ headers: signed })).toBe(401)
  expect(await deliveries()).toHaveLength(1)
})

describe('too many', () => {
  const used = async (key: string, count: number) => {
    const windowAt = new Date(Math.floor(fake.world.now().getTime() / 60_000) * 60_000)
    await database.db.rateCount.create({ data: { key, windowAt, used: count } })
  }

  test('deliveries in a minute are turned away until it is over', async () => {
    await used('webhook 42', 3000)
    const response = await send()
    expect(response.status).toBe(429)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    await fake.pause(60_000, new AbortController().signal)
    expect(await statusOf({})).toBe(202)
  })

  test('that are not believed use up nothing of what GitLab has', async () => {
    await used('webhook 42 refused', 60)
    expect(await statusOf({ headers: { 'x-gitlab-token': 'a guess' } })).toBe(429)
    expect((await webhook()).refusals).toBe(0)
    expect(await statusOf({})).toBe(202)
  })
})
