import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FreshDatabase, freshDatabase } from './fresh-database.ts'
import { countRequest, forgetRateCounts } from './rate-counts.ts'

let database: FreshDatabase

beforeEach(async () => {
  database = await freshDatabase()
})

afterEach(() => database.drop())

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 24, 12, 0, seconds))
const count = (key: string, seconds: number) => countRequest(database.db, key, { perMinute: 3 }, at(seconds))

it('lets as many through as may in a minute, also at the same moment, and then says how long to wait', async () => {
  const passages = await Promise.all(Array.from({ length: 8 }, () => count('webhook 42', 15)))
  expect(passages.filter(({ allowed }) => allowed)).toHaveLength(3)
  expect(await count('webhook 42', 59)).toEqual({ allowed: false, waitSeconds: 1 })
  expect(await count('webhook 42', 60)).toEqual({ allowed: true })
})

it('counts every caller alone', async () => {
  for (let request = 0; request < 4; request += 1) await count('webhook 42', 0)
  expect(await count('webhook 43', 0)).toEqual({ allowed: true })
})

it('forgets what is over', async () => {
  await count('webhook 42', 0)
  await count('webhook 42', 60)
  await forgetRateCounts(database.db, at(60))
  expect(await database.db.rateCount.findMany()).toEqual([{ key: 'webhook 42', windowAt: at(60), used: 1 }])
})
