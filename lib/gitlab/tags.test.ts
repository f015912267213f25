import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scriptedGitlab } from './scripted-gitlab.ts'

const recorded = JSON.parse(readFileSync(new URL('./recordings/tag_get.json', import.meta.url), 'utf8'))
const { target: sha } = recorded
const path = '/projects/42/repository/tags'
const creation = `POST ${path}?tag_name=v5.0.0&ref=${sha}`

test('a tag that names no commit is no tag to deploy', async () => {
  const { gitlab } = await scriptedGitlab([
    { expect: `GET ${path}?page=1&per_page=100`, json: [recorded, { ...recorded, name: 'tree', commit: null }] },
    { expect: `GET ${path}/tree`, json: { ...recorded, name: 'tree', commit: null } },
  ])
  expect(await gitlab.tags(42)).toEqual([{ name: 'v5.0.0', sha }])
  await expect(gitlab.tag(42, 'tree')).rejects.toMatchObject({ kind: 'refused', message: 'Tag tree names no commit.' })
})

test('one tag is asked for by its whole name', async () => {
  const { gitlab } = await scriptedGitlab([
    { expect: `GET ${path}/release%2F5.0.0`, json: recorded },
    { expect: `GET ${path}/v9`, status: 404, json: { message: '404 Tag Not Found' } },
  ])
  expect(await gitlab.tag(42, 'release/5.0.0')).toEqual({ name: 'v5.0.0', sha })
  await expect(gitlab.tag(42, 'v9')).rejects.toMatchObject({ kind: 'not-found' })
})

test('a tag is created once, at the commit', async () => {
  const { gitlab } = await scriptedGitlab([{ expect: creation, status: 201, json: recorded }])
  expect(await gitlab.createTag(42, { name: 'v5.0.0', sha })).toEqual({ name: 'v5.0.0', sha })
})

test('an answer that breaks off does not create it again', async () => {
  const { gitlab } = await scriptedGitlab([{ expect: creation, fate: 'reset' }])
  await expect(gitlab.createTag(42, { name: 'v5.0.0', sha })).rejects.toMatchObject({ kind: 'unavailable' })
})

test.each([
  [400, 'You are not allowed to create this tag as it is protected.', 'refused'],
  [403, '403 Forbidden', 'forbidden'],
])('a refusal by %i keeps GitLab’s words', async (status, message, kind) => {
  const { gitlab } = await scriptedGitlab([{ expect: creation, status, json: { message } }])
  await expect(gitlab.createTag(42, { name: 'v5.0.0', sha })).rejects.toMatchObject({
    kind,
    message: expect.stringContaining(message),
  })
})

test('pipelines of a tag are asked for by name and commit, newest first', async () => {
  const pipelines = JSON.parse(readFileSync(new URL('./recordings/pipelines_list.json', import.meta.url), 'utf8'))
  const { gitlab } = await scriptedGitlab([
    {
      expect: `GET /projects/42/pipelines?page=1&per_page=100&ref=v5.0.0&sha=${sha}&order_by=id&sort=desc`,
      json: pipelines,
    },
  ])
  expect(await gitlab.pipelinesOf(42, { ref: 'v5.0.0', sha })).toHaveLength(pipelines.length)
})
