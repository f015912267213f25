import { beforeEach, describe, expect, test } from 'vitest'
import { addChannel } from '#lib/db/channels.ts'
import { enqueue } from '#lib/db/outbox.ts'
import { claimMessages, settleMessage } from '#lib/db/outbox-delivery.ts'
import type { ChannelRule } from '#lib/domain/channel.ts'
import { type Notification, notificationEvents } from '#lib/domain/notification.ts'
import type { Delivery, Destination } from '#lib/notify/index.ts'
import type { World } from '../context.ts'
import { sealedDestination } from './channel-destination.ts'
import { outboxTurns } from './send-outbox.ts'
import { database, fake, givenFreshWorlds } from './test-world.ts'

givenFreshWorlds()

let world: World
/** Everything that was handed over, by the name of its channel. */
let sent: { to: string; id: string; notification: Notification }[]
/** What a channel answers, first to last; then it takes everything. */
let answers: Map<string, Delivery[]>

beforeEach(() => {
  sent = []
  answers = new Map()
  const send = async (destination: Destination, message: { id: string; notification: Notification }) => {
    const to = destination.kind === 'email' ? 'mail' : new URL(destination.url).hostname
    sent.push({ to, ...message })
    return answers.get(to)?.shift() ?? ({ status: 'sent', words: 'ok' } as const)
  }
  world = { ...fake.world, notifier: { hasMail: true, send } }
})

const all: ChannelRule[] = [{ events: [...notificationEvents], environments: ['*'] }]

async function channel(
  name: string,
  more: { projectId?: number | null; rules?: ChannelRule[]; enabled?: boolean } = {},
) {
  const destination: Destination = { kind: 'slack', url: `https://${name}/services/secret` }
  await addChannel(database.db, {
    id: name,
    projectId: null,
    kind: 'slack',
    name,
    config: { host: name, recipients: [] },
    rules: all,
    enabled: true,
    createdBy: 'operator',
    createdAt: world.now(),
    secret: sealedDestination(world, name, destination),
    ...more,
  })
}

const notification = (more: Partial<Notification> = {}): Notification => ({
  event: 'operation-failed',
  projectId: 42,
  projectPath: 'hello/hello-app',
  environmentName: 'production',
  severity: 'critical',
  title: 'Did not promote a1b2c3d4 to production',
  words: 'The job failed.',
  path: '/projects/42',
  actor: 'Aiko',
  at: world.now(),
  ...more,
})

const tell = (more: Partial<Notification> = {}, dedupe: string | null = null) =>
  database.db.$transaction((tx) => enqueue(tx, notification(more), dedupe))
const messages = () => database.db.outboxMessage.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
const later = (seconds: number) => fake.pause(seconds * 1000, new AbortController().signal)

/** Sends until nothing is due. */
async function run(): Promise<void> {
  const turns = outboxTurns(world)
  while ((await turns.next()) > 0) await turns.ended()
}

const failing: Delivery = { status: 'failed', words: 'chat answered 503.', retryAfterSeconds: null }

describe('what is told', () => {
  test('is told to the channels whose rules ask for it: by project, event and environment', async () => {
    await database.db.project.create({
      data: { id: 43, pathWithNamespace: 'a/b', name: 'B', webUrl: 'https://git/b', observedAt: world.now() },
    })
    await channel('everything')
    await channel('ours', { projectId: 42 })
    await channel('others', { projectId: 43 })
    await channel('no-rules', { rules: [] })
    await channel('off', { enabled: false })
    await channel('reviews', { rules: [{ events: ['operation-failed'], environments: ['review/*'] }] })
    await channel('successes', { rules: [{ events: ['operation-succeeded'], environments: ['*'] }] })
    await tell()
    await tell({ environmentName: 'review/fix', title: 'Did not stop review/fix' })
    await tell({ projectId: null, projectPath: null, environmentName: null, title: 'review: host unreachable' })
    await run()
    const titles = Object.groupBy(sent, ({ to }) => to)
    expect(Object.fromEntries(Object.entries(titles).map(([to, list]) => [to, list?.length]))).toEqual({
      everything: 3,
      ours: 2,
      reviews: 1,
    })
  })

  test('is told once per channel', async () => {
    await channel('chat')
    await tell({}, 'operation 1 failed')
    await tell({}, 'operation 1 failed')
    await run()
    await tell({}, 'operation 1 failed')
    await run()
    expect(sent).toHaveLength(1)
  })

  test('is not told when its transaction rolls back', async () => {
    await channel('chat')
    const rolledBack = database.db.$transaction(async (tx) => {
      await enqueue(tx, notification(), null)
      throw new Error('rolled back')
    })
    await expect(rolledBack).rejects.toThrow('rolled back')
    expect(await messages()).toEqual([])
  })
})

describe('a try that fails', () => {
  test('is tried again under the same id, later and later, and is a dead letter after eight', async () => {
    await channel('chat')
    answers.set(
      'chat',
      Array.from({ length: 9 }, () => failing),
    )
    await tell()
    for (let hour = 0; hour < 12 * 60; hour += 1) {
      await run()
      await later(60)
    }
    expect(sent).toHaveLength(8)
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1)
    expect(await messages()).toMatchObject([
      { status: 'dead', attempts: 8, lastError: 'chat answered 503. Given up after 8 tries.' },
    ])
  })

  test('waits as long as the other side asks', async () => {
    await channel('chat')
    answers.set('chat', [{ ...failing, retryAfterSeconds: 300 }])
    await tell()
    await run()
    await later(299)
    await run()
    expect(sent).toHaveLength(1)
    await later(1)
    await run()
    expect(sent).toHaveLength(2)
    expect(await messages()).toMatchObject([{ status: 'sent', lastError: null }])
  })

  test('that was refused is not tried again', async () => {
    await channel('chat')
    answers.set('chat', [{ status: 'refused', words: 'chat answered 404: no_service.' }])
    await tell()
    await run()
    expect(await messages()).toMatchObject([{ status: 'dead', lastError: 'chat answered 404: no_service.' }])
  })

  test('because its secret does not open counts as one', async () => {
    await channel('chat')
    await database.db.channel.update({ where: { id: 'chat' }, data: { secret: 's1.other.AAAA.AAAA.AAAA' } })
    await tell()
    await run()
    const [message] = await messages()
    expect(message).toMatchObject({ status: 'waiting', attempts: 1 })
    expect(message?.lastError).toMatch('BERTH_SECRET')
    expect(sent).toEqual([])
  })
})

describe('several workers', () => {
  const terms = () => ({ asOf: world.now(), until: new Date(world.now().getTime() + 90_000), most: 20, busy: [] })

  test('send each message once', async () => {
    await channel('one')
    await channel('two')
    for (let index = 0; index < 5; index += 1) await tell({ title: `Failure ${index}` })
    const both = [outboxTurns(world), outboxTurns(world)]
    for (let turn = 0; turn < 8; turn += 1) {
      await Promise.all(both.map((turns) => turns.next()))
      await Promise.all(both.map((turns) => turns.ended()))
    }
    expect(sent).toHaveLength(10)
    expect(new Set(sent.map(({ id }) => id)).size).toBe(10)
  })

  test('one that was killed in the middle loses nothing: its message goes out under the same id', async () => {
    await channel('chat')
    await tell()
    const [claimed] = await claimMessages(database.db, terms())
    await run()
    expect(sent).toEqual([])
    await later(90)
    await run()
    expect(sent.map(({ id }) => id)).toEqual([claimed?.id])
  })

  test('one that was only slow does not undo what the other wrote', async () => {
    await channel('chat')
    await tell()
    const [slow] = await claimMessages(database.db, terms())
    await later(90)
    await run()
    const error = 'too late'
    expect(
      await settleMessage(database.db, slow as NonNullable<typeof slow>, { status: 'dead', at: world.now(), error }),
    ).toBe(false)
    expect(await messages()).toMatchObject([{ status: 'sent' }])
  })

  test('a slow channel holds up no other, and gets one message after the other', async () => {
    await channel('slow')
    await channel('quick')
    for (let index = 0; index < 3; index += 1) await tell({ title: `Failure ${index}` })
    const released = Promise.withResolvers<void>()
    const { send } = world.notifier
    world = {
      ...world,
      notifier: {
        hasMail: true,
        async send(destination, message) {
          if (destination.kind === 'slack' && destination.url.includes('slow')) await released.promise
          return send(destination, message)
        },
      },
    }
    const turns = outboxTurns(world)
    for (let turn = 0; turn < 50 && sent.length < 3; turn += 1) {
      await turns.next()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(sent.map(({ to }) => to)).toEqual(['quick', 'quick', 'quick'])
    expect(await database.db.outboxMessage.count({ where: { channelId: 'slow', attempts: 1 } })).toBe(1)
    released.resolve()
    await turns.ended()
  })
})

describe('much at once', () => {
  const findings = async (count: number, more: Partial<Notification> = {}) => {
    for (let index = 0; index < count; index += 1) {
      const dedupe = `finding ${world.now().getTime()} ${index}`
      await tell(
        {
          event: 'finding-opened',
          severity: index === 7 ? 'critical' : 'attention',
          projectId: null,
          projectPath: null,
          environmentName: null,
          host: 'review',
          path: '/hosts/review',
          title: `app-${index}: app without environment`,
          actor: null,
          ...more,
        },
        dedupe,
      )
    }
  }

  test('up to five go out one by one', async () => {
    await channel('chat')
    await findings(5)
    await run()
    expect(sent).toHaveLength(5)
  })

  test('more go out as one message, which tells how many and where', async () => {
    await channel('chat')
    await findings(12)
    await run()
    expect(sent).toMatchObject([
      {
        notification: {
          title: '12 findings on review',
          severity: 'critical',
          path: '/hosts/review',
          event: 'finding-opened',
        },
      },
    ])
    expect(sent[0]?.notification.words).toMatch(/^app-0: app without environment\. .* And 2 more\.$/)
    await later(3600)
    await run()
    expect(sent).toHaveLength(1)
  })

  test('what comes one after the other is bundled by the minute', async () => {
    await channel('chat')
    for (let second = 0; second < 30; second += 1) {
      await findings(1)
      await run()
      await later(1)
    }
    expect(sent).toHaveLength(5)
    await later(60)
    await run()
    expect(sent.slice(5).map(({ notification }) => notification.title)).toEqual(['25 findings on review'])
  })

  test('a bundle whose worker is killed is not lost, and not told twice', async () => {
    await channel('chat')
    await findings(12)
    const terms = { asOf: world.now(), until: new Date(world.now().getTime() + 90_000), most: 20, busy: [] }
    await claimMessages(database.db, terms)
    await later(90)
    await run()
    expect(sent.map(({ notification }) => notification.title)).toEqual(['12 findings on review'])
  })

  test('who waits for an answer does not wait for a bundle, nor is one of many', async () => {
    await channel('chat')
    await findings(12)
    await run()
    for (let index = 0; index < 8; index += 1) await tell({ event: 'approval-wanted', title: `Approval ${index}` })
    await run()
    expect(sent).toHaveLength(9)
  })
})

test('what was sent is forgotten after 14 days, what was given up after 90', async () => {
  await channel('chat')
  await tell({ title: 'sent' })
  await run()
  answers.set('chat', [{ status: 'refused', words: 'no' }])
  await tell({ title: 'given up' })
  await run()
  await later(14 * 86_400 + 1)
  await run()
  expect((await messages()).map(({ status }) => status)).toEqual(['dead'])
  await later(77 * 86_400)
  await run()
  expect(await messages()).toEqual([])
})
