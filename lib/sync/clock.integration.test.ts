import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { hostStaleMinutes } from '#lib/domain/truth.ts'
import { decideByClock } from './clock.ts'
import { syncHost } from './dokku.ts'
import { emptyHost, minutesAfter } from './fake-world.ts'
import { syncProject } from './gitlab.ts'
import { reviewWorld } from './test-world.ts'

let database: FreshDatabase
beforeEach(async () => {
  database = await freshDatabase()
})
afterEach(() => database.drop())

it('a host that fell silent says nothing about now, and says so again once it answers', async () => {
  const review = emptyHost()
  const { world } = await reviewWorld(database.db, { review })
  await syncProject(world, 42, 'full')
  await syncHost(world, 'review')
  const dokku = async () => {
    await decideByClock(world)
    const kept = await database.db.boardRow.findFirstOrThrow({ where: { key: 'e3' } })
    return (kept.value as { dokku: { state: string; health: string } }).dokku
  }
  expect(await dokku()).toMatchObject({ state: 'missing', health: 'critical' })

  review.failure = new BerthError('unavailable', 'dokku', 'Nobody answers.')
  world.time = minutesAfter(hostStaleMinutes + 1)
  await syncHost(world, 'review')
  expect(await dokku()).toMatchObject({ state: 'missing', health: 'unknown' })

  review.failure = null
  await syncHost(world, 'review')
  expect(await dokku()).toMatchObject({ state: 'missing', health: 'critical' })
})
