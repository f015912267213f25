import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { keepHosts, writeProjects } from '#lib/db/observations-projects.ts'
import { renewWatches } from '#lib/db/watches.ts'
import { acceptDelivery } from '#lib/db/webhooks.ts'
import { project } from './fake-world.ts'
import { lookAt } from './look.ts'
import { nudge } from './nudge.ts'
import { startSchedule } from './schedule.ts'

const settings = {
  idleSeconds: 60,
  watchedSeconds: 1,
  hookedSeconds: 120,
  dokkuSeconds: 60,
  dokkuSharePercent: 10,
  herokuSeconds: 30,
  requestsPerMinute: 600,
}

let database: FreshDatabase
const running: { stop(): Promise<void> }[] = []
let looks: string[]
/** Looks under way by source; more than one at a time is the fault that must not be. */
let underWay: Map<string, number>
let overlaps: string[]
/** How many deliveries each following took. */
let followed: number[]

beforeEach(async () => {
  database = await freshDatabase()
  looks = []
  followed = []
  underWay = new Map()
  overlaps = []
  await writeProjects(database.db, [project(1), project(2)], new Date())
  await keepHosts(database.db, [{ name: 'review', address: 'review.test', port: 22 }])
})

afterEach(async () => {
  await Promise.all(running.splice(0).map((schedule) => schedule.stop()))
  await database.drop()
})

async function startWorker({ lookMs = 20, hasGitlab = true } = {}) {
  const { db, url } = database
  const world = { db, now: () => new Date() }
  const schedule = await startSchedule({
    databaseUrl: url,
    db,
    settings,
    hasGitlab,
    now: world.now,
    everyMinute: async () => {},
    everyFiveMinutes: async () => {},
    async followHints(projectId) {
      const hints = await database.db.webhookDelivery.updateMany({
        where: { projectId, handledAt: null },
        data: { handledAt: new Date() },
      })
      followed.push(hints.count)
    },
    async look(sourceId) {
      await lookAt(world, sourceId, async () => {
        underWay.set(sourceId, (underWay.get(sourceId) ?? 0) + 1)
        if ((underWay.get(sourceId) ?? 0) > 1) overlaps.push(sourceId)
        await sleep(lookMs)
        underWay.set(sourceId, (underWay.get(sourceId) ?? 0) - 1)
        looks.push(sourceId)
        return { cursor: {}, changed: 0 }
      })
    },
  })
  running.push(schedule)
  return schedule
}

async function until(condition: () => boolean, timeoutMs = 8_000): Promise<number> {
  const start = performance.now()
  while (!condition()) {
    if (performance.now() - start > timeoutMs) throw new Error(`Waited in vain; looks so far: ${looks.join(', ')}`)
    await sleep(20)
  }
  return performance.now() - start
}

const countOf = (sourceId: string) => looks.filter((look) => look === sourceId).length

it('looks at everything once at the start, and at a watched project every second', async () => {
  await startWorker()
  await until(() => ['gitlab', 'gitlab:1', 'gitlab:2', 'dokku:review'].every((source) => countOf(source) === 1))
  await renewWatches(database.db, ['project:1'], 60)
  await until(() => countOf('gitlab:1') >= 3)
  expect(countOf('gitlab:2')).toBe(1)
})

it('names no list of projects where no GitLab is connected, and reads it at once when one is', async () => {
  const before = await startWorker({ hasGitlab: false })
  await until(() => looks.length === 3)
  await nudge(database.db, 'gitlab', 'gitlab:1')
  await until(() => countOf('gitlab:1') === 2)
  await before.stop()
  running.length = 0
  expect(countOf('gitlab')).toBe(0)
  await startWorker()
  await until(() => countOf('gitlab') === 1)
})

it('looks at once when nudged', async () => {
  await startWorker()
  await until(() => looks.length === 4)
  await nudge(database.db, 'gitlab:2', 'dokku:review')
  expect(await until(() => countOf('gitlab:2') === 2 && countOf('dokku:review') === 2)).toBeLessThan(1_000)
})

it('looks again after a look that was under way when it was nudged', async () => {
  await startWorker({ lookMs: 600 })
  await until(() => underWay.get('gitlab:1') === 1)
  await nudge(database.db, 'gitlab:1')
  await until(() => countOf('gitlab:1') === 2)
})

it('never looks at one source twice at once with two workers, and shares the work', async () => {
  await Promise.all([startWorker({ lookMs: 300 }), startWorker({ lookMs: 300 })])
  await renewWatches(database.db, ['project:1', 'project:2'], 60)
  for (let round = 0; round < 10; round += 1) {
    await nudge(database.db, 'gitlab:1', 'gitlab:2', 'dokku:review')
    await sleep(200)
  }
  expect(countOf('gitlab:1')).toBeGreaterThan(2)
  expect(overlaps).toEqual([])
})

it('goes on with a second worker when the first has stopped', async () => {
  const first = await startWorker()
  await until(() => looks.length === 4)
  await first.stop()
  running.length = 0
  await startWorker()
  await nudge(database.db, 'gitlab:1')
  await until(() => countOf('gitlab:1') === 2)
})

it('follows what GitLab told within a moment, though no look is due', async () => {
  await startWorker()
  await until(() => looks.length === 4)
  for (const key of ['one', 'two']) {
    const hints = [{ kind: 'branch' as const, key }]
    await acceptDelivery(database.db, { projectId: 2, key, event: 'Push Hook', hints }, new Date())
  }
  await until(() => followed.reduce((sum, count) => sum + count, 0) === 2)
  expect(looks.length).toBe(4)
})
