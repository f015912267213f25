import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '#lib/db/client.ts'
import { eventsOf } from '#lib/db/dokku-events.ts'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { type Listening, listen } from '#lib/db/notifications.ts'
import { keepHosts } from '#lib/db/observations-projects.ts'
import { writeSnapshot } from '#lib/db/observations-snapshot.ts'
import { renewWatches } from '#lib/db/watches.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { syncHost } from './dokku.ts'
import { emptyGitlab, emptyHost, type FakeHostState, fakeWorld, minutesAfter } from './fake-world.ts'
import { measure } from './host-usage.ts'

let database: FreshDatabase
let plain: FakeHostState
let plugged: FakeHostState
let world: ReturnType<typeof fakeWorld>

beforeEach(async () => {
  database = await freshDatabase()
  plain = emptyHost()
  plugged = emptyHost()
  plugged.look.berthPlugin = '0.1.0'
  world = fakeWorld(database.db, emptyGitlab(), { plain, plugged })
  await keepHosts(
    database.db,
    ['plain', 'plugged'].map((name) => ({ name, address: `${name}.test`, port: 22 })),
  )
})

afterEach(() => database.drop())

function put(state: FakeHostState, name: string, status: 'running' | 'exited' = 'running') {
  const at = minutesAfter(-600)
  const app = { name, createdAt: at, locked: false, deployedSha: `sha-of-${name}`, sourceImage: null, deployedAt: at }
  state.look.apps.push(app)
  state.reports.set(name, {
    deployed: true,
    running: status === 'running' ? 'true' : 'false',
    restore: true,
    processes: [{ type: 'web', index: 1, status }],
  })
  state.domains.set(name, [`${name}.test`])
  state.scales.set(name, { web: 1 })
}

function putDatabase(state: FakeHostState, name: string, links: string[]) {
  state.look.services.push({ plugin: 'postgres', name })
  const service = { plugin: 'postgres', name, status: 'running', version: '18', links, sizeBytes: null }
  state.services.set(name, service)
}

async function look(host: 'plain' | 'plugged'): Promise<string[]> {
  const { commands } = host === 'plain' ? plain : plugged
  commands.length = 0
  await syncHost(world, host)
  return [...commands]
}

/** Two looks: the first finds the plugin, the second uses it. */
async function lookTwice(host: 'plain' | 'plugged') {
  await look(host)
  return look(host)
}

/** What is written of a host, without which host it is and when a row was last touched. */
async function factsOf(host: string) {
  const [apps, services, row] = await Promise.all([
    database.db.dokkuApp.findMany({ where: { host }, orderBy: { name: 'asc' } }),
    database.db.dokkuService.findMany({ where: { host }, orderBy: { name: 'asc' } }),
    database.db.dokkuHost.findUniqueOrThrow({ where: { name: host } }),
  ])
  return {
    apps: apps.map(({ host, detailAt, observedAt, ...facts }) => facts),
    services: services.map(({ host, observedAt, ...facts }) => facts),
    host: { version: row.version, plugins: row.plugins, observedAt: row.observedAt },
  }
}

describe('a host with the plugin', () => {
  it('is read by one command once the plugin is known, and was looked at again at once for it', async () => {
    const nudged: string[] = []
    const listening: Listening = await listen(database.url, (topics) => nudged.push(...topics))
    put(plugged, 'shop')
    expect(await look('plugged')).toEqual(['look'])
    await expect.poll(() => nudged).toContain('look:dokku:plugged')
    await listening.close()
    expect(await look('plugged')).toEqual(['snapshot'])
    expect(await database.db.dokkuHost.findUniqueOrThrow({ where: { name: 'plugged' } })).toMatchObject({
      berthPlugin: '0.1.0',
      diskTotalBytes: 100_000_000_000n,
      diskFreeBytes: 60_000_000_000n,
    })
  })

  it('has the same facts written as one without', async () => {
    for (const state of [plain, plugged]) {
      put(state, 'shop')
      put(state, 'blog', 'exited')
      putDatabase(state, 'shop-database', ['shop'])
      putDatabase(state, 'left', [])
    }
    await renewWatches(database.db, ['app:plain/shop', 'app:plain/blog'], 600)
    await lookTwice('plain')
    await lookTwice('plugged')
    expect(await factsOf('plugged')).toEqual(await factsOf('plain'))

    for (const state of [plain, plugged]) {
      state.look.apps.pop()
      state.look.services.pop()
      put(state, 'wiki')
      const shop = state.look.apps[0]
      if (shop) state.look.apps[0] = { ...shop, locked: true, deployedSha: 'newer', deployedAt: minutesAfter(1) }
      state.services.set('shop-database', { ...state.services.get('shop-database'), status: 'exited' } as never)
      state.domains.set('shop', ['shop.test', 'www.shop.test'])
    }
    world.time = minutesAfter(31)
    await renewWatches(database.db, ['app:plain/wiki'], 600)
    await look('plain')
    await look('plugged')
    const { apps } = await factsOf('plugged')
    expect(apps.map(({ name }) => name)).toEqual(['shop', 'wiki'])
    expect(await factsOf('plugged')).toEqual(await factsOf('plain'))
  })

  it('is read without it while the snapshot cannot be had, and by it again afterwards', async () => {
    put(plugged, 'shop')
    await lookTwice('plugged')
    plugged.snapshotFailure = new BerthError('unavailable', 'dokku', 'berth:snapshot has format 2.')
    put(plugged, 'blog')
    world.time = minutesAfter(1)
    expect(await look('plugged')).toEqual(['snapshot', 'look', 'processes blog', 'domains blog'])
    const { cost, failingSince } = await database.db.source.findUniqueOrThrow({ where: { id: 'dokku:plugged' } })
    expect(cost).toMatchObject({ note: expect.stringContaining('berth:snapshot has format 2.') })
    expect(failingSince).toBeNull()
    expect(await database.db.dokkuApp.count({ where: { host: 'plugged' } })).toBe(2)

    world.time = minutesAfter(1.5)
    expect(await look('plugged')).toEqual(['look'])
    plugged.snapshotFailure = null
    world.time = minutesAfter(2)
    expect(await look('plugged')).toEqual(['snapshot'])
    const after = await database.db.source.findUniqueOrThrow({ where: { id: 'dokku:plugged' } })
    expect(after.cost).not.toHaveProperty('note')
  })

  it('keeps its facts when it falls silent', async () => {
    put(plugged, 'shop')
    await lookTwice('plugged')
    const before = await factsOf('plugged')
    plugged.failure = new BerthError('unavailable', 'dokku', 'plugged.test does not answer.')
    world.time = minutesAfter(1)
    expect(await syncHost(world, 'plugged')).toMatchObject({ status: 'failed' })
    expect(await factsOf('plugged')).toEqual(before)
  })

  it('is taken for one without as soon as it says so', async () => {
    put(plugged, 'shop')
    await lookTwice('plugged')
    plugged.look.berthPlugin = null
    plugged.snapshotFailure = new BerthError('refused', 'dokku', '`berth:snapshot` is not a dokku command.')
    world.time = minutesAfter(1)
    await look('plugged')
    world.time = minutesAfter(10)
    expect((await look('plugged'))[0]).toBe('look')
    expect(await database.db.dokkuHost.findUniqueOrThrow({ where: { name: 'plugged' } })).toMatchObject({
      berthPlugin: null,
      diskTotalBytes: null,
    })
  })

  it('has no events made up: it tells them itself', async () => {
    put(plugged, 'shop')
    await lookTwice('plugged')
    put(plugged, 'blog')
    world.time = minutesAfter(1)
    await look('plugged')
    plugged.snapshotFailure = new BerthError('unavailable', 'dokku', 'It broke.')
    put(plugged, 'wiki')
    world.time = minutesAfter(2)
    await look('plugged')
    expect(await eventsOf(database.db, { host: 'plugged', app: 'blog' }, 10)).toEqual([])
    expect(await eventsOf(database.db, { host: 'plugged', app: 'wiki' }, 10)).toEqual([])
  })

  it('has config keys asked while somebody looks, and scale by the snapshot', async () => {
    put(plugged, 'shop')
    plugged.configKeys.set('shop', ['SECRET'])
    await lookTwice('plugged')
    await renewWatches(database.db, ['app:plugged/shop'], 600)
    expect(await look('plugged')).toEqual(['snapshot', 'configKeys shop'])
    const shop = await database.db.dokkuApp.findFirstOrThrow({ where: { host: 'plugged' } })
    expect(shop).toMatchObject({ configKeys: ['SECRET'], scale: { web: 1 } })
    plugged.scales.set('shop', { web: 2 })
    await look('plugged')
    const scaled = await database.db.dokkuApp.findFirstOrThrow({ where: { host: 'plugged' } })
    expect(scaled).toMatchObject({ configKeys: ['SECRET'], scale: { web: 2 } })
  })

  it('tells memory and CPU only of apps that somebody looks at, and sizes of all databases', async () => {
    for (const name of ['shop', 'blog']) {
      put(plugged, name)
      plugged.memory.set(name, 120)
    }
    putDatabase(plugged, 'shop-database', ['shop'])
    plugged.sizes.set('shop-database', 41e6)
    await lookTwice('plugged')
    const dokku = world.dokku.get('plugged')
    if (!dokku) throw new Error('The host is missing.')
    const asked = async () => {
      plugged.commands.length = 0
      await measure(world, dokku, new AbortController().signal)
      return [...plugged.commands]
    }
    expect(await asked()).toEqual(['snapshot --usage'])
    world.time = minutesAfter(59)
    expect(await asked()).toEqual([])
    await renewWatches(database.db, ['app:plugged/shop'], 600)
    expect(await asked()).toEqual(['snapshot --usage'])
    world.time = minutesAfter(59 + 14 / 60)
    expect(await asked()).toEqual([])
    world.time = minutesAfter(59 + 15 / 60)
    expect(await asked()).toEqual(['snapshot --usage'])
    await look('plugged')
    const apps = await database.db.dokkuApp.findMany({ where: { host: 'plugged' }, orderBy: { name: 'asc' } })
    expect(apps).toMatchObject([
      { name: 'blog', usage: null },
      { name: 'shop', usage: [{ type: 'web', index: 1, memoryBytes: 120e6, cpuPercent: 1 }], usageAt: world.time },
    ])
    expect(await database.db.dokkuService.findFirst()).toMatchObject({ name: 'shop-database', sizeBytes: 41_000_000n })
  })
})

describe('500 apps', () => {
  beforeEach(() => {
    for (let index = 0; index < 500; index += 1) {
      put(plugged, `app-${index}`)
      putDatabase(plugged, `app-${index}-database`, [`app-${index}`])
    }
  })

  it('are written in a few statements, and rows that say the same are not touched', async () => {
    const counted = countingStatements(database.db)
    const snapshot = await world.dokku.get('plugged')?.snapshot()
    if (!snapshot) throw new Error('The host is missing.')
    const written = await writeSnapshot(counted.db, { host: 'plugged', asOf: minutesAfter(0) }, snapshot)
    expect(written).toMatchObject({ apps: { length: 500 }, services: { length: 500 } })
    expect(counted.statements()).toBeLessThanOrEqual(10)

    const versions = () =>
      database.db.$queryRaw`SELECT name, xmin::text FROM "DokkuApp" UNION SELECT name, xmin::text FROM "DokkuService"`
    const before = await versions()
    const again = await writeSnapshot(database.db, { host: 'plugged', asOf: minutesAfter(0.4) }, snapshot)
    expect(again).toEqual({ apps: [], services: [] })
    expect(await versions()).toEqual(before)

    await writeSnapshot(database.db, { host: 'plugged', asOf: minutesAfter(0.5) }, snapshot)
    const current = { processesAt: minutesAfter(0.5), domainsAt: minutesAfter(0.5), observedAt: minutesAfter(0) }
    expect(await database.db.dokkuApp.count({ where: current })).toBe(500)
  })

  it('cost one command a look, and one app that changes is one change', async () => {
    await lookTwice('plugged')
    plugged.reports.set('app-7', { deployed: true, running: 'false', restore: true, processes: [] })
    world.time = minutesAfter(1)
    expect(await syncHost(world, 'plugged')).toMatchObject({ status: 'done', cost: { requests: 1, changed: 1 } })
  })
})

/** The same database, counting what is sent to it. */
function countingStatements(db: Database) {
  let statements = 0
  const counting = db.$extends({
    query: {
      $allOperations({ args, query }) {
        statements += 1
        return query(args)
      },
    },
  })
  return { db: counting as unknown as Database, statements: () => statements }
}
