import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { connect, type Database } from '#lib/db/client.ts'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { publish } from '#lib/db/notifications.ts'
import { type LivePlace, livePlaceIn, livePlaceText } from '#lib/domain/live-place.ts'
import { type Changes, createChanges } from './changes.ts'

let database: FreshDatabase
let processes: Changes[]
let ends: (() => void)[]

beforeEach(async () => {
  database = await freshDatabase()
  processes = [1, 2].map(() => createChanges({ db: database.db, now: () => new Date() }, database.url))
  ends = []
})

afterEach(async () => {
  for (const end of ends) end()
  await database.drop()
})

/** A page: it remembers where it stands, and comes back to either process. */
function page(topics: readonly string[]) {
  let place: string | null = null
  let end: (() => void) | null = null
  const told: string[] = []
  let reloads = 0
  const stand = (at: LivePlace | null) => {
    if (at) place = livePlaceText(at)
  }
  return {
    told,
    get reloads() {
      return reloads
    },
    async come(process: Changes) {
      const since = place === null ? null : livePlaceIn(place)
      end = await process.subscribe(
        { topics, since },
        {
          onOpen(missed, at) {
            if (missed === null) reloads += 1
            told.push(...(missed ?? []))
            stand(at)
          },
          onChange(changed, at) {
            told.push(...changed)
            stand(at)
          },
        },
      )
      ends.push(end)
    },
    go() {
      end?.()
      end = null
    },
  }
}

const first = () => processes[0] as Changes
const second = () => processes[1] as Changes

it('tells who comes for the first time to read everything, and who comes back only what was missed', async () => {
  const reader = page(['project:1', 'fleet'])
  await publish(database.db, ['project:1'])
  await reader.come(first())
  expect(reader).toMatchObject({ reloads: 1, told: [] })
  reader.go()
  await publish(database.db, ['project:2'])
  await reader.come(second())
  expect(reader).toMatchObject({ reloads: 1, told: [] })
  reader.go()
  await publish(database.db, ['fleet', 'environment:7'])
  await publish(database.db, ['fleet'])
  await reader.come(first())
  expect(reader).toMatchObject({ reloads: 1, told: ['fleet'] })
})

it('tells both processes what either publishes', async () => {
  const [one, other] = [page(['fleet']), page(['fleet'])]
  await Promise.all([one.come(first()), other.come(second())])
  await publish(database.db, ['fleet'])
  await vi.waitFor(() => expect([one.told, other.told]).toEqual([['fleet'], ['fleet']]))
})

it('tells who comes back what took its number earlier and became visible later', async () => {
  const reader = page(['project:1', 'project:2'])
  await reader.come(first())
  await database.db.$transaction(async (slow) => {
    await publish(slow, ['project:1'])
    await publish(database.db, ['project:2'])
    await vi.waitFor(() => expect(reader.told).toEqual(['project:2']))
    reader.go()
  })
  await reader.come(second())
  expect(reader).toMatchObject({ reloads: 1, told: ['project:2', 'project:1'] })
})

it('tells what became visible while the connection to the database was gone', async () => {
  const reader = page(['project:1', 'project:2'])
  await reader.come(first())
  await database.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'berth-listen' AND datname = current_database()`
    await publish(tx, ['project:1'])
  })
  await vi.waitFor(() => expect(reader.told).toEqual(['project:1']), { timeout: 5000 })
  expect(reader.reloads).toBe(1)
})

/** Small, fast and the same every time. */
function randomFrom(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** A transaction that has announced and stays open until told. */
async function announcing(db: Database, topic: string) {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const begun = Promise.withResolvers<void>()
  const ended = db
    .$transaction(
      async (tx) => {
        await publish(tx, [topic])
        begun.resolve()
        if (!(await promise)) throw new Error('roll back')
      },
      { timeout: 30_000 },
    )
    .catch(() => {})
  await begun.promise
  return {
    topic,
    async end(commits: boolean) {
      resolve(commits)
      await ended
    },
  }
}

it.each([1, 2, 3, 4, 5, 6])(
  'misses nothing, whenever it is cut and in whichever order transactions end (interleaving %i)',
  async (seed) => {
    const random = randomFrom(seed)
    const writer = connect(database.url, { poolSize: 8 })
    const steps = 120
    const topics = Array.from({ length: steps }, (_, index) => `environment:${index}`)
    const reader = page(topics)
    const committed: string[] = []
    const open: Awaited<ReturnType<typeof announcing>>[] = []
    let isThere = false

    const endOne = async () => {
      const [one] = open.splice(random(open.length), 1)
      const commits = random(5) > 0
      if (one && commits) committed.push(one.topic)
      await one?.end(commits)
    }
    await reader.come(first())
    isThere = true
    for (const topic of topics) {
      const choice = random(10)
      if (choice < 4 && open.length < 6) open.push(await announcing(writer, topic))
      else if (choice < 7 && open.length > 0) await endOne()
      else if (isThere) {
        reader.go()
        isThere = false
      } else {
        // Together with a transaction that ends: what is told live and what is read must not leave a hole between them.
        await Promise.all([reader.come(processes[random(2)] as Changes), open.length > 0 ? endOne() : null])
        isThere = true
      }
    }
    while (open.length > 0) await endOne()
    if (!isThere) await reader.come(second())
    expect(reader.reloads).toBe(1)
    await vi.waitFor(() => expect(new Set(reader.told)).toEqual(new Set(committed)))
    await writer.$disconnect()
  },
)
