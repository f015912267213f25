import { afterEach, beforeEach, expect, it } from 'vitest'
import { announced, announcedSince, forgetAnnouncements } from './announcements.ts'
import { type FreshDatabase, freshDatabase } from './fresh-database.ts'
import { publish, whisper } from './notifications.ts'

let database: FreshDatabase

beforeEach(async () => {
  database = await freshDatabase()
})

afterEach(() => database.drop())

async function since(last: number, gaps: number[] = [], topics = ['project:1', 'project:2', 'fleet']) {
  const told = await announcedSince(database.db, { last, gaps }, topics)
  return told === null ? null : told.toSorted()
}

it('tells those of the topics that were published since, each once', async () => {
  const { db } = database
  await publish(db, ['project:1'])
  await publish(db, ['project:2', 'environment:7'])
  await publish(db, ['project:2', 'fleet'])
  expect(await announced(db)).toEqual({ newest: 3, ids: [3, 2, 1] })
  expect(await since(0)).toEqual(['fleet', 'project:1', 'project:2'])
  expect(await since(1)).toEqual(['fleet', 'project:2'])
  expect(await since(1, [], ['project:9'])).toEqual([])
  expect(await since(3)).toEqual([])
  expect(await since(3, [1])).toEqual(['project:1'])
})

it('keeps nothing of a transaction that rolled back, and nothing that was only whispered', async () => {
  const { db } = database
  const rolledBack = db.$transaction(async (tx) => {
    await publish(tx, ['project:1'])
    throw new Error('roll back')
  })
  await expect(rolledBack).rejects.toThrow('roll back')
  await whisper(db, ['project:2'])
  await publish(db, [])
  expect(await announced(db)).toEqual({ newest: 1, ids: [] })
  expect(await since(0)).toEqual([])
})

it('cannot tell what followed a place that is older than what is kept, or that this database never gave', async () => {
  const { db } = database
  for (let id = 1; id <= 210; id += 1) await publish(db, [`project:${id}`])
  await forgetAnnouncements(db, new Date(Date.now() + 60_000))
  expect((await announced(db)).ids).toHaveLength(200)
  expect(await since(9)).toBeNull()
  expect(await since(10)).toEqual([])
  expect(await since(210, [10])).toBeNull()
  expect(await since(211)).toBeNull()
})

it('forgets nothing that is young', async () => {
  const { db } = database
  for (let id = 1; id <= 210; id += 1) await publish(db, ['fleet'])
  await forgetAnnouncements(db, new Date(Date.now() - 600_000))
  expect(await db.announcement.count()).toBe(210)
})
