import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { keepHeroku } from '#lib/db/heroku.ts'
import { writeProjects } from '#lib/db/observations-projects.ts'
import type { BoardRow } from '#lib/domain/board.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { defaultMapping } from '#lib/domain/mapping.ts'
import { emptyHeroku, type FakeHerokuState, fakeHeroku, putHerokuApp } from '#lib/heroku/fake-heroku.ts'
import {
  branch,
  deployment,
  emptyGitlab,
  environment,
  fakeWorld,
  minutesAfter,
  project,
  startAt,
} from './fake-world.ts'
import { syncProject } from './gitlab.ts'
import { reservedRequests, syncHeroku } from './heroku.ts'

const [first, second] = ['a'.repeat(40), 'b'.repeat(40)]

let database: FreshDatabase
let state: FakeHerokuState
let world: ReturnType<typeof fakeWorld>

/** Staging is found by its URL, production is named; a review app may say of itself what it likes. */
beforeEach(async () => {
  database = await freshDatabase()
  state = emptyHeroku()
  const gitlab = emptyGitlab()
  const staging = environment(1, 'staging', { tier: 'staging', externalUrl: 'https://hello-staging.herokuapp.com/' })
  const production = environment(2, 'production', { tier: 'production', externalUrl: 'https://www.example.jp/' })
  const review = environment(3, 'review/x', { externalUrl: 'https://hello-review.herokuapp.com/' })
  gitlab.branches = [branch('master'), branch('x')]
  gitlab.environments = [staging, production, review]
  gitlab.deployments = [
    deployment(1, staging, 'master', { sha: second }),
    deployment(2, production, 'v1', { sha: first }),
    deployment(3, review, 'x', { sha: first }),
  ]
  world = fakeWorld(database.db, gitlab)
  Object.assign(world, {
    heroku: fakeHeroku(state),
    mappingOf: () => ({ ...defaultMapping, named: { production: { heroku: 'hello' } } }),
  })
  await writeProjects(database.db, [project(42)], startAt)
  await keepHeroku(database.db, true)
  await syncProject(world, 42, 'full')
  putHerokuApp(state, 'hello-staging', [first, second])
  putHerokuApp(state, 'hello', [first])
  for (const name of ['hello-review', 'somebody-elses']) putHerokuApp(state, name, [first])
})

afterEach(() => database.drop())

async function look(minutes = 1) {
  world.time = minutesAfter(minutes, world.time)
  state.requests.length = 0
  const outcome = await syncHeroku(world)
  return { outcome, requests: [...state.requests] }
}

async function rowOf(environmentId: number): Promise<BoardRow> {
  const { value } = await database.db.boardRow.findFirstOrThrow({ where: { key: `e${environmentId}` } })
  return value as unknown as BoardRow
}

const kindsOf = async (environmentId: number) => (await rowOf(environmentId)).findings.map(({ kind }) => kind)
const openKinds = async () =>
  (await database.db.finding.findMany({ where: { closedAt: null } })).map(({ kind }) => kind)

it('keeps what staging and production map to, and asks nothing about any other app', async () => {
  const { requests } = await look()
  expect(requests.filter((request) => /review|somebody/.test(request))).toEqual([])
  const apps = await database.db.herokuApp.findMany({ orderBy: { name: 'asc' } })
  expect(apps.map(({ name }) => name)).toEqual(['hello', 'hello-staging'])
  expect(apps[0]).toMatchObject({ configKeys: ['SECRET_KEY_BASE'], hostname: 'hello.herokuapp.com' })
  expect(await rowOf(1)).toMatchObject({
    app: null,
    heroku: { app: 'hello-staging', exists: true, release: { version: 4, sha: second } },
    dokku: { health: 'ok', state: 'running' },
    findings: [],
  })
  expect((await rowOf(2)).heroku).toMatchObject({ app: 'hello', release: { version: 3, sha: first } })
  expect((await rowOf(3)).heroku).toBeNull()
  expect(await database.db.herokuAccount.findFirst()).toMatchObject({ email: 'ops@example.jp', requestsLeft: 4000 })
})

it('costs one question and one for each app while nothing changes', async () => {
  await look()
  expect((await look()).requests).toEqual(['apps', 'dynos hello-staging', 'dynos hello'])
})

it('sees a crash, and its end', async () => {
  await look()
  const [app] = state.apps
  if (!app) throw new Error('no app')
  app.dynos = app.dynos.map((dyno, index) => (index === 0 ? { ...dyno, state: 'crashed' as const } : dyno))
  await look()
  expect(await kindsOf(1)).toEqual(['app-down'])
  expect(await openKinds()).toEqual(['app-down'])
  app.dynos = app.dynos.map((dyno) => ({ ...dyno, state: 'up' as const }))
  await look()
  expect(await openKinds()).toEqual([])
})

it('sees another commit, a release that failed, and an app that is gone', async () => {
  await look()
  const [app] = state.apps
  const [newest] = app?.releases ?? []
  if (!app || !newest) throw new Error('no app')
  state.commits.set('other', first)
  const released = { ...newest, id: 'r5', version: 5, slugId: 'other' }
  app.releases = [released, ...app.releases.map((release) => ({ ...release, current: false }))]
  app.updatedAt = minutesAfter(1)
  await look()
  expect(await kindsOf(1)).toEqual(['commit-drift'])
  app.releases = [{ ...newest, id: 'r6', version: 6, status: 'failed', current: false }, ...app.releases]
  app.updatedAt = minutesAfter(2)
  await look()
  expect(await kindsOf(1)).toEqual(['commit-drift', 'release-failed'])
  state.apps.splice(0, 1)
  await look()
  expect(await kindsOf(1)).toEqual(['app-missing'])
  expect(await database.db.herokuApp.count()).toBe(1)
})

it('keeps the last facts while Heroku is silent, says so, and says when the key is refused', async () => {
  await look()
  state.failure = new BerthError('unavailable', 'heroku', 'Heroku cannot be reached.')
  await look()
  expect(await openKinds()).toEqual([])
  await look()
  expect(await openKinds()).toEqual(['heroku-unreachable'])
  expect((await rowOf(1)).heroku?.exists).toBe(true)
  state.failure = new BerthError('forbidden', 'heroku', 'Heroku does not accept the key.')
  await look()
  expect(await openKinds()).toEqual(['heroku-key-refused'])
  state.failure = null
  await look()
  expect(await openKinds()).toEqual([])
})

it('leaves the last of the budget to people', async () => {
  state.requestsLeft = reservedRequests
  const { outcome, requests } = await look()
  expect(outcome.status).toBe('failed')
  expect(requests).toEqual([])
})

it('forgets all of it when there is no key any more', async () => {
  await look()
  await keepHeroku(database.db, false)
  expect(await database.db.herokuApp.count()).toBe(0)
  expect(await database.db.source.count({ where: { id: 'heroku' } })).toBe(0)
})
