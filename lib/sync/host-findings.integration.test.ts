import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { belongings } from '#lib/db/belongings.ts'
import { openFindings } from '#lib/db/findings.ts'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { addNamingClaim } from '#lib/db/naming-claims.ts'
import { listen } from '#lib/db/notifications.ts'
import { destroyability } from '#lib/domain/belonging.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { defaultMapping } from '#lib/domain/mapping.ts'
import { silentMinutes } from '#lib/domain/source.ts'
import { decideByClock } from './clock.ts'
import { syncHost } from './dokku.ts'
import {
  emptyHost,
  environment,
  type FakeGitlabState,
  type FakeHostState,
  type fakeWorld,
  minutesAfter,
  startAt,
} from './fake-world.ts'
import { syncProject } from './gitlab.ts'
import { decideHost } from './host-findings.ts'
import { reviewWorld } from './test-world.ts'

let database: FreshDatabase
let review: FakeHostState
let gitlab: FakeGitlabState
let world: ReturnType<typeof fakeWorld>

beforeEach(async () => {
  database = await freshDatabase()
  review = emptyHost()
  ;({ gitlab, world } = await reviewWorld(database.db, { review }))
  review.look.apps = [app('review-fix')]
})
afterEach(() => database.drop())

const app = (name: string) => ({
  name,
  createdAt: startAt,
  locked: false,
  deployedSha: 'sha-of-fix',
  sourceImage: null,
  deployedAt: startAt,
})
const look = async () => {
  await syncProject(world, 42, 'full')
  await syncHost(world, 'review')
}
const keys = async () =>
  (await openFindings(database.db, { host: 'review' }))
    .map(({ kind, unknownSince }) => (unknownSince ? `${kind}?` : kind))
    .sort()
const claimReview = () =>
  addNamingClaim(database.db, {
    projectId: 42,
    host: 'review',
    pattern: 'review-*',
    claimedBy: 'aiko',
    claimedAt: startAt,
  })

test('an app without environment is found once its name is claimed, and no more when it is gone', async () => {
  review.look.apps.push(app('review-old'))
  await look()
  expect(await keys()).toEqual([])
  await claimReview()
  await look()
  expect(await keys()).toEqual(['app-without-environment'])
  review.look.apps = [app('review-fix')]
  await look()
  expect(await keys()).toEqual([])
})

test('a host that falls silent: only that is known, and the rest comes back with it', async () => {
  review.look.apps.push(app('review-old'))
  await claimReview()
  await look()
  review.failure = new BerthError('unavailable', 'dokku', 'Nobody answers.')
  world.time = minutesAfter(1)
  await look()
  expect(await keys()).toEqual(['app-without-environment'])
  world.time = minutesAfter(2)
  await look()
  expect(await keys()).toEqual(['app-without-environment', 'host-unreachable'])
  world.time = minutesAfter(silentMinutes + 1)
  await decideByClock(world)
  expect(await keys()).toEqual(['app-without-environment?', 'host-unreachable'])
  review.failure = null
  await look()
  expect(await keys()).toEqual(['app-without-environment'])
})

test('a key that changed is evidence with both fingerprints, and stays the same finding at every look', async () => {
  await look()
  const [shown, pinned] = [`SHA256:${'a'.repeat(43)}`, `SHA256:${'b'.repeat(43)}`]
  review.refusedKey = shown
  for (const seconds of [10, 20]) {
    review.failure = new BerthError(
      'refused',
      'dokku',
      `It showed the key ${shown} (ssh-ed25519), but ${pinned} is pinned. It has failed since 2026-11-23T12:00:00.000Z; the next attempt is in ${seconds} s.`,
    )
    world.time = minutesAfter(seconds)
    await look()
    expect(await openFindings(database.db, { host: 'review' })).toMatchObject([
      { kind: 'host-key-changed', evidence: [{ words: `It showed ${shown}; ${pinned} is pinned.` }] },
    ])
  }
})

test('deciding again what did not change says nothing to anybody', async () => {
  const heard: string[] = []
  const listening = await listen(database.url, (topics) => heard.push(...topics))
  await claimReview()
  review.look.apps.push(app('review-old'))
  await look()
  await expect.poll(() => heard).toEqual(expect.arrayContaining(['findings', 'host:review']))
  await database.db.$executeRaw`SELECT pg_notify('berth', '{"topics":["mark"]}')`
  await expect.poll(() => heard).toContain('mark')
  heard.length = 0
  await decideHost(world, 'review', world.now())
  await database.db.$executeRaw`SELECT pg_notify('berth', '{"topics":["mark"]}')`
  await expect.poll(() => heard).toContain('mark')
  expect(heard).toEqual(['mark'])
  await listening.close()
})

test('a stop that removed nothing is known at the next look, though that said nothing new', async () => {
  await look()
  world.time = minutesAfter(1)
  gitlab.environments = [environment(3, 'review/fix', { state: 'stopped', updatedAt: world.time })]
  await syncProject(world, 42, 'full')
  const dokku = async () => {
    const { value } = await database.db.boardRow.findFirstOrThrow({ where: { key: 'e3' } })
    return (value as { dokku: { state: string } }).dokku.state
  }
  expect(await dokku()).toBe('checking')
  world.time = minutesAfter(2)
  await look()
  expect(await dokku()).toBe('still up')
  const open = await openFindings(database.db, { projectId: 42, environmentIds: 'all' })
  expect(open).toMatchObject([{ kind: 'stopped-but-up', since: minutesAfter(1) }])
})

describe('whose an app is', () => {
  const whose = (mapping = defaultMapping) => belongings(database.db, { hosts: ['review'], mappingOf: () => mapping })

  test('every environment of every project has its claim, also a stopped one', async () => {
    gitlab.environments = [...gitlab.environments, environment(4, 'review/old', { state: 'stopped' })]
    await look()
    expect((await whose()).claims).toMatchObject([
      { environmentId: 3, app: { host: 'review', app: 'review-fix' }, state: 'available' },
      { environmentId: 4, app: { host: 'review', app: 'review-old' }, database: { name: 'review-old-database' } },
    ])
  })

  test('an app that could be production is protected until its domains were read', async () => {
    gitlab.environments.push(
      environment(5, 'production', { tier: 'production', externalUrl: 'https://www.example.jp' }),
    )
    review.look.apps.push(app('review-shop'))
    await claimReview()
    await look()
    const shop = { host: 'review', app: 'review-shop' }
    await database.db.dokkuApp.updateMany({ data: { domains: [], domainsAt: null } })
    expect(destroyability(shop, await whose())).toMatchObject({
      reason: expect.stringContaining('domains were not read'),
    })
    await database.db.dokkuApp.updateMany({ data: { domainsAt: startAt } })
    expect(destroyability(shop, await whose())).toEqual({ allowed: true, projectId: 42 })
    await database.db.dokkuApp.updateMany({ where: { name: 'review-shop' }, data: { domains: ['www.example.jp'] } })
    expect(destroyability(shop, await whose()).allowed).toBe(false)
  })

  test('the keep lists of all projects count, with the databases of what they name', async () => {
    await look()
    const { keep } = await whose({
      ...defaultMapping,
      keep: ['review-fix'],
      named: { live: { host: 'review', app: 'x' } },
    })
    expect(keep).toEqual(['review-fix', 'review-fix-database', 'x', 'x-database'])
  })
})
