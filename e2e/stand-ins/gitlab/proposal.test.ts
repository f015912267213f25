import { afterAll, beforeAll, expect, test } from 'vitest'
import { people } from '../seed/people.ts'
import { startTestGitlab, type TestGitlab } from './test-gitlab.ts'

/** What it takes to propose a file: read, lint, commit to a new branch, open a merge request. */

const project = '/projects/hello%2Fhello-app'
const file = `${project}/repository/files/.gitlab-ci.yml`

let gitlab: TestGitlab
beforeAll(async () => {
  gitlab = await startTestGitlab()
})
afterAll(() => gitlab.stop())

const commit = (body: object) => gitlab.ask('POST', `${project}/repository/commits`, { body })
const created = { action: 'create', file_path: 'ci/one.yml', content: 'one: 1\n' }

test('a file is read at a branch, a tag or a commit', async () => {
  const { body } = await gitlab.ask('GET', `${file}?ref=master`)
  expect(body).toMatchObject({ file_path: '.gitlab-ci.yml', encoding: 'base64', ref: 'master' })
  const raw = await gitlab.ask('GET', `${file}/raw?ref=v1.0.0`)
  expect(raw.body).toBe(Buffer.from(body.content, 'base64').toString())
  expect(raw.body).toContain('stop_review:')
})

test.each([
  [`${file}?ref=nowhere`, '404 Commit Not Found'],
  [`${project}/repository/files/no.yml?ref=master`, '404 File Not Found'],
  [`${project}/repository/files/changes?ref=master`, '404 File Not Found'],
  ['/projects/1001/repository/files/.gitlab-ci.yml?ref=master', '404 File Not Found'],
])('%s answers %s', async (path, message) => {
  expect(await gitlab.ask('GET', path)).toMatchObject({ status: 404, body: { message } })
})

test('a lint of what is committed, and of what is given', async () => {
  expect((await gitlab.ask('GET', `${project}/ci/lint`)).body).toMatchObject({ valid: true, errors: [] })
  expect((await gitlab.ask('GET', '/projects/43/ci/lint')).body).toMatchObject({
    valid: false,
    errors: ['Please provide content of .gitlab-ci.yml'],
  })
  const body = { content: 'job:\n  stage: test' }
  const { status, body: answer } = await gitlab.ask('POST', `${project}/ci/lint`, { body })
  expect(status).toBe(200)
  expect(answer.valid).toBe(false)
})

test('a branch, a commit and a merge request are made once', async () => {
  const draft = { branch: 'ci/pipeline', start_branch: 'master', commit_message: 'Add [skip ci]', actions: [created] }
  const { status, body } = await commit(draft)
  expect(status).toBe(201)
  expect(gitlab.world.projects.get(42)?.branches.get('ci/pipeline')).toBe(body.id)
  expect(await commit(draft)).toMatchObject({
    status: 400,
    body: { message: /A branch called 'ci\/pipeline' already exists/ },
  })
  expect((await gitlab.ask('GET', `${project}/repository/files/ci%2Fone.yml/raw?ref=ci/pipeline`)).body).toBe(
    'one: 1\n',
  )

  const wish = { source_branch: 'ci/pipeline', target_branch: 'master', title: 'Add a pipeline', description: 'Why' }
  const opened = await gitlab.ask('POST', `${project}/merge_requests`, { body: wish })
  expect(opened).toMatchObject({ status: 201, body: { state: 'opened', sha: body.id, description: 'Why' } })
  expect(await gitlab.ask('POST', `${project}/merge_requests`, { body: wish })).toMatchObject({
    status: 409,
    body: { message: [`Another open merge request already exists for this source branch: !${opened.body.iid}`] },
  })
})

test.each([
  [{ ...created, action: 'update' }, "A file with this name doesn't exist"],
  [{ ...created, file_path: '.gitlab-ci.yml' }, 'A file with this name already exists'],
])('a commit that cannot be meant is refused: %j', async (action, message) => {
  const body = { branch: 'ci/other', start_branch: 'master', commit_message: 'No [skip ci]', actions: [action] }
  expect(await commit(body)).toMatchObject({ status: 400, body: { message } })
})

test('a Reporter proposes nothing, and a Developer does not push to the protected branch', async () => {
  const { world } = gitlab
  const as = async (level: number) => {
    const someone = people.find(({ id }) => id !== 1)
    if (!someone) throw new Error('nobody is there')
    world.members['hello/hello-app'] = { ...world.members['hello/hello-app'], [someone.username]: level }
    world.tokens.set('somebody', { user: { ...someone, isAdmin: false }, scopes: ['api'] })
    const body = { branch: 'master', commit_message: 'No [skip ci]', actions: [created] }
    return gitlab.ask('POST', `${project}/repository/commits`, { token: 'somebody', body })
  }
  expect(await as(20)).toMatchObject({ status: 403 })
  expect(await as(30)).toMatchObject({ status: 400, body: { message: 'You are not allowed to push into this branch' } })
})
