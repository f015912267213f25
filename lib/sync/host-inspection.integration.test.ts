import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventsOf } from '#lib/db/dokku-events.ts'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { keepHosts } from '#lib/db/observations-projects.ts'
import { renewWatches } from '#lib/db/watches.ts'
import type { DokkuApp, ProcessStatus } from '#lib/domain/dokku-app.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { syncHost } from './dokku.ts'
import { emptyGitlab, emptyHost, type FakeHostState, fakeWorld, minutesAfter, startAt } from './fake-world.ts'
import { burstSeconds } from './host-credit.ts'

let database: FreshDatabase
let host: FakeHostState
let world: ReturnType<typeof fakeWorld>

const reportSeconds = 0.5

beforeEach(async () => {
  database = await freshDatabase()
  host = emptyHost()
  world = fakeWorld(database.db, emptyGitlab(), { review: host })
  await keepHosts(database.db, [{ name: 'review', address: 'review.test', port: 22 }])
})

afterEach(() => database.drop())

function put(
  name: string,
  {
    status = 'running',
    count = 1,
    more = {},
  }: { status?: ProcessStatus; count?: number; more?: Partial<DokkuApp> } = {},
) {
  const at = minutesAfter(-600)
  const app = { name, createdAt: at, locked: false, deployedSha: `sha-of-${name}`, sourceImage: null, deployedAt: at }
  host.look.apps = [...host.look.apps.filter((known) => known.name !== name), { ...app, ...more }]
  host.reports.set(name, {
    deployed: true,
    running: 'true',
    restore: true,
    processes: Array.from({ length: count }, (_, index) => ({ type: 'web', index: index + 1, status })),
  })
}

function putMany(count: number) {
  for (let index = 0; index < count; index += 1) put(`app-${index}`)
}

async function look(): Promise<string[]> {
  host.commands.length = 0
  await syncHost(world, 'review', { sharePercent: 10 })
  return [...host.commands]
}

/** Looks every ten seconds; answers with every command by app, in the order asked. */
async function lookFor(seconds: number, between: () => void = () => {}): Promise<string[]> {
  const commands: string[] = []
  const end = world.time.getTime() + seconds * 1000
  for (let next = world.time.getTime(); next < end; next += 10_000) {
    world.time = new Date(Math.max(next, world.time.getTime()))
    commands.push(...(await look()))
    between()
  }
  return commands
}

const reportsIn = (commands: string[]) => commands.filter((command) => command.startsWith('processes '))

describe('on a host that takes its time', () => {
  beforeEach(() => {
    host.seconds = { look: 0.2, processes: reportSeconds, domains: 0.13, service: 0.2 }
  })

  it('never takes more than the share, a burst and one question, and asks every app in turn', async () => {
    putMany(60)
    const commands = await lookFor(600)
    const elapsed = (world.time.getTime() - startAt.getTime()) / 1000
    const spent = world.dokku.get('review')?.commandSeconds ?? 0
    expect(spent).toBeLessThanOrEqual(elapsed * 0.1 + burstSeconds + reportSeconds)
    expect(spent).toBeGreaterThan(elapsed * 0.09)
    const asked = reportsIn(commands)
    expect(new Set(asked.slice(0, 60)).size).toBe(60)
  })

  it('gets round on a host that is so large that reading it takes more than a burst', async () => {
    putMany(20)
    host.seconds = { look: 2 * burstSeconds, processes: reportSeconds }
    const asked: string[] = []
    for (let look = 0; look < 10; look += 1) {
      asked.push(...reportsIn(await lookFor(10)))
      world.time = new Date(startAt.getTime() + (look + 1) * 120_000)
    }
    expect(new Set(asked).size).toBe(20)
  })

  it('asks about what changed before the round goes on, also when it had no time for it at once', async () => {
    putMany(40)
    host.seconds = { processes: 20 }
    await look()
    put('app-39', { more: { deployedSha: 'new' } })
    expect(await look()).toEqual(['look'])
    world.time = new Date(world.time.getTime() + 160_000)
    expect((await look())[1]).toBe('processes app-39')
  })

  it('asks about an app that was just deployed every quarter of a minute, not at each look', async () => {
    host.seconds = {}
    put('shop', { more: { deployedAt: startAt } })
    await look()
    expect(reportsIn(await lookFor(60))).toHaveLength(2)
  })

  it('keeps asking about an app that somebody looks at while much is left to ask', async () => {
    putMany(100)
    await renewWatches(database.db, ['app:review/app-99'], 3600)
    const asked = reportsIn(await lookFor(200))
    expect(asked[0]).toBe('processes app-99')
    expect(asked.filter((command) => command === 'processes app-99').length).toBeGreaterThanOrEqual(8)
    expect(new Set(asked).size).toBeGreaterThanOrEqual(15)
  })

  it('gives a restarted worker no new credit, nor one that died during a look', async () => {
    putMany(40)
    const first = reportsIn(await look()).length
    expect(first).toBeGreaterThan(3)
    world = fakeWorld(database.db, emptyGitlab(), { review: host })
    world.time = new Date(startAt.getTime() + 10_000)
    host.reports.clear()
    const dokku = world.dokku.get('review')
    if (!dokku) throw new Error('The host is missing.')
    const { processReport } = dokku
    dokku.processReport = () => Promise.reject(new Error('The worker dies.'))
    await look()
    dokku.processReport = processReport
    world.time = new Date(startAt.getTime() + 10_000)
    expect(await look()).toEqual(['look'])
  })

  it('lets a question that took very long be paid for', async () => {
    putMany(3)
    host.seconds = { processes: 30 }
    expect(reportsIn(await look())).toHaveLength(1)
    world.time = new Date(startAt.getTime() + 269_000)
    expect(reportsIn(await look())).toHaveLength(0)
    world.time = new Date(startAt.getTime() + 271_000)
    expect(reportsIn(await look())).toHaveLength(1)
  })
})

it('asks config keys and scale of an app while somebody looks at it', async () => {
  put('shop')
  host.configKeys.set('shop', ['DATABASE_URL', 'SECRET_KEY_BASE'])
  host.scales.set('shop', { web: 2, worker: 0 })
  await look()
  const row = () => database.db.dokkuApp.findFirstOrThrow({ where: { name: 'shop' } })
  expect(await row()).toMatchObject({ configKeys: [], scale: null, detailAt: null })
  await renewWatches(database.db, ['app:review/shop'], 600)
  world.time = minutesAfter(1)
  expect(await look()).toEqual(expect.arrayContaining(['configKeys shop', 'scale shop']))
  expect(await row()).toMatchObject({
    configKeys: ['DATABASE_URL', 'SECRET_KEY_BASE'],
    scale: { web: 2, worker: 0 },
    detailAt: minutesAfter(1),
  })
  world.time = minutesAfter(1.5)
  expect(await look()).toEqual(['look', 'processes shop'])

  host.scales.set('shop', { web: 1, worker: 0 })
  put('shop', { status: 'restarting' })
  world.time = minutesAfter(1.6)
  expect(await look()).toEqual(['look', 'processes shop'])
  put('shop', { count: 2 })
  world.time = minutesAfter(1.7)
  expect(await look()).toEqual(['look', 'processes shop', 'configKeys shop', 'scale shop'])
  expect(await row()).toMatchObject({ scale: { web: 1, worker: 0 } })
})

describe('events of a host without the plugin', () => {
  const told = async (app: string) =>
    (await eventsOf(database.db, { host: 'review', app }, 10)).map(({ kind, process }) => [kind, process])

  it('are told by two looks in a row, and only by them', async () => {
    put('shop')
    await look()
    expect(await told('shop')).toEqual([])
    world.time = minutesAfter(10)
    put('shop', { status: 'restarting', more: { locked: true } })
    put('blog', { more: { createdAt: minutesAfter(9), deployedAt: minutesAfter(9.5) } })
    await look()
    expect(await told('blog')).toEqual([
      ['deployed', null],
      ['created', null],
    ])
    expect(new Set((await told('shop')).map(([kind]) => kind))).toEqual(new Set(['locked', 'restarting']))
    world.time = minutesAfter(20)
    host.look.apps = []
    await look()
    expect((await told('shop'))[0]).toEqual(['destroyed', null])
    world.time = minutesAfter(30)
    await look()
    expect(await told('shop')).toHaveLength(3)
  })

  it('are what changed while the host was away, told once', async () => {
    put('shop')
    await look()
    host.failure = new BerthError('unavailable', 'dokku', 'review.test does not answer.')
    world.time = minutesAfter(10)
    await look()
    host.failure = null
    put('shop', { more: { deployedSha: 'new', deployedAt: minutesAfter(5) } })
    world.time = minutesAfter(20)
    await look()
    await look()
    expect(await told('shop')).toEqual([['deployed', null]])
  })
})
