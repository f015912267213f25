import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { writeProjects } from '#lib/db/observations-projects.ts'
import { BerthError } from '#lib/domain/errors.ts'
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

let database: FreshDatabase
let gitlab: FakeGitlabState
let world: ReturnType<typeof fakeWorld>

beforeEach(async () => {
  database = await freshDatabase()
  gitlab = emptyGitlab()
  world = fakeWorld(database.db, gitlab)
  await writeProjects(database.db, [project(42)], startAt)
})

afterEach(() => database.drop())

const many = <Value>(count: number, make: (index: number) => Value) =>
  Array.from({ length: count }, (_, index) => make(index + 1))

/** A project of 250 branches and environments, 120 merge requests, 340 deployments. */
function large() {
  gitlab.branches = [branch('master'), ...many(249, (index) => branch(`work-${index}`))]
  gitlab.environments = many(250, (index) => environment(index, `review/work-${index}`))
  gitlab.mergeRequests = many(120, (index) => mergeRequest(index, `work-${index}`))
  gitlab.deployments = many(340, (index) => {
    const to = gitlab.environments[index % 250] as (typeof gitlab.environments)[number]
    return deployment(index, to, to.name.replace('review/', ''))
  })
  gitlab.pipelines = [pipeline(1, 'work-1')]
}

/** Small, with a lane whose staging is ahead of production. */
function small() {
  const staging = environment(1, 'staging', { tier: 'staging' })
  const production = environment(2, 'production', { tier: 'production' })
  const review = environment(3, 'review/fix')
  gitlab.branches = [branch('master'), branch('fix')]
  gitlab.environments = [staging, production, review]
  gitlab.deployments = [
    deployment(1, production, 'master', { sha: 'old' }),
    deployment(2, staging, 'master', { sha: 'new' }),
    deployment(3, review, 'fix'),
  ]
  gitlab.pipelines = [pipeline(1, 'fix')]
  gitlab.mergeRequests = [mergeRequest(7, 'fix')]
}

async function look(mode: 'full' | 'idle') {
  gitlab.requests.length = 0
  const outcome = await syncProject(world, 42, mode)
  return { outcome, requests: [...gitlab.requests] }
}

const branchNames = async () =>
  (await database.db.branch.findMany({ orderBy: { name: 'asc' } })).map(({ name }) => name)

it('costs one request a page in full and stores every page', async () => {
  large()
  const { outcome, requests } = await look('full')
  expect(outcome).toMatchObject({ status: 'done', cost: { requests: 3 + 3 + 1 + 2 + 4 + 1 } })
  expect(requests).toHaveLength(14)
  expect(await database.db.branch.count()).toBe(250)
  expect(await database.db.environment.count()).toBe(250)
  expect(await database.db.mergeRequest.count()).toBe(120)
  expect(await database.db.deployment.count()).toBe(340)
  expect(await database.db.boardRow.count()).toBeGreaterThanOrEqual(250)
})

it('costs three requests at most while nothing changes, and touches no row', async () => {
  large()
  await look('full')
  const versions = () => database.db.$queryRaw`SELECT xmin::text, ctid::text FROM "Branch" UNION ALL
    SELECT xmin::text, ctid::text FROM "Environment" UNION ALL SELECT xmin::text, ctid::text FROM "Deployment" UNION ALL
    SELECT xmin::text, ctid::text FROM "BoardRow" ORDER BY 1, 2`
  const before = await versions()
  for (let minute = 1; minute <= 12; minute += 1) {
    world.time = minutesAfter(minute)
    const { outcome } = await look('idle')
    expect(outcome).toMatchObject({ status: 'done', cost: { requests: 3, changed: 0 } })
  }
  expect(await versions()).toEqual(before)
  expect(await database.db.source.findUnique({ where: { id: 'gitlab:42' } })).toMatchObject({
    observedAt: minutesAfter(12),
  })
})

it('compares staging with production once, and again when one of them moves', async () => {
  small()
  expect((await look('full')).requests).toContain('compare old..new')
  const summary = async () => (await database.db.boardSummary.findUniqueOrThrow({ where: { projectId: 42 } })).value
  expect(await summary()).toMatchObject({ lane: { links: [{ commitCount: 1 }] } })
  expect((await look('idle')).requests.filter((request) => request.startsWith('compare'))).toEqual([])

  const staging = gitlab.environments[0] as (typeof gitlab.environments)[number]
  gitlab.deployments.push(deployment(4, staging, 'master', { sha: 'newer', updatedAt: minutesAfter(1) }))
  expect((await look('idle')).requests).toContain('compare old..newer')
})

it('follows a push to its branch, its environment and its merge request in the same look', async () => {
  small()
  await look('full')
  await look('idle')
  gitlab.branches[1] = branch('fix', 'pushed')
  gitlab.mergeRequests[0] = mergeRequest(7, 'fix', { sha: 'pushed', updatedAt: minutesAfter(1) })
  gitlab.pipelines.push(pipeline(2, 'fix', { sha: 'pushed', status: 'running', updatedAt: minutesAfter(1) }))
  const { requests } = await look('idle')
  expect(requests).toEqual(expect.arrayContaining(['branch fix', 'mergeRequests 1']))
  expect(await database.db.branch.findFirst({ where: { name: 'fix' } })).toMatchObject({ sha: 'pushed' })
  expect(await database.db.boardRow.findFirst({ where: { branchName: 'fix' } })).toMatchObject({
    value: { pipeline: { id: 2, status: 'running' } },
  })
})

it('hears of a freeze that begins and of one that was taken away, without anybody’s click', async () => {
  const kept = async () => (await database.db.freezePeriod.findMany()).map(({ id }) => id)
  const afterOneRound = async () => {
    for (let turn = 0; turn < 16; turn += 1) expect((await look('idle')).requests).toHaveLength(3)
  }
  large()
  gitlab.freezePeriods = [{ id: 1, freezeStart: '0 18 * * 5', freezeEnd: '0 8 * * 1', timeZone: 'UTC' }]
  await look('full')
  expect(await kept()).toEqual([1])
  gitlab.freezePeriods = [{ id: 2, freezeStart: '0 0 20 12 *', freezeEnd: '0 0 3 1 *', timeZone: 'Asia/Tokyo' }]
  await afterOneRound()
  expect(await kept()).toEqual([2])
  gitlab.freezePeriods = null
  await afterOneRound()
  expect(await kept(), 'who may not read them does not take it for none').toEqual([2])
  gitlab.freezePeriods = []
  await afterOneRound()
  expect(await kept()).toEqual([])
})

it('forgets a branch and an environment that are gone', async () => {
  small()
  await look('full')
  gitlab.branches.pop()
  gitlab.environments.pop()
  for (let turn = 0; turn < 4; turn += 1) await look('idle')
  expect(await branchNames()).toEqual(['master'])
  expect((await database.db.environment.findMany()).map(({ name }) => name).sort()).toEqual(['production', 'staging'])
  expect(await database.db.boardRow.findFirst({ where: { branchName: 'fix' } })).toBeNull()
})

it('notices by the total that a branch on another page is gone', async () => {
  large()
  await look('full')
  gitlab.branches.splice(240, 1)
  world.time = minutesAfter(5)
  for (let turn = 0; turn < 4; turn += 1) await look('idle')
  expect(await database.db.branch.count()).toBe(249)
})

it('keeps a list that moved while it was read', async () => {
  large()
  await look('full')
  const { branchesPage } = world.gitlab
  world.gitlab.branchesPage = async (projectId, query) => {
    const page = await branchesPage(projectId, query)
    if (query.page === 1) gitlab.branches.splice(0, 1)
    return page
  }
  await look('full')
  expect(await database.db.branch.count()).toBe(250)
})

it('gives an environment that is being stopped a turn of its own, within the three requests', async () => {
  large()
  gitlab.environments[249] = environment(250, 'review/work-250', { state: 'stopping' })
  await look('full')
  gitlab.environments[249] = environment(250, 'review/work-250', { state: 'stopped' })
  const looks = []
  for (let turn = 0; turn < 12; turn += 1) looks.push((await look('idle')).requests)
  expect(looks.flat().filter((request) => request === 'environment 250')).toHaveLength(1)
  expect(looks.every((requests) => requests.length === 3)).toBe(true)
  expect(await database.db.environment.findFirst({ where: { id: 250 } })).toMatchObject({ state: 'stopped' })
})

it('dates a state by GitLab’s last change at first sight, and by the look that saw it change from then on', async () => {
  small()
  const stateSince = async () => (await database.db.environment.findFirstOrThrow({ where: { id: 3 } })).stateSince
  gitlab.environments[2] = environment(3, 'review/stuck', { state: 'stopping', updatedAt: minutesAfter(-90) })
  await look('full')
  expect(await stateSince()).toEqual(minutesAfter(-90))
  world.time = minutesAfter(5)
  gitlab.environments[2] = environment(3, 'review/stuck', { state: 'stopped', updatedAt: minutesAfter(4) })
  await look('full')
  expect(await stateSince()).toEqual(minutesAfter(5))
})

it('keeps the last facts and says since when and why while GitLab is down', async () => {
  small()
  await look('full')
  gitlab.failure = new BerthError('unavailable', 'gitlab', 'GitLab does not answer.', { retryAfterSeconds: 30 })
  world.time = minutesAfter(1)
  expect((await look('idle')).outcome).toMatchObject({ status: 'failed', isNewFailure: true })
  world.time = minutesAfter(2)
  expect((await look('idle')).outcome).toMatchObject({ status: 'failed', isNewFailure: false })
  const source = () => database.db.source.findUniqueOrThrow({ where: { id: 'gitlab:42' } })
  expect(await source()).toMatchObject({
    observedAt: startAt,
    attemptedAt: minutesAfter(2),
    failingSince: minutesAfter(1),
    error: { kind: 'unavailable', message: 'GitLab does not answer.', retryAt: '2026-11-23T12:02:30.000Z' },
    leaseOwner: null,
  })
  expect(await branchNames()).toEqual(['fix', 'master'])

  gitlab.failure = null
  world.time = minutesAfter(3)
  expect((await look('idle')).outcome).toMatchObject({ status: 'done', recovered: true })
  expect(await source()).toMatchObject({ observedAt: minutesAfter(3), failingSince: null, error: null })
})

it('brings to the board, and follows, what a look had stored before it was cut off', async () => {
  small()
  await look('full')
  const review = gitlab.environments[2] as (typeof gitlab.environments)[number]
  gitlab.deployments.push(deployment(9, review, 'fix', { status: 'failed', updatedAt: minutesAfter(1) }))
  const { environment: askEnvironment } = world.gitlab
  world.gitlab.environment = () => Promise.reject(new BerthError('unavailable', 'gitlab', 'GitLab went away.'))
  expect((await look('idle')).outcome).toMatchObject({ status: 'failed' })
  world.gitlab.environment = askEnvironment
  expect((await look('idle')).requests).toContain('environment 3')
  expect(await database.db.boardRow.findFirst({ where: { key: 'e3' } })).toMatchObject({
    value: { newer: { id: 9, status: 'failed' } },
  })
})

it('never looks at one project twice at once', async () => {
  small()
  const outcomes = await Promise.all([1, 2, 3].map(() => syncProject(world, 42, 'full')))
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['done', 'held', 'held'])
})
