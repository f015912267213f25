import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FreshDatabase, freshDatabase } from './fresh-database.ts'
import { sharedBudget } from './request-budget.ts'
import { renewWatches, watched } from './watches.ts'

let database: FreshDatabase

beforeEach(async () => {
  database = await freshDatabase()
})

afterEach(() => database.drop())

const budget = (share: number) => sharedBudget(database.db, { requestsPerMinute: 100, share, maxWaitMs: 0 })

/** Taken before the minute is over: a turn of the minute in the middle would give twice as many. */
async function spend(shares: readonly number[]): Promise<number> {
  const takings = await Promise.allSettled(shares.map((share) => budget(share).take(1)))
  return takings.filter(({ status }) => status === 'fulfilled').length
}

async function minutes(): Promise<number> {
  return database.db.requestBudget.count()
}

it('is never exceeded by many takers at once', async () => {
  const taken = await spend(Array<number>(130).fill(1))
  expect(taken).toBe((await minutes()) === 1 ? 100 : taken)
  expect(Math.max(...(await database.db.requestBudget.findMany()).map(({ used }) => used))).toBeLessThanOrEqual(100)
})

it('leaves the last tenth to people', async () => {
  const observing = await spend(Array<number>(100).fill(0.9))
  const people = await spend(Array<number>(20).fill(1))
  if ((await minutes()) === 1) expect({ observing, people }).toEqual({ observing: 90, people: 10 })
})

it('says when asking again makes sense', async () => {
  await expect(budget(1).take(101)).rejects.toMatchObject({
    kind: 'unavailable',
    retryAfterSeconds: expect.toSatisfy((seconds) => seconds > 0 && seconds <= 61),
  })
})

it('tells the first sight of a watch from its renewal', async () => {
  const { db } = database
  expect((await renewWatches(db, ['project:42', 'job:7'], 60)).sort()).toEqual(['job:7', 'project:42'])
  expect(await renewWatches(db, ['project:42', 'project:43'], 60)).toEqual(['project:43'])
  expect(await watched(db, 'job')).toEqual(['7'])
  await renewWatches(db, ['job:8'], -1)
  expect(await watched(db, 'job')).toEqual(['7'])
})
