import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type FreshDatabase, freshDatabase } from './fresh-database.ts'
import { type Listening, listen, publish } from './notifications.ts'

let database: FreshDatabase
let listening: Listening | null = null

beforeEach(async () => {
  database = await freshDatabase()
})

afterEach(async () => {
  await listening?.close()
  listening = null
  await database.drop()
})

test('what one process publishes, another hears', async () => {
  const heard: string[] = []
  listening = await listen(database.url, (topics) => heard.push(...topics))
  await publish(database.db, ['fleet', 'project:42', 'fleet'])
  await vi.waitFor(() => expect(heard).toEqual(['fleet', 'project:42']))
})

test('more topics than one payload holds all arrive', async () => {
  const topics = Array.from({ length: 2000 }, (_, index) => `environment:${index}`)
  const heard = new Set<string>()
  listening = await listen(database.url, (some) => {
    for (const topic of some) heard.add(topic)
  })
  await publish(database.db, topics)
  await vi.waitFor(() => expect(heard.size).toBe(2000))
})

test('a transaction that rolls back says nothing; one that commits speaks then', async () => {
  const heard: string[] = []
  listening = await listen(database.url, (topics) => heard.push(...topics))
  await expect(
    database.db.$transaction(async (tx) => {
      await publish(tx, ['project:1'])
      throw new Error('roll back')
    }),
  ).rejects.toThrow('roll back')
  await database.db.$transaction((tx) => publish(tx, ['project:2']))
  await vi.waitFor(() => expect(heard).toEqual(['project:2']))
})

test('a broken connection comes back by itself and says that words may be missing', async () => {
  const heard: string[] = []
  const reconnected = vi.fn()
  listening = await listen(database.url, (topics) => heard.push(...topics), reconnected)
  await database.db.$queryRaw`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'berth-listen' AND datname = current_database()`
  await vi.waitFor(() => expect(reconnected).toHaveBeenCalledOnce(), { timeout: 5000 })
  await publish(database.db, ['fleet'])
  await vi.waitFor(() => expect(heard).toEqual(['fleet']))
})

test('after close nothing is heard and no connection stays', async () => {
  const heard: string[] = []
  const closing = await listen(database.url, (topics) => heard.push(...topics))
  await closing.close()
  await publish(database.db, ['fleet'])
  const rows = await database.db.$queryRaw<unknown[]>`
    SELECT 1 FROM pg_stat_activity WHERE application_name = 'berth-listen' AND datname = current_database()`
  expect({ heard, rows }).toEqual({ heard: [], rows: [] })
})
