import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { emptyGitlab, type FakeGitlabState, fakeWorld, minutesAfter, project } from './fake-world.ts'
import { syncProject } from './gitlab.ts'
import { syncProjects } from './projects.ts'

let database: FreshDatabase
let gitlab: FakeGitlabState
let world: ReturnType<typeof fakeWorld>

beforeEach(async () => {
  database = await freshDatabase()
  gitlab = emptyGitlab()
  world = fakeWorld(database.db, gitlab)
})

afterEach(() => database.drop())

const known = async () => (await database.db.project.findMany({ orderBy: { id: 'asc' } })).map(({ id }) => id)

it('takes every project of the token that is not archived', async () => {
  gitlab.projects = [project(1), { ...project(2), archived: true }, project(3)]
  await syncProjects(world, [])
  expect(await known()).toEqual([1, 3])
})

it('forgets a project that is no longer asked for, with its source', async () => {
  gitlab.projects = [project(1), project(3)]
  await syncProjects(world, [])
  await syncProject(world, 1, 'full')
  await syncProjects(world, ['team/project-3'])
  expect(await known()).toEqual([3])
  expect(await database.db.source.findMany({ where: { id: 'gitlab:1' } })).toEqual([])
})

it('shows the others and names the project that GitLab does not show, keeping what was known of it', async () => {
  gitlab.projects = [project(1), project(3)]
  await syncProjects(world, ['team/project-1', 'team/project-3'])
  gitlab.projects = [{ ...project(1), name: 'renamed' }]
  world.time = minutesAfter(5)
  expect(await syncProjects(world, ['team/project-1', 'team/project-3'])).toMatchObject({
    status: 'failed',
    isNewFailure: true,
  })
  expect(await database.db.project.findMany({ orderBy: { id: 'asc' } })).toMatchObject([{ name: 'renamed' }, { id: 3 }])
  expect(await database.db.source.findUnique({ where: { id: 'gitlab' } })).toMatchObject({
    error: { kind: 'not-found', message: expect.stringContaining('team/project-3') },
  })
})

it('lets a path pass from one project to another', async () => {
  gitlab.projects = [project(1), project(2)]
  await syncProjects(world, [])
  gitlab.projects = [
    { ...project(1), pathWithNamespace: 'team/project-2' },
    { ...project(2), pathWithNamespace: 'team/project-1' },
  ]
  expect(await syncProjects(world, [])).toMatchObject({ status: 'done' })
  expect(await database.db.project.findUnique({ where: { id: 1 } })).toMatchObject({
    pathWithNamespace: 'team/project-2',
  })
})
