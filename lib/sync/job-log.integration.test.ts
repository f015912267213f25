import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { writeDeployments } from '#lib/db/observations-gitlab.ts'
import { writeProjects } from '#lib/db/observations-projects.ts'
import { renewWatches } from '#lib/db/watches.ts'
import { BerthError } from '#lib/domain/errors.ts'
import {
  deployment,
  emptyGitlab,
  environment,
  type FakeGitlabState,
  fakeWorld,
  job,
  project,
  startAt,
} from './fake-world.ts'
import { readJobLogs } from './job-log.ts'

let database: FreshDatabase
let gitlab: FakeGitlabState
let world: ReturnType<typeof fakeWorld>

beforeEach(async () => {
  database = await freshDatabase()
  gitlab = emptyGitlab()
  world = fakeWorld(database.db, gitlab)
  await writeProjects(database.db, [project(42)], startAt)
  await writeDeployments(database.db, { projectId: 42, asOf: startAt }, [
    deployment(7, environment(1, 'production'), 'master'),
  ])
  gitlab.jobs = [job(70)]
})

afterEach(() => database.drop())

const second = (count: number) => {
  world.time = new Date(startAt.getTime() + count * 1000)
}
const log = () => database.db.jobLog.findUniqueOrThrow({ where: { jobId: 70n } })

it('reads nothing that nobody follows', async () => {
  await readJobLogs(world)
  expect(gitlab.requests).toEqual([])
})

it('reads a watched log while the job runs, once more when it has ended, and then never again', async () => {
  await renewWatches(database.db, ['job:70'], 60)
  gitlab.jobLogs.set(70, 'one\n')
  await readJobLogs(world)
  expect(await log()).toMatchObject({ text: 'one\n', jobName: 'production', jobStatus: 'running', finished: false })

  second(1)
  gitlab.jobs = [job(70, { status: 'success' })]
  gitlab.jobLogs.set(70, 'one\ntwo\n')
  await readJobLogs(world)
  expect(await log()).toMatchObject({ text: 'one\ntwo\n', jobStatus: 'success', finished: true })

  second(2)
  gitlab.requests.length = 0
  expect(await readJobLogs(world)).toBe(0)
  expect(gitlab.requests).toEqual([])
})

it('is read by one of several workers in a second', async () => {
  await renewWatches(database.db, ['job:70'], 60)
  await Promise.all([readJobLogs(world), readJobLogs(world), readJobLogs(world)])
  expect(gitlab.requests).toEqual(['job 70', 'jobLog 70'])
  second(1)
  await Promise.all([readJobLogs(world), readJobLogs(world), readJobLogs(world)])
  expect(gitlab.requests).toHaveLength(4)
})

it('leaves out the password of a database that the job links', async () => {
  await renewWatches(database.db, ['job:70'], 60)
  gitlab.jobLogs.set(70, '       DATABASE_URL:  postgres://postgres:hunter2@db1:5432/db1\n')
  await readJobLogs(world)
  expect(await log()).toMatchObject({ text: '       DATABASE_URL:  postgres://postgres:…@db1:5432/db1\n' })
})

it('keeps the end of a log that is too long, without what PostgreSQL cannot hold', async () => {
  await renewWatches(database.db, ['job:70'], 60)
  gitlab.jobLogs.set(70, `${'x'.repeat(1_000_000)}\0the end`)
  await readJobLogs(world)
  const { text, truncated } = await log()
  expect({ length: text.length, end: text.slice(-8), truncated }).toEqual({
    length: 1_000_000,
    end: 'xthe end',
    truncated: true,
  })
})

it('keeps the log, at its true age, while GitLab is down', async () => {
  await renewWatches(database.db, ['job:70'], 60)
  gitlab.jobLogs.set(70, 'one\n')
  await readJobLogs(world)
  second(5)
  gitlab.failure = new BerthError('unavailable', 'gitlab', 'GitLab does not answer.')
  await readJobLogs(world)
  expect(await log()).toMatchObject({ text: 'one\n', observedAt: startAt, finished: false })
})

it('ends with a job that GitLab no longer has', async () => {
  await renewWatches(database.db, ['job:70'], 60)
  gitlab.jobLogs.set(70, 'one\n')
  await readJobLogs(world)
  second(1)
  gitlab.jobs = []
  await readJobLogs(world)
  second(2)
  expect(await readJobLogs(world)).toBe(0)
  expect(await log()).toMatchObject({ finished: true, text: 'one\n' })
})
