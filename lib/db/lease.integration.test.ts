import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FreshDatabase, freshDatabase } from './fresh-database.ts'
import { LeaseLost, whileRenewed, withLease } from './lease.ts'

let database: FreshDatabase

beforeEach(async () => {
  database = await freshDatabase()
})

afterEach(() => database.drop())

const never = new Promise<never>(() => {})
const lease = (seconds: number) => ({ sourceId: 'gitlab:42', seconds })

it('is held by one at a time, and free again afterwards, also after a failure', async () => {
  const { db } = database
  const inside = await withLease(db, lease(10), () => withLease(db, lease(10), async () => 'second'))
  expect(inside).toBeNull()
  await expect(withLease(db, lease(10), () => Promise.reject(new Error('down')))).rejects.toThrow('down')
  expect(await withLease(db, lease(10), async () => 'free')).toBe('free')
})

it('lapses when its holder was killed', async () => {
  const { db } = database
  // What a killed process leaves: a hold that nobody renews.
  await db.source.create({ data: { id: 'gitlab:42', leaseOwner: 'killed', leaseUntil: new Date(Date.now() + 700) } })
  expect(await withLease(db, lease(10), async () => 'taken')).toBeNull()
  await sleep(800)
  expect(await withLease(db, lease(10), async () => 'taken')).toBe('taken')
})

it('is renewed while the work takes longer than it lasts', async () => {
  const { db } = database
  const work = withLease(db, lease(0.6), async ({ signal }) => {
    await sleep(1_500)
    return signal.aborted
  })
  await sleep(1_200)
  expect(await withLease(db, lease(1), async () => 'taken')).toBeNull()
  expect(await work).toBe(false)
})

it('tells a holder who lost it', async () => {
  const { db } = database
  const held = Promise.withResolvers<void>()
  const lost = withLease(db, lease(0.6), ({ signal }) => {
    held.resolve()
    return Promise.race([never, new Promise((resolve) => signal.addEventListener('abort', () => resolve('told')))])
  })
  await held.promise
  await db.source.update({ where: { id: 'gitlab:42' }, data: { leaseOwner: 'another' } })
  expect(await lost).toBe('told')
  expect(await db.source.findUnique({ where: { id: 'gitlab:42' } })).toMatchObject({ leaseOwner: 'another' })
})

it('ends work that failed after it was lost as lost, and waits out a database that does not answer', async () => {
  const answers = [new Error('down'), new LeaseLost('gitlab:42')]
  const renew = async () => {
    throw answers.shift()
  }
  const work = (signal: AbortSignal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('given up'))))
  await expect(whileRenewed({ seconds: 0.03, renew }, work)).rejects.toThrow(LeaseLost)
  expect(answers).toEqual([])
})
