import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestGitlab, type TestGitlab } from './test-gitlab.ts'
import { type Job, type Project, projectByPath, userNamed } from './world.ts'

let gitlab: TestGitlab
let project: Project
beforeAll(async () => {
  gitlab = await startTestGitlab()
  project = projectByPath(gitlab.world, 'hello/hello-app')
  for (const { username } of gitlab.world.users)
    gitlab.world.tokens.set(`${username}-token`, { user: userNamed(gitlab.world, username), scopes: ['api'] })
})
afterAll(() => gitlab.stop())

const as = (username: string, method: string, path: string, body?: unknown) =>
  gitlab.ask(method, path, { token: `${username}-token`, ...(body === undefined ? {} : { body }) })

/** A job that has finished, which GitLab would run again for who may. */
const finishedJob = (ref: string): Job => {
  const job = [...project.jobs.values()].findLast(
    (candidate) =>
      candidate.ref === ref && candidate.name === 'rake' && !candidate.retried && candidate.status === 'success',
  )
  if (!job) throw new Error(`No job of ${ref} has finished.`)
  return job
}

const reviewed = 'docs/api-guide'
const people = ['olga', 'guest', 'midori', 'kenta', 'hanako', 'aoife'] as const

describe('who is asked as', () => {
  test.each([
    ['GET', '/projects/42', [404, 200, 200, 200, 200, 200]],
    ['GET', '/projects/42/environments', [404, 403, 200, 200, 200, 200]],
    ['GET', '/projects/42/deployments', [404, 403, 200, 200, 200, 200]],
  ] as const)('%s %s: %j', async (method, path, expected) => {
    expect(await Promise.all(people.map(async (person) => (await as(person, method, path)).status))).toEqual(expected)
  })

  test('a job of a feature branch runs for developers, one of the protected branch for maintainers', async () => {
    const statuses = async (ref: string) => {
      const found = []
      for (const person of people) {
        found.push((await as(person, 'POST', `/projects/42/jobs/${finishedJob(ref).id}/retry`)).status)
        await expect.poll(() => finishedJob(ref)).toBeTruthy()
      }
      return found
    }
    expect(await statuses(reviewed)).toEqual([404, 403, 403, 201, 201, 201])
    expect(await statuses('master')).toEqual([404, 403, 403, 403, 201, 201])
  })

  test('an environment of a feature branch is stopped by developers', async () => {
    const environment = [...project.environments.values()].find(({ name }) => name === `review/${reviewed}`)
    const stop = (person: string) => as(person, 'POST', `/projects/42/environments/${environment?.id}/stop`)
    expect((await stop('olga')).status).toBe(404)
    expect((await stop('guest')).status).toBe(403)
    expect(await stop('midori')).toMatchObject({
      status: 400,
      body: { message: '400 Bad request - Unauthorized to stop the environment' },
    })
    expect((await stop('kenta')).status).toBe(200)
  })

  test('lists hold what one is a member of, from a level on, by id and page by page', async () => {
    const list = async (person: string, least: number, more = '') =>
      (
        await as(
          person,
          'GET',
          `/projects?min_access_level=${least}&simple=true&pagination=keyset&order_by=id&sort=asc${more}`,
        )
      ).body.map(({ id }: { id: number }) => id)
    expect(await list('hanako', 20)).toEqual([42, 43, 1001])
    expect(await list('hanako', 40)).toEqual([42, 1001])
    expect(await list('guest', 20)).toEqual([])
    expect(await list('olga', 20)).toEqual([])
    const first = await as('hanako', 'GET', '/projects?simple=true&pagination=keyset&order_by=id&sort=asc&per_page=1')
    expect(first.headers.get('link')).toMatch(/id_after=42.*rel="next"/)
    expect(first.headers.get('x-total')).toBeNull()
  })

  test('GitLab says is_admin to administrators only', async () => {
    expect((await as('aoife', 'GET', '/user')).body.is_admin).toBe(true)
    expect((await as('hanako', 'GET', '/user')).body).not.toHaveProperty('is_admin')
  })
})
