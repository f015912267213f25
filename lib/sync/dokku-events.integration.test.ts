import { afterEach, beforeEach, expect, it } from 'vitest'
import { eventsOf, forgetEvents } from '#lib/db/dokku-events.ts'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { type Listening, listen } from '#lib/db/notifications.ts'
import { keepHosts } from '#lib/db/observations-projects.ts'
import type { DokkuEvent } from '#lib/domain/dokku-app.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { followHostEvents } from './dokku-events.ts'
import { emptyGitlab, emptyHost, type FakeHostState, fakeWorld, minutesAfter } from './fake-world.ts'

let database: FreshDatabase
let host: FakeHostState
let listening: Listening
let heard: string[]
const running: { stop(): Promise<void> }[] = []

beforeEach(async () => {
  database = await freshDatabase()
  host = emptyHost()
  heard = []
  await keepHosts(database.db, [{ name: 'review', address: 'review.test', port: 22 }])
  await database.db.dokkuHost.update({ where: { name: 'review' }, data: { berthPlugin: '0.1.0' } })
  listening = await listen(database.url, (topics) => heard.push(...topics))
})

afterEach(async () => {
  await Promise.all(running.splice(0).map((follower) => follower.stop()))
  await listening.close()
  await database.drop()
})

function startWorker() {
  const follower = followHostEvents(fakeWorld(database.db, emptyGitlab(), { review: host }))
  running.push(follower)
  return follower
}

const died = (more: Partial<DokkuEvent> = {}): DokkuEvent => ({
  at: minutesAfter(1),
  app: 'shop',
  kind: 'died',
  process: 'web.1',
  words: 'web.1 died with exit code 137.',
  ...more,
})

function happens(event: DokkuEvent) {
  for (const follower of host.followers) follower(event)
}

const eventually = <Value>(read: () => Value) => expect.poll(read, { timeout: 8_000 })
const isFollowed = () => eventually(() => host.followers.size).toBe(1)
const looks = () => heard.filter((topic) => topic === 'look:dokku:review').length
const told = () => eventsOf(database.db, { host: 'review', app: 'shop' }, 10)

it('writes an event down and has the host looked at', async () => {
  startWorker()
  await isFollowed()
  happens(died())
  await eventually(told).toEqual([died()])
  await eventually(() => heard).toEqual(expect.arrayContaining(['look:dokku:review', 'host:review']))
})

it('writes every event of many at once, with few looks for all of them', async () => {
  startWorker()
  await isFollowed()
  for (let index = 0; index < 500; index += 1) happens(died({ app: `app-${index}` }))
  await eventually(() => database.db.dokkuEvent.count()).toBe(500)
  expect(looks()).toBeLessThanOrEqual(2)
})

it('follows a host once, however many workers there are, and goes on when that one stops', async () => {
  const workers = [startWorker(), startWorker()]
  await isFollowed()
  happens(died())
  await eventually(told).toHaveLength(1)
  await workers[0]?.stop()
  await isFollowed()
  happens(died({ at: minutesAfter(2) }))
  await eventually(told).toHaveLength(2)
})

it.each([null, new BerthError('unavailable', 'dokku', 'The connection broke.')])(
  'follows again after the stream ended (%s)',
  async (error) => {
    startWorker()
    await isFollowed()
    host.hangUp(error)
    expect(host.followers.size).toBe(0)
    await isFollowed()
    happens(died())
    await eventually(told).toHaveLength(1)
  },
)

it('follows no host without the plugin, and each as soon as it has it', async () => {
  await database.db.dokkuHost.update({ where: { name: 'review' }, data: { berthPlugin: null } })
  startWorker()
  await eventually(() => database.db.source.count()).toBe(0)
  expect(host.commands).toEqual([])
  await database.db.dokkuHost.update({ where: { name: 'review' }, data: { berthPlugin: '0.1.0' } })
  await isFollowed()
})

it('keeps what a host says bounded and readable', async () => {
  startWorker()
  await isFollowed()
  happens(died({ words: `\0${'x'.repeat(10_000)}` }))
  await eventually(told).toEqual([died({ words: 'x'.repeat(500) })])
})

it('forgets what is old', async () => {
  startWorker()
  await isFollowed()
  happens(died())
  happens(died({ at: minutesAfter(10) }))
  await eventually(told).toHaveLength(2)
  await forgetEvents(database.db, minutesAfter(5))
  expect(await told()).toEqual([died({ at: minutesAfter(10) })])
})
