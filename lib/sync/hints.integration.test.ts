import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { writeProjects } from '#lib/db/observations-projects.ts'
import { acceptDelivery } from '#lib/db/webhooks.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Hint } from '#lib/domain/hint.ts'
import {
  branch,
  deployment,
  emptyGitlab,
  environment,
  type FakeGitlabState,
  fakeWorld,
  mergeRequest,
  minutesAfter,
  pipeline,
  project,
  startAt,
} from './fake-world.ts'
import { syncProject } from './gitlab.ts'
import { followHints } from './hints.ts'

let database: FreshDatabase
let gitlab: FakeGitlabState
let world: ReturnType<typeof fakeWorld>

/** A project with a branch `fix` on `review/fix`, which Berth has read whole; a minute has passed since. */
beforeEach(async () => {
  database = await freshDatabase()
  gitlab = emptyGitlab()
  world = fakeWorld(database.db, gitlab)
  const review = environment(3, 'review/fix')
  gitlab.branches = [branch('master'), branch('fix')]
  gitlab.environments = [review]
  gitlab.deployments = [deployment(3, review, 'fix')]
  gitlab.pipelines = [pipeline(1, 'fix')]
  gitlab.mergeRequests = [mergeRequest(7, 'fix')]
  await writeProjects(database.db, [project(42)], startAt)
  await syncProject(world, 42, 'full')
  gitlab.requests.length = 0
  world.time = minutesAfter(1)
})

afterEach(() => database.drop())

let told = 0
async function tell(...hints: Hint[]): Promise<void> {
  told += 1
  await acceptDelivery(database.db, { projectId: 42, key: `delivery ${told}`, event: 'any', hints }, world.now())
}

const waiting = () => database.db.webhookDelivery.count({ where: { handledAt: null } })
const source = () => database.db.source.findUniqueOrThrow({ where: { id: 'gitlab:42' } })
const row = (branchName: string) => database.db.boardRow.findFirst({ where: { branchName } })

describe('what GitLab told', () => {
  it('of a push is one question, and on the board', async () => {
    gitlab.branches.push(branch('new'))
    await tell({ kind: 'branch', key: 'new' })
    expect(await followHints(world, 42)).toMatchObject({ status: 'done' })
    expect(gitlab.requests).toEqual(['branch new'])
    expect(await row('new')).not.toBeNull()
    expect(await waiting()).toBe(0)
  })

  it('of a branch that is gone takes it off the board', async () => {
    gitlab.branches = [branch('master')]
    gitlab.environments = []
    gitlab.mergeRequests = []
    await tell({ kind: 'branch', key: 'fix' })
    await followHints(world, 42)
    expect(await database.db.branch.findMany({ select: { name: true } })).toEqual([{ name: 'master' }])
  })

  it('twenty times is asked once', async () => {
    for (let time = 0; time < 20; time += 1) {
      await tell({ kind: 'pipeline', key: String(time) }, { kind: 'branch', key: 'fix' })
      await tell({ kind: 'deployment', key: '3' })
    }
    await followHints(world, 42)
    expect(gitlab.requests.sort()).toEqual(['branch fix', 'deployments 1', 'pipelines 1'])
    expect(await waiting()).toBe(0)
  })

  it('of a pipeline brings its deployments, which are told only later', async () => {
    const production = environment(9, 'production', { tier: 'production' })
    gitlab.environments.push(production)
    gitlab.pipelines.push(pipeline(2, 'master', { status: 'manual', updatedAt: minutesAfter(1) }))
    gitlab.deployments.push(deployment(9, production, 'master', { status: 'blocked', updatedAt: minutesAfter(1) }))
    await tell({ kind: 'pipeline', key: '2' })
    await followHints(world, 42)
    expect(await database.db.deployment.findUnique({ where: { id: 9n } })).toMatchObject({ status: 'blocked' })
    expect(await database.db.environment.findUnique({ where: { id: 9n } })).toMatchObject({ name: 'production' })
  })

  it('of a merge request is read with its branch', async () => {
    gitlab.mergeRequests = [mergeRequest(7, 'fix', { state: 'merged', updatedAt: minutesAfter(1) })]
    gitlab.branches = [branch('master')]
    await tell({ kind: 'merge-request', key: '7' })
    await followHints(world, 42)
    expect(gitlab.requests).toEqual(['mergeRequests 1', 'branch fix'])
    expect(await database.db.branch.count()).toBe(1)
  })

  it('of a stop job is read at its environment, which no list of news shows', async () => {
    gitlab.environments = [environment(3, 'review/fix', { state: 'stopped' })]
    await tell({ kind: 'environment', key: 'review/fix' }, { kind: 'environment', key: 'review/unknown' })
    await followHints(world, 42)
    expect(gitlab.requests).toEqual(['environment 3'])
    expect(await database.db.environment.findUnique({ where: { id: 3n } })).toMatchObject({ state: 'stopped' })
  })

  it('of more branches than can be asked one by one brings a full look', async () => {
    for (let index = 0; index < 21; index += 1) await tell({ kind: 'branch', key: `many-${index}` })
    await followHints(world, 42)
    expect(gitlab.requests).toEqual([])
    expect(await waiting()).toBe(0)
    expect((await source()).cursor).toMatchObject({ fullAt: null })
  })
})

describe('following', () => {
  it('leaves the regular look where it was', async () => {
    const { attemptedAt, observedAt, cost } = await source()
    await tell({ kind: 'branch', key: 'fix' })
    await followHints(world, 42)
    expect(await source()).toMatchObject({ attemptedAt, observedAt, cost })
    await syncProject(world, 42, 'idle')
    expect((await source()).attemptedAt).toEqual(world.now())
  })

  it('that fails keeps what was told for the next', async () => {
    gitlab.failure = new BerthError('unavailable', 'gitlab', 'GitLab is down.')
    await tell({ kind: 'branch', key: 'fix' })
    expect(await followHints(world, 42)).toMatchObject({ status: 'failed' })
    expect(await waiting()).toBe(1)
    gitlab.failure = null
    await followHints(world, 42)
    expect(await waiting()).toBe(0)
  })

  it('that is killed before the board is decided loses nothing', async () => {
    gitlab.branches.push(branch('new'))
    await tell({ kind: 'branch', key: 'new' })
    // What it had read is written; the process ends there, and its lease lapses.
    const answer = gitlab.branches.at(-1)
    const killed = vi.spyOn(world.gitlab, 'branch').mockImplementation(async () => {
      queueMicrotask(() => vi.spyOn(database.db, '$queryRaw').mockRejectedValue(new Error('killed')))
      return answer as NonNullable<typeof answer>
    })
    await followHints(world, 42)
    vi.restoreAllMocks()
    expect(killed).toBeDefined()
    expect(await row('new')).toBeNull()
    expect(await waiting()).toBe(1)
    await database.db.$executeRaw`UPDATE "Source" SET "failingSince" = NULL, "error" = NULL`

    await followHints(world, 42)
    expect(await row('new')).not.toBeNull()
    expect(await waiting()).toBe(0)
    // The look after it makes up for whatever the killed one had not followed.
    expect((await source()).cursor).toMatchObject({ unfinished: true })
    await syncProject(world, 42, 'idle')
    expect((await source()).cursor).not.toHaveProperty('unfinished')
  })

  it('takes turns with the regular look', async () => {
    await tell({ kind: 'branch', key: 'fix' })
    const both = await Promise.all([syncProject(world, 42, 'idle'), followHints(world, 42)])
    expect(both.map(({ status }) => status).sort()).toEqual(['done', 'held'])
  })
})
