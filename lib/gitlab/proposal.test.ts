import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scriptedGitlab } from './scripted-gitlab.ts'

const recording = (name: string) =>
  JSON.parse(readFileSync(new URL(`./recordings/${name}.json`, import.meta.url), 'utf8'))

const file = 'GET /projects/42/repository/files/.gitlab-ci.yml?ref=feature%2F%C3%BC'

test('a file is text at a ref', async () => {
  const content = Buffer.from('# ü\njob: {}\n').toString('base64')
  const { gitlab } = await scriptedGitlab([{ expect: file, json: { encoding: 'base64', content } }])
  expect(await gitlab.fileAt(42, { path: '.gitlab-ci.yml', ref: 'feature/ü' })).toBe('# ü\njob: {}\n')
})

test.each([
  ['404 File Not Found', null],
  ['404 Commit Not Found', 'not-found'],
  ['404 Project Not Found', 'not-found'],
])('%s is no missing file unless it says so', async (message, kind) => {
  const { gitlab } = await scriptedGitlab([{ expect: file, status: 404, json: { message } }])
  const asked = gitlab.fileAt(42, { path: '.gitlab-ci.yml', ref: 'feature/ü' })
  if (kind === null) expect(await asked).toBeNull()
  else await expect(asked).rejects.toMatchObject({ kind })
})

test('a lint of a text, and of what the repository has at a ref', async () => {
  const { gitlab, requests } = await scriptedGitlab([
    { expect: 'POST /projects/42/ci/lint', json: { valid: false, errors: ['no'], warnings: [], merged_yaml: null } },
    {
      expect: 'GET /projects/42/ci/lint?content_ref=v1',
      json: { valid: true, errors: [], warnings: ['w'], merged_yaml: '---\n' },
    },
    { expect: 'GET /projects/42/ci/lint', json: { valid: true } },
  ])
  expect(await gitlab.ciLint(42, { content: 'a: b' })).toEqual({
    valid: false,
    errors: ['no'],
    warnings: [],
    mergedYaml: null,
  })
  expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ content: 'a: b' })
  expect(await gitlab.ciLint(42, { content: null, ref: 'v1' })).toMatchObject({
    valid: true,
    warnings: ['w'],
    mergedYaml: '---\n',
  })
  expect(await gitlab.ciLint(42, { content: null })).toEqual({
    valid: true,
    errors: [],
    warnings: [],
    mergedYaml: null,
  })
})

const wish = {
  branch: 'ci/pipeline',
  startBranch: 'main',
  message: 'Add a pipeline',
  files: [{ path: '.gitlab-ci.yml', content: 'a: b\n', action: 'create' as const }],
}

test('a commit goes to a new branch, once', async () => {
  const { commit } = recording('branch_get')
  const { gitlab, requests } = await scriptedGitlab([
    { expect: 'POST /projects/42/repository/commits', status: 201, json: commit },
    { expect: 'POST /projects/42/repository/commits', fate: 'reset' },
  ])
  expect((await gitlab.commitFiles(42, wish)).sha).toBe(commit.id)
  expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
    branch: 'ci/pipeline',
    start_branch: 'main',
    commit_message: 'Add a pipeline',
    actions: [{ action: 'create', file_path: '.gitlab-ci.yml', content: 'a: b\n' }],
  })
  await expect(gitlab.commitFiles(42, wish)).rejects.toMatchObject({ kind: 'unavailable' })
})

test('a merge request is opened once, and what is open of a branch is found', async () => {
  const answer = recording('merge_request')
  const { gitlab, requests } = await scriptedGitlab([
    { expect: 'POST /projects/42/merge_requests', status: 201, json: answer },
    {
      expect: 'POST /projects/42/merge_requests',
      status: 409,
      json: { message: ['Another open merge request already exists for this source branch: !1'] },
    },
    {
      expect:
        'GET /projects/42/merge_requests?page=1&per_page=100&state=opened&source_branch=ci%2Fpipeline&order_by=updated_at&sort=desc',
      json: [answer],
    },
  ])
  const wish = { sourceBranch: 'ci/pipeline', targetBranch: 'main', title: 'Add a pipeline', description: 'Why' }
  expect((await gitlab.createMergeRequest(42, wish)).iid).toBe(1)
  expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ source_branch: 'ci/pipeline', description: 'Why' })
  await expect(gitlab.createMergeRequest(42, wish)).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('already exists for this source branch: !1'),
  })
  expect(await gitlab.mergeRequests(42, { state: 'opened', sourceBranch: 'ci/pipeline' })).toHaveLength(1)
})
