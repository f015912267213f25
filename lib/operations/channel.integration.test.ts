import { inspect } from 'node:util'
import { beforeEach, describe, expect, test } from 'vitest'
import { enqueue } from '#lib/db/outbox.ts'
import type { Actor } from '#lib/domain/access.ts'
import type { Channel, ChannelRule } from '#lib/domain/channel.ts'
import { notificationEvents } from '#lib/domain/notification.ts'
import { fakeNotification } from '#lib/notify/fake-notification.ts'
import type { Delivery, Destination } from '#lib/notify/index.ts'
import { channelDetail, channelsOf } from '#lib/queries/channels.ts'
import type { Context } from '../context.ts'
import { type CreateChannel, changeChannel, createChannel, removeChannel } from './change-channel.ts'
import { dropDeadLetters, resendDeadLetters } from './dead-letters.ts'
import { member, onlooker, operator } from './fake-world.ts'
import { outboxTurns } from './send-outbox.ts'
import { testChannel } from './test-channel.ts'
import { refusal } from './test-endings.ts'
import { database, fake, givenFreshWorlds } from './test-world.ts'

givenFreshWorlds()

const address = 'https://hooks.chat.test/services/T000/B000/very-secret-part'
const signingKey = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const everything: ChannelRule[] = [{ events: [...notificationEvents], environments: ['*'] }]
const slack: CreateChannel = { projectId: 42, kind: 'slack', name: 'deploys', rules: everything, url: address }

/** What the other side answers. */
let answer: Delivery
/** Where messages went. */
let destinations: Destination[]
let ctx: Context

beforeEach(() => {
  answer = { status: 'sent', words: 'hooks.chat.test answered 200: ok.' }
  destinations = []
  const send = async (destination: Destination) => {
    destinations.push(destination)
    return answer
  }
  ctx = { ...fake.ctx, notifier: { hasMail: true, send } }
})

const as = (actor: Actor): Context => ({ ...ctx, actor })
const audit = () => database.db.auditEntry.findMany({ orderBy: { id: 'asc' } })
const tell = () => database.db.$transaction((tx) => enqueue(tx, fakeNotification({ at: ctx.now() }), null))
async function sendAll(): Promise<void> {
  const turns = outboxTurns(ctx)
  while ((await turns.next()) > 0) await turns.ended()
}
/** A channel that was told so many things that it took none of. */
async function refusing(count: number): Promise<Channel> {
  const channel = await createChannel(ctx, slack)
  answer = { status: 'refused', words: 'hooks.chat.test answered 404: no_service.' }
  for (let index = 0; index < count; index += 1) {
    await tell()
    await sendAll()
  }
  return channel
}

describe('where a channel leads', () => {
  test('is sealed in the database and in no answer, no list and no audit', async () => {
    const created = await createChannel(ctx, { ...slack, kind: 'webhook', signingKey })
    await changeChannel(ctx, { channelId: created.id, url: `${address}-2`, signingKey })
    await testChannel(ctx, { channelId: created.id })
    const seen = [
      created,
      await channelsOf(ctx, 42),
      await channelDetail(ctx, created.id),
      await audit(),
      await database.db.channel.findMany(),
    ]
    for (const secret of ['very-secret-part', signingKey.slice('whsec_'.length)])
      expect(inspect(seen, { depth: null, maxStringLength: null })).not.toContain(secret)
    expect(created.config).toEqual({ host: 'hooks.chat.test', recipients: [] })
    expect(destinations).toEqual([{ kind: 'webhook', url: `${address}-2`, signingKey }])
  })

  test.each<[string, Partial<CreateChannel>, string]>([
    ['another protocol', { url: 'ftp://hooks.chat.test/x' }, 'https://'],
    ['a script', { url: 'javascript:alert(1)' }, 'https://'],
    ['a password in it', { url: 'https://user:word@hooks.chat.test/x' }, 'user or password'],
    ['too long', { url: `https://hooks.chat.test/${'x'.repeat(2000)}` }, 'https://'],
    ['absent', { url: undefined }, 'https://'],
    ['without a key', { kind: 'webhook' }, 'signing key'],
    ['with a short key', { kind: 'webhook', signingKey: 'whsec_short' }, 'signing key'],
    ['of nobody', { kind: 'email', recipients: [] }, 'recipients'],
    ['with a header in it', { kind: 'email', recipients: ['a@b.jp\r\nBcc: c@d.jp'] }, 'recipient'],
    ['with two in one', { kind: 'email', recipients: ['<a@b.jp>, c@d.jp'] }, 'recipient'],
    ['of too many', { kind: 'email', recipients: Array.from({ length: 21 }, (_, at) => `a${at}@b.jp`) }, 'recipients'],
    ['without a name', { name: '  ' }, 'name'],
    ['with a long name', { name: 'x'.repeat(61) }, 'name'],
    ['with a rule of no event', { rules: [{ events: [], environments: ['*'] }] }, 'event'],
    [
      'with a name that no environment has',
      { rules: [{ events: ['operation-failed'], environments: ['a b'] }] },
      'environment',
    ],
  ])('is not taken when it is %s', async (_, change, words) => {
    const error = await refusal(createChannel(ctx, { ...slack, ...change }))
    expect(error).toMatchObject({ kind: 'invalid', message: expect.stringContaining(words) })
    expect(await database.db.channel.count()).toBe(0)
    expect(await audit()).toMatchObject([{ action: 'channel.create', outcome: 'refused' }])
  })

  test('is changed as a whole: a new address without its key is none', async () => {
    const { id } = await createChannel(ctx, { ...slack, kind: 'webhook', signingKey })
    expect((await refusal(changeChannel(ctx, { channelId: id, url: `${address}-2` }))).kind).toBe('invalid')
    await testChannel(ctx, { channelId: id })
    expect(destinations).toEqual([{ kind: 'webhook', url: address, signingKey }])
  })
})

describe('who sees to channels', () => {
  const inProject: [string, Actor, string | null][] = [
    ['a maintainer', member('maintainer'), null],
    ['a developer', member('developer'), 'forbidden'],
    ['a reporter', member('reporter'), 'forbidden'],
    ['a maintainer of another project', member('maintainer', { projectId: 43 }), 'not-found'],
    ['who may only look', onlooker, 'forbidden'],
  ]

  test.each(inProject)('of a project: %s', async (_, actor, kind) => {
    const { id } = await createChannel(as(operator), slack)
    const asked = [
      () => channelsOf(as(actor), 42),
      () => channelDetail(as(actor), id),
      () => createChannel(as(actor), slack),
      () => changeChannel(as(actor), { channelId: id, name: 'other' }),
      () => testChannel(as(actor), { channelId: id }),
      () => removeChannel(as(actor), { channelId: id }),
    ]
    for (const ask of asked) {
      if (kind === null) await ask()
      else expect((await refusal(ask())).kind).toBe(kind)
    }
    expect(destinations).toHaveLength(kind === null ? 1 : 0)
    expect(await database.db.channel.count()).toBe(1)
  })

  test('for every project: admins, and for others there are none', async () => {
    const { id } = await createChannel(ctx, { ...slack, projectId: null })
    expect(await channelsOf(ctx, null)).toMatchObject([{ id, projectId: null }])
    const maintainer = as(member('maintainer'))
    expect((await refusal(channelsOf(maintainer, null))).kind).toBe('forbidden')
    expect((await refusal(createChannel(maintainer, { ...slack, projectId: null }))).kind).toBe('forbidden')
    const gone = { kind: 'not-found', message: 'There is no such channel any more.' }
    expect(await refusal(channelDetail(maintainer, id))).toMatchObject(gone)
    expect(await refusal(testChannel(maintainer, { channelId: id }))).toMatchObject(gone)
    expect(await refusal(removeChannel(maintainer, { channelId: id }))).toMatchObject(gone)
  })
})

describe('a test', () => {
  test('answers in the words of the other side', async () => {
    const { id } = await createChannel(ctx, slack)
    expect(await testChannel(ctx, { channelId: id })).toEqual({ words: 'hooks.chat.test answered 200: ok.' })
    answer = { status: 'refused', words: 'hooks.chat.test answered 403: invalid_token.' }
    expect(await refusal(testChannel(ctx, { channelId: id }))).toMatchObject({
      kind: 'refused',
      message: 'hooks.chat.test answered 403: invalid_token.',
    })
    expect((await audit()).slice(1)).toMatchObject([
      { action: 'channel.test', outcome: 'succeeded', words: 'hooks.chat.test answered 200: ok.' },
      { action: 'channel.test', outcome: 'refused', words: 'hooks.chat.test answered 403: invalid_token.' },
    ])
  })
})

describe('what was given up', () => {
  test('is shown with the reason, and goes out under its own id when it is sent again', async () => {
    const { id } = await refusing(1)
    const [dead] = (await channelDetail(ctx, id)).health.deadLetters
    expect(dead).toMatchObject({
      title: 'Did not promote a1b2c3d4 to production',
      status: 'dead',
      error: 'hooks.chat.test answered 404: no_service.',
    })
    answer = { status: 'sent', words: 'ok' }
    expect(await resendDeadLetters(ctx, { channelId: id, messageId: dead?.id ?? '' })).toEqual({ messages: 1 })
    await sendAll()
    const { health } = await channelDetail(ctx, id)
    expect(health).toMatchObject({
      dead: 0,
      deadLetters: [],
      messages: [{ id: dead?.id, status: 'sent', error: null }],
    })
  })

  test('is sent again or dropped all at once, and dropped alone', async () => {
    const { id } = await refusing(3)
    const [newest] = (await channelDetail(ctx, id)).health.deadLetters
    expect(await dropDeadLetters(ctx, { channelId: id, messageId: newest?.id ?? '' })).toEqual({ messages: 1 })
    expect(await resendDeadLetters(ctx, { channelId: id, messageId: null })).toEqual({ messages: 2 })
    await sendAll()
    expect((await channelDetail(ctx, id)).health.dead).toBe(2)
    expect(await dropDeadLetters(ctx, { channelId: id, messageId: null })).toEqual({ messages: 2 })
    expect(await refusal(dropDeadLetters(ctx, { channelId: id, messageId: null }))).toMatchObject({ kind: 'not-found' })
    expect((await audit()).slice(1).map(({ action, outcome, words }) => [action, outcome, words])).toEqual([
      ['channel.drop', 'succeeded', 'Dropped: one message.'],
      ['channel.resend', 'succeeded', 'Sent again: 2 messages.'],
      ['channel.drop', 'succeeded', 'Dropped: 2 messages.'],
      ['channel.drop', 'failed', 'There is no such message any more, or it goes out already.'],
    ])
  })

  test('of another channel is not reached by naming it here', async () => {
    const { id } = await refusing(1)
    const other = await createChannel(ctx, { ...slack, name: 'other' })
    const messageId = (await channelDetail(ctx, id)).health.deadLetters[0]?.id ?? ''
    for (const change of [resendDeadLetters, dropDeadLetters])
      for (const [channelId, letter] of [
        [other.id, messageId],
        [id, '\0'],
      ] as const)
        expect((await refusal(change(ctx, { channelId, messageId: letter }))).kind).toBe('not-found')
    expect((await channelDetail(ctx, id)).health.dead).toBe(1)
  })

  test('holds what waited when the channel was switched off, and waits there until it is on again', async () => {
    const { id } = await createChannel(ctx, slack)
    await tell()
    await changeChannel(ctx, { channelId: id, enabled: false })
    await tell()
    await sendAll()
    expect(destinations).toEqual([])
    const { health } = await channelDetail(ctx, id)
    expect(health.deadLetters).toMatchObject([{ error: 'The channel was switched off.' }])
    expect((await refusal(resendDeadLetters(ctx, { channelId: id, messageId: null }))).kind).toBe('refused')
    await changeChannel(ctx, { channelId: id, enabled: true })
    await resendDeadLetters(ctx, { channelId: id, messageId: null })
    await sendAll()
    expect(destinations).toHaveLength(1)
  })
})

test('a channel that is removed takes what waits for it along', async () => {
  const { id } = await refusing(1)
  await tell()
  await removeChannel(ctx, { channelId: id })
  expect(await database.db.outboxMessage.count()).toBe(0)
  expect(await channelsOf(ctx, 42)).toEqual([])
})

test('a place has fifty channels at most', async () => {
  for (let index = 0; index < 50; index += 1) await createChannel(ctx, { ...slack, name: `channel ${index}` })
  expect((await refusal(createChannel(ctx, slack))).kind).toBe('refused')
  await createChannel(ctx, { ...slack, projectId: null })
})
