import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { type Listening, listen } from '#lib/db/notifications.ts'
import { writeDeployments, writeEnvironments } from '#lib/db/observations-gitlab.ts'
import { writeProjects } from '#lib/db/observations-projects.ts'
import { urlProbesOf } from '#lib/db/url-probes.ts'
import { renewWatches } from '#lib/db/watches.ts'
import type { Environment } from '#lib/domain/environment.ts'
import type { ProbeFailure, UrlProbe } from '#lib/domain/url-probe.ts'
import type { Prober } from '#lib/url/index.ts'
import { decideProject } from './decision.ts'
import { deployment, emptyGitlab, emptyHost, environment, fakeWorld, project, startAt } from './fake-world.ts'
import { urlTurns } from './urls.ts'

let database: FreshDatabase
let world: ReturnType<typeof fakeWorld>
let prober: FakeProber

interface FakeProber extends Prober {
  asked: string[]
  /** Instead of 200. */
  answers: Map<string, Partial<UrlProbe>>
  /** While it is pending no probe ends. */
  held: Promise<void>
  open: string[]
  /** The most that were open at once. */
  most: number
}

function fakeProber(): FakeProber {
  const state: FakeProber = {
    asked: [],
    answers: new Map(),
    held: Promise.resolve(),
    open: [],
    most: 0,
    async probe(url, { mayEnterHost }, signal) {
      signal.throwIfAborted()
      state.asked.push(url)
      state.open.push(url)
      state.most = Math.max(state.most, state.open.length)
      await state.held
      state.open.splice(state.open.indexOf(url), 1)
      const entered = mayEnterHost(new URL(url).hostname) ? {} : failure('address')
      return { ...good, url, ...state.answers.get(url), ...entered }
    },
  }
  return state
}

const good = {
  status: 200,
  latencyMs: 12,
  certificateExpiresAt: null,
  redirectTo: null,
  finalStatus: 200,
  failure: null,
}

const failure = (kind: ProbeFailure): Partial<UrlProbe> => ({
  status: null,
  latencyMs: null,
  finalStatus: null,
  failure: { kind, words: 'It failed.' },
})

const urlOf = (id: number) => `http://review-${id}.apps.example/`

/** A review app whose app has the domain of its URL. */
const review = (id: number, more: Partial<Environment> = {}): Environment =>
  environment(id, `review/${id}`, { slug: `review-${id}`, externalUrl: urlOf(id), ...more })

beforeEach(async () => {
  database = await freshDatabase()
  world = fakeWorld(database.db, emptyGitlab(), { review: emptyHost() })
  prober = fakeProber()
  await writeProjects(database.db, [project(42)], startAt)
})

afterEach(() => database.drop())

/** Writes what GitLab and Dokku say, and decides the board. */
async function observe(environments: Environment[], domainsOf = (id: number) => [`review-${id}.apps.example`]) {
  const { db } = database
  await writeEnvironments(db, { projectId: 42, asOf: world.time }, environments)
  await writeDeployments(
    db,
    { projectId: 42, asOf: world.time },
    environments.map((one) => deployment(one.id, one, `branch-${one.id}`)),
  )
  await db.source.upsert({
    where: { id: 'dokku:review' },
    create: { id: 'dokku:review', observedAt: world.time },
    update: { observedAt: world.time },
  })
  await db.dokkuApp.deleteMany()
  await db.dokkuApp.createMany({
    data: environments.map(({ id, slug }) => ({
      host: 'review',
      name: slug,
      domains: domainsOf(id),
      domainsAt: world.time,
      observedAt: world.time,
    })),
  })
  await decideProject(world, 42, world.time, 'all')
}

const stopping = new AbortController()
const turns = () => urlTurns(world, { prober, settings: { probeSeconds: 300 } }, stopping.signal)

/** Starts what is due, waits for it, and decides what it told. */
async function take(worker: ReturnType<typeof turns>) {
  await worker.next()
  await worker.ended()
  await worker.next()
  await worker.ended()
}

const later = (seconds: number) => {
  world.time = new Date(world.time.getTime() + seconds * 1000)
}
const row = (id: number) => database.db.urlProbe.findUniqueOrThrow({ where: { environmentId: BigInt(id) } })
const secondsUntilNext = async (id: number) => ((await row(id)).nextAt.getTime() - world.time.getTime()) / 1000

describe('which URLs are asked', () => {
  it('those of environments that are up, at a domain of their own app', async () => {
    const stopped = review(2, { state: 'stopped' })
    const without = review(3, { externalUrl: null })
    const elsewhere = review(4, { externalUrl: 'http://169.254.169.254/' })
    const others = review(5, { externalUrl: urlOf(1) })
    const script = review(6, { externalUrl: 'javascript:alert(1)' })
    await observe([review(1), stopped, without, elsewhere, others, script])
    await take(turns())
    expect(prober.asked).toEqual([urlOf(1)])
    expect(await urlProbesOf(database.db, 42, 'all')).toEqual(
      new Map<number, unknown>([
        [1, { ...good, url: urlOf(1), observedAt: startAt, failures: 0, failingSince: null }],
        [4, { words: 'It is not probed: on Dokku, 169.254.169.254 is not a domain of app review-4.' }],
        [5, { words: 'It is not probed: on Dokku, review-1.apps.example is not a domain of app review-5.' }],
        [6, { words: 'Its URL is no web address.' }],
      ]),
    )
    expect([...(await urlProbesOf(database.db, 42, [4])).keys()]).toEqual([4])
  })

  it('not before Dokku has told the domains, and not without an app', async () => {
    await observe([review(1), review(2)])
    await database.db.dokkuApp.update({
      where: { host_name: { host: 'review', name: 'review-1' } },
      data: { domainsAt: null, domains: [] },
    })
    await database.db.dokkuApp.delete({ where: { host_name: { host: 'review', name: 'review-2' } } })
    await take(turns())
    expect(prober.asked).toEqual([])
    expect(await urlProbesOf(database.db, 42, 'all')).toEqual(
      new Map([[1, { words: 'It is not probed until Dokku has told the domains of app review-1.' }]]),
    )
  })

  it('without the credentials that somebody wrote into one', async () => {
    await observe([review(1, { externalUrl: urlOf(1).replace('//', '//user:password@') })])
    await take(turns())
    expect(prober.asked).toEqual([urlOf(1)])
    expect(await row(1)).toMatchObject({ url: urlOf(1) })
  })

  it('that a probe may not enter counts as not probed, with its words', async () => {
    await observe([review(1)])
    prober.answers.set(urlOf(1), failure('address'))
    await take(turns())
    expect(await urlProbesOf(database.db, 42, [1])).toEqual(new Map([[1, { words: 'It failed.' }]]))
  })

  it('no longer, and their truth is gone, when the environment stops', async () => {
    await observe([review(1), review(2)])
    const worker = turns()
    await take(worker)
    later(9)
    await observe([review(1, { state: 'stopped' }), review(2)])
    await take(worker)
    expect(await database.db.urlProbe.count()).toBe(2)
    later(1)
    await take(worker)
    expect([...(await urlProbesOf(database.db, 42, 'all')).keys()]).toEqual([2])
  })

  it('anew when the URL is another one', async () => {
    await observe([review(1)])
    const worker = turns()
    prober.answers.set(urlOf(1), failure('timeout'))
    await take(worker)
    later(10)
    const url = `${urlOf(1)}app`
    await observe([review(1, { externalUrl: url })])
    await take(worker)
    expect(prober.asked).toEqual([urlOf(1), url])
    expect(await row(1)).toMatchObject({ url, status: 200, failures: 0 })
  })
})

describe('how often', () => {
  it('an ordinary review app: every five minutes, more or less', async () => {
    await observe([review(1)])
    const worker = turns()
    await take(worker)
    expect(await secondsUntilNext(1)).toBeGreaterThanOrEqual(270)
    later(269)
    await take(worker)
    expect(prober.asked).toHaveLength(1)
    later(61)
    await take(worker)
    expect(prober.asked).toHaveLength(2)
  })

  it('staging and production: every half minute', async () => {
    await observe([review(1, { tier: 'staging' })], () => ['review-1.apps.example'])
    await take(turns())
    expect(await secondsUntilNext(1)).toBeLessThanOrEqual(33)
  })

  it('what somebody looks at: at once, and then every ten seconds', async () => {
    await observe([review(1), review(2)])
    const worker = turns()
    await take(worker)
    later(60)
    await renewWatches(database.db, ['environment:1'], 60)
    await take(worker)
    expect(prober.asked.slice(2)).toEqual([urlOf(1)])
    expect(await secondsUntilNext(1)).toBeLessThanOrEqual(11)
    later(5)
    await take(worker)
    expect(prober.asked).toHaveLength(3)
  })

  it('a failure: once more after five seconds, then every half minute', async () => {
    await observe([review(1)])
    prober.answers.set(urlOf(1), { status: 502, finalStatus: 502 })
    const worker = turns()
    await take(worker)
    expect(await row(1)).toMatchObject({ failures: 1, failingSince: startAt })
    expect(await secondsUntilNext(1)).toBeLessThanOrEqual(5.5)
    later(6)
    await take(worker)
    expect(await row(1)).toMatchObject({ failures: 2, failingSince: startAt })
    expect(await secondsUntilNext(1)).toBeGreaterThanOrEqual(27)
    prober.answers.delete(urlOf(1))
    later(33)
    await take(worker)
    expect(await row(1)).toMatchObject({ failures: 0, failingSince: null, status: 200 })
  })
})

describe('how many at once', () => {
  it('one worker asks a URL, whoever else looks for work', async () => {
    await observe(Array.from({ length: 20 }, (_, index) => review(index + 1)))
    const workers = [turns(), turns(), turns()]
    for (let turn = 0; turn < 4; turn += 1) {
      await Promise.all(workers.map((worker) => worker.next()))
      await Promise.all(workers.map((worker) => worker.ended()))
    }
    expect(prober.asked.toSorted()).toEqual(Array.from({ length: 20 }, (_, index) => urlOf(index + 1)).toSorted())
  })

  it('eight in a worker, and two of one host name', async () => {
    const shared = (id: number) => review(id, { externalUrl: `http://shared.apps.example/${id}` })
    const environments = Array.from({ length: 20 }, (_, index) => (index < 10 ? shared(index + 1) : review(index + 1)))
    await observe(environments, (id) => ['shared.apps.example', `review-${id}.apps.example`])
    let release = () => {}
    prober.held = new Promise((resolve) => {
      release = resolve
    })
    const worker = turns()
    await worker.next()
    await worker.next()
    expect(prober.open).toHaveLength(8)
    expect(prober.open.filter((url) => url.includes('shared'))).toHaveLength(2)
    release()
    await worker.ended()
    while (prober.asked.length < 20) await take(worker)
    expect(prober.most).toBe(8)
  })

  it('a probe whose worker died is made by another one', async () => {
    await observe([review(1)])
    prober.held = new Promise(() => {})
    await turns().next()
    prober.held = Promise.resolve()
    const other = turns()
    later(7)
    await take(other)
    expect(prober.asked).toHaveLength(1)
    later(1)
    await take(other)
    expect(prober.asked).toHaveLength(2)
    expect(await row(1)).toMatchObject({ status: 200 })
  })

  it('what a probe tells after its claim lapsed is not written over newer words', async () => {
    await observe([review(1)])
    let release = () => {}
    prober.held = new Promise((resolve) => {
      release = resolve
    })
    const slow = turns()
    await slow.next()
    prober.held = Promise.resolve()
    later(8)
    prober.answers.set(urlOf(1), { status: 404, finalStatus: 404 })
    await take(turns())
    const written = await row(1)
    prober.answers.delete(urlOf(1))
    release()
    await slow.ended()
    expect(await row(1)).toEqual(written)
  })
})

describe('who is told', () => {
  let listening: Listening
  let topics: string[]

  beforeEach(async () => {
    topics = []
    listening = await listen(database.url, (heard) => topics.push(...heard))
  })

  afterEach(() => listening.close())

  /** What was published until now: words arrive in order, so that a last one of our own comes after them. */
  async function published(): Promise<string[]> {
    const end = `job:${Math.random()}`
    await database.db.$executeRaw`SELECT pg_notify('berth', ${JSON.stringify({ topics: [end] })})`
    while (!topics.includes(end)) await new Promise((resolve) => setImmediate(resolve))
    return topics.splice(0).filter((topic) => topic !== end)
  }

  it('the pages of an environment whose URL answers otherwise, and nobody when only the latency differs', async () => {
    await observe([review(1), review(2)])
    const worker = turns()
    await take(worker)
    expect(await published()).toEqual(expect.arrayContaining(['project:42', 'environment:1', 'environment:2']))

    later(331)
    await observe([review(1), review(2)])
    prober.answers.set(urlOf(1), { latencyMs: 900 })
    await take(worker)
    expect(await row(1)).toMatchObject({ latencyMs: 900, observedAt: world.time })
    expect(await published()).toEqual([])

    later(331)
    prober.answers.set(urlOf(1), { status: 404, finalStatus: 404 })
    await take(worker)
    expect(await published()).toEqual(['project:42', 'fleet', 'environment:1'])
  })
})
