import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { renewWatches } from '#lib/db/watches.ts'
import type { DokkuApp, ProcessReport } from '#lib/domain/dokku-app.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { syncHost } from './dokku.ts'
import { emptyHost, type FakeHostState, type fakeWorld, minutesAfter, startAt } from './fake-world.ts'
import { syncProject } from './gitlab.ts'
import { reviewWorld } from './test-world.ts'

let database: FreshDatabase
let review: FakeHostState
let production: FakeHostState
let world: ReturnType<typeof fakeWorld>

const app = (name: string, more: Partial<DokkuApp> = {}): DokkuApp => ({
  name,
  createdAt: minutesAfter(-600),
  locked: false,
  deployedSha: `sha-of-${name}`,
  sourceImage: null,
  deployedAt: minutesAfter(-600),
  ...more,
})

const report = (status: 'running' | 'restarting'): ProcessReport => ({
  deployed: true,
  running: 'true',
  restore: true,
  processes: [{ type: 'web', index: 1, status }],
})

function put(host: FakeHostState, ...apps: DokkuApp[]) {
  host.look.apps.push(...apps)
  for (const { name } of apps) host.reports.set(name, report('running'))
}

beforeEach(async () => {
  database = await freshDatabase()
  review = emptyHost()
  production = emptyHost()
  const made = await reviewWorld(database.db, { review, production })
  world = made.world
  made.gitlab.deployments = made.gitlab.deployments.map((one) => ({ ...one, sha: 'sha-of-review-fix' }))
  await syncProject(world, 42, 'full')
})

afterEach(() => database.drop())

async function look(host: 'review' | 'production' = 'review') {
  const state = host === 'review' ? review : production
  state.commands.length = 0
  const outcome = await syncHost(world, host)
  return { outcome, commands: [...state.commands] }
}

const row = async () => (await database.db.boardRow.findFirstOrThrow({ where: { key: 'e3' } })).value

it('reads a host and decides the rows that rest on it', async () => {
  put(review, app('review-fix'))
  review.look.services.push({ plugin: 'postgres', name: 'review-fix-database' })
  review.services.set('review-fix-database', {
    plugin: 'postgres',
    name: 'review-fix-database',
    status: 'running',
    version: '18',
    links: ['review-fix'],
    sizeBytes: null,
  })
  const { commands } = await look()
  expect(commands).toEqual([
    'look',
    'processes review-fix',
    'service postgres review-fix-database',
    'domains review-fix',
  ])
  expect(await row()).toMatchObject({
    app: { host: 'review', exists: true, processes: [{ status: 'running' }] },
    database: { name: 'review-fix-database', exists: true, status: 'running', linked: true },
  })
})

it('costs one command while nothing changes and no report is too old', async () => {
  put(review, ...Array.from({ length: 8 }, (_, index) => app(`app-${index}`)))
  await look()
  world.time = minutesAfter(1)
  await look()
  world.time = minutesAfter(2)
  expect((await look()).commands).toEqual(['look'])
  world.time = minutesAfter(6)
  expect((await look()).commands.filter((command) => command.startsWith('processes'))).toHaveLength(8)
})

it('asks again for an app that changed, and for one that somebody looks at', async () => {
  put(review, app('review-fix'), app('other'))
  await look()
  world.time = minutesAfter(1)
  review.look.apps[1] = app('other', { deployedSha: 'new', deployedAt: minutesAfter(1) })
  expect((await look()).commands).toEqual(['look', 'processes other', 'domains other'])

  await renewWatches(database.db, ['environment:3'], 60)
  review.reports.set('review-fix', report('restarting'))
  world.time = minutesAfter(1.1)
  expect((await look()).commands).toEqual(['look', 'configKeys review-fix', 'scale review-fix', 'processes review-fix'])
  expect(await row()).toMatchObject({ app: { processes: [{ status: 'restarting' }] }, health: 'critical' })
})

it('calls another commit a drift only when GitLab, asked after the deploy, knows nothing of it', async () => {
  put(review, app('review-fix'))
  await look()
  world.time = minutesAfter(2)
  review.look.apps[0] = app('review-fix', { deployedSha: 'pushed-by-hand', deployedAt: minutesAfter(1) })
  await look()
  expect(await row()).toMatchObject({ app: { deployedSha: 'pushed-by-hand' }, findings: [] })
  world.time = minutesAfter(3)
  await syncProject(world, 42, 'idle')
  expect(await row()).toMatchObject({ findings: [{ kind: 'commit-drift' }] })
})

it('forgets an app that is gone', async () => {
  put(review, app('review-fix'))
  await look()
  review.look.apps.length = 0
  await look()
  expect(await database.db.dokkuApp.count()).toBe(0)
  expect(await row()).toMatchObject({ app: { exists: false } })
})

it('goes on past an app that cannot be read, and asks for it again after a minute', async () => {
  put(review, app('broken'), app('fine'))
  review.reports.delete('broken')
  expect((await look()).outcome).toMatchObject({ status: 'done' })
  expect(await database.db.dokkuApp.findFirst({ where: { name: 'fine' } })).toMatchObject({ processesAt: startAt })
  world.time = minutesAfter(0.9)
  expect((await look()).commands).toEqual(['look'])
  world.time = minutesAfter(1)
  expect((await look()).commands).toEqual(['look', 'processes broken'])
})

it('asks no further questions of a host that stops answering, and all of them when it answers again', async () => {
  put(review, app('one'), app('two'), app('three'), app('four'))
  const dokku = world.dokku.get('review')
  if (!dokku) throw new Error('The host is missing.')
  const { processReport } = dokku
  dokku.processReport = () => Promise.reject(new BerthError('unavailable', 'dokku', 'The connection broke.'))
  expect((await look()).commands).toEqual(['look'])
  dokku.processReport = processReport
  world.time = minutesAfter(2)
  expect((await look()).commands).toHaveLength(1 + 4 + 4)
})

it('keeps what it knows of an unreachable host, and the other host goes on', async () => {
  put(review, app('review-fix'))
  put(production, app('shop'))
  await look()
  review.failure = new BerthError('unavailable', 'dokku', 'review.test does not answer.')
  world.time = minutesAfter(1)
  expect((await look()).outcome).toMatchObject({ status: 'failed', isNewFailure: true })
  expect((await look('production')).outcome).toMatchObject({ status: 'done' })
  const sources = await database.db.source.findMany({ where: { id: { startsWith: 'dokku:' } }, orderBy: { id: 'asc' } })
  expect(sources).toMatchObject([
    { id: 'dokku:production', observedAt: minutesAfter(1), failingSince: null },
    { id: 'dokku:review', observedAt: startAt, failingSince: minutesAfter(1), error: { kind: 'unavailable' } },
  ])
  expect(await row()).toMatchObject({ app: { exists: true, processes: [{ status: 'running' }] } })
})

it('remembers which key a refused host showed until it shows the pinned one', async () => {
  review.failure = new BerthError('refused', 'dokku', 'The host shows another key.')
  review.refusedKey = 'SHA256:other'
  await look()
  const host = () => database.db.dokkuHost.findUniqueOrThrow({ where: { name: 'review' } })
  expect(await host()).toMatchObject({ refusedKey: 'SHA256:other', observedAt: null })
  review.failure = null
  review.refusedKey = null
  await look()
  expect(await host()).toMatchObject({ refusedKey: null, version: '0.38.27' })
})
