import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { scriptedGitlab } from './scripted-gitlab.ts'

/** Answers as GitLab's documentation prints them. */
const recording = (name: string) =>
  JSON.parse(readFileSync(new URL(`./recordings/${name}.json`, import.meta.url), 'utf8'))

// The documentation's example of a played job leaves its pipeline out; GitLab does not.
const job = () => ({
  ...recording('job_play'),
  pipeline: { id: 6, sha: '0ff3ae198f8601a285adcf5c0fff204ee6fba5fd' },
})

const at = (text: string) => new Date(text)

describe('environments', () => {
  test('one comes with its last successful deployment', async () => {
    const { gitlab } = await scriptedGitlab([
      { expect: 'GET /projects/42/environments/1', json: recording('environment_get') },
    ])
    expect(await gitlab.environment(42, 1)).toMatchObject({
      id: 1,
      name: 'review/fix-foo',
      slug: 'review-fix-foo-dfjre3',
      state: 'available',
      tier: 'development',
      externalUrl: 'https://review-fix-foo-dfjre3.gitlab.example.com',
      autoStopAt: at('2019-06-03T18:55:13.252Z'),
      lastDeployment: {
        id: 100,
        iid: 34,
        environmentId: 1,
        environmentName: 'review/fix-foo',
        sha: '416d8ea11849050d3d1f5104cf8cf51053e790ab',
        status: 'success',
        userName: 'Administrator',
        job: { id: 710, name: 'staging', userName: 'Administrator', pipeline: { id: 34, status: 'success' } },
      },
    })
  })

  test('one that never deployed has none', async () => {
    const json = { ...recording('environment_get'), last_deployment: null, external_url: null, auto_stop_at: null }
    const { gitlab } = await scriptedGitlab([{ expect: 'GET /projects/42/environments/1', json }])
    expect(await gitlab.environment(42, 1)).toMatchObject({ lastDeployment: null, externalUrl: null, autoStopAt: null })
  })

  test('stopping posts once and reads the answer; a tier that GitLab does not name is guessed', async () => {
    const { gitlab, requests } = await scriptedGitlab([
      { expect: 'POST /projects/42/environments/1/stop', json: recording('environment_stop') },
    ])
    expect(await gitlab.stopEnvironment(42, 1)).toMatchObject({ state: 'stopped', tier: 'other', autoStopAt: null })
    expect(requests[0]?.body).toBe('{}')
  })

  test('a stop that GitLab refuses keeps its words', async () => {
    const message = 'Attempted to stop the environment but failed to change the status'
    const { gitlab } = await scriptedGitlab([
      { expect: 'POST /projects/42/environments/1/stop', status: 400, json: { message } },
    ])
    await expect(gitlab.stopEnvironment(42, 1)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining(message),
    })
  })

  test.each(['javascript:alert(1)', 'not a url', 'data:text/html,x'])('%s is no address to link to', async (url) => {
    const json = { ...recording('environment_get'), external_url: url }
    const { gitlab } = await scriptedGitlab([{ expect: 'GET /projects/42/environments/1', json }])
    expect((await gitlab.environment(42, 1)).externalUrl).toBeNull()
  })
})

describe('words that a newer GitLab may bring', () => {
  test('an unknown job status is neither finished nor playable', async () => {
    const json = { ...job(), status: 'waiting_for_moon' }
    const { gitlab } = await scriptedGitlab([{ expect: 'GET /projects/42/jobs/1', json }])
    expect((await gitlab.job(42, 1)).status).toBe('pending')
  })

  test('an unknown environment state may not be acted on, an unknown tier is guessed', async () => {
    const json = { ...recording('environment_get'), state: 'archived', tier: 'moon' }
    const { gitlab } = await scriptedGitlab([{ expect: 'GET /projects/42/environments/1', json }])
    expect(await gitlab.environment(42, 1)).toMatchObject({ state: 'stopping', tier: 'development' })
  })
})

describe('deployments', () => {
  // The documentation's example is older than the field.
  const deployments = recording('deployments_list').map((answer: { deployable: object }) => ({
    ...answer,
    deployable: { ...answer.deployable, web_url: 'https://gitlab.example.jp/g/p/-/jobs/657' },
  }))

  test('carry the job and the title of its commit', async () => {
    const { gitlab } = await scriptedGitlab([{ expect: 'GET /projects/42/deployments/41', json: deployments[0] }])
    expect(await gitlab.deployment(42, 41)).toEqual({
      id: 41,
      iid: 1,
      environmentId: 9,
      environmentName: 'production',
      ref: 'main',
      sha: '99d03678b90d914dbb1b109132516d71a4a03ea8',
      status: 'created',
      userName: 'Administrator',
      createdAt: at('2016-08-11T07:36:40.222Z'),
      updatedAt: at('2016-08-11T07:38:12.414Z'),
      job: {
        id: 657,
        name: 'deploy',
        status: 'success',
        webUrl: 'https://gitlab.example.jp/g/p/-/jobs/657',
        userName: 'Administrator',
        finishedAt: at('2016-08-11T07:36:39.851Z'),
        commitTitle: "Merge branch 'new-title' into 'main'",
        pipeline: { id: 36, status: 'success', webUrl: 'http://gitlab.dev/root/project/pipelines/12' },
      },
    })
  })

  test('may have been reported by an outside tool, by nobody, with ids beyond 32 bits', async () => {
    const id = 2 ** 40
    const json = { ...deployments[0], id, deployable: null, user: null, status: 'blocked' }
    const { gitlab } = await scriptedGitlab([{ expect: `GET /projects/42/deployments/${id}`, json }])
    expect(await gitlab.deployment(42, id)).toMatchObject({ id, job: null, userName: null, status: 'blocked' })
  })
})

describe('jobs', () => {
  test('playing posts once and reads the job', async () => {
    const { gitlab } = await scriptedGitlab([{ expect: 'POST /projects/42/jobs/1/play', json: job() }])
    expect(await gitlab.playJob(42, 1)).toMatchObject({
      status: 'pending',
      userName: null,
      startedAt: null,
      failureReason: null,
      pipelineId: 6,
      sha: '0ff3ae198f8601a285adcf5c0fff204ee6fba5fd',
    })
  })

  test('retry and cancel answer 201', async () => {
    const { gitlab } = await scriptedGitlab([
      { expect: 'POST /projects/42/jobs/1/retry', status: 201, json: { ...job(), id: 2 } },
      { expect: 'POST /projects/42/jobs/1/cancel', status: 201, json: { ...job(), status: 'canceling' } },
    ])
    expect((await gitlab.retryJob(42, 1)).id).toBe(2)
    expect((await gitlab.cancelJob(42, 1)).status).toBe('canceling')
  })

  test('one that cannot be played is refused, one that may not be is forbidden', async () => {
    const { gitlab } = await scriptedGitlab([
      { expect: 'POST /projects/42/jobs/1/play', status: 400, json: { message: '400 Bad request - Unplayable Job' } },
      {
        expect: 'POST /projects/42/jobs/1/retry',
        status: 403,
        json: { message: '403 Forbidden - Job is not retryable' },
      },
    ])
    await expect(gitlab.playJob(42, 1)).rejects.toMatchObject({ kind: 'refused' })
    await expect(gitlab.retryJob(42, 1)).rejects.toMatchObject({ kind: 'forbidden' })
  })

  test.each(['', '\u001b[0KRunning\r\n{"not": "JSON"}\n', '日本語 😀\n'])(
    'the log %j is text as it is',
    async (text) => {
      const { gitlab } = await scriptedGitlab([{ expect: 'GET /projects/42/jobs/1/trace', text }])
      expect(await gitlab.jobLog(42, 1)).toBe(text)
    },
  )

  test('of a pipeline are all read', async () => {
    const { gitlab } = await scriptedGitlab([
      {
        expect: 'GET /projects/42/pipelines/6/jobs?page=1&per_page=100&include_retried=false',
        json: recording('pipeline_jobs_list'),
      },
    ])
    const jobs = await gitlab.pipelineJobs(42, 6)
    expect(jobs.map(({ name, failureReason }) => [name, failureReason])).toEqual([
      ['rspec:other', 'stuck_or_timeout_failure'],
      ['teaspoon', 'script_failure'],
    ])
  })
})

describe('the repository', () => {
  test.each(['push', 'merge'])('a protected branch that Developers may %s', async (act) => {
    const told = { ...recording('branch_get'), [`developers_can_${act}`]: true }
    const { gitlab } = await scriptedGitlab([{ expect: 'GET /projects/42/repository/branches/main', json: told }])
    expect(await gitlab.branch(42, 'main')).toMatchObject({ isProtected: true, developersMayChange: true })
  })

  test('a branch with its commit, committed rather than authored', async () => {
    const { gitlab } = await scriptedGitlab([
      { expect: 'GET /projects/42/repository/branches/main', json: recording('branch_get') },
    ])
    expect(await gitlab.branch(42, 'main')).toEqual({
      name: 'main',
      isDefault: true,
      isProtected: true,
      developersMayChange: false,
      isMerged: false,
      webUrl: 'https://gitlab.example.com/my-group/my-project/-/tree/main',
      commit: {
        sha: '7b5c3cc8be40ee161ae89a06bba6229da1032a0c',
        title: 'add projects API',
        authorName: 'John Smith',
        committedAt: at('2012-06-28T03:44:20-07:00'),
      },
    })
  })

  test('compare asks for what one has and the other has not', async () => {
    const { commit } = recording('branch_get')
    const { gitlab } = await scriptedGitlab([
      {
        expect: 'GET /projects/42/repository/compare?from=v1%2B0&to=fix%2F%23%26&straight=false',
        json: { commits: [commit, { ...commit, id: 'newer' }], diffs: [] },
      },
    ])
    const commits = await gitlab.compare(42, { from: 'v1+0', to: 'fix/#&' })
    expect(commits.map(({ sha }) => sha)).toEqual([commit.id, 'newer'])
  })
})

test('a merge request, with what may be missing', async () => {
  const answer = recording('merge_request')
  const orphan = { ...answer, iid: 2, state: 'opened', source_project_id: null, sha: null, author: null, draft: true }
  const { gitlab } = await scriptedGitlab([
    {
      expect: 'GET /projects/42/merge_requests?page=1&per_page=100&order_by=updated_at&sort=desc',
      json: [answer, orphan],
    },
  ])
  expect(await gitlab.mergeRequests(42)).toMatchObject([
    {
      iid: 1,
      state: 'merged',
      sourceBranch: 'test1',
      sourceProjectId: 2,
      labels: ['Community contribution', 'Manage'],
    },
    { iid: 2, state: 'opened', sourceProjectId: null, sha: null, authorName: '', draft: true },
  ])
})

test('a pipeline', async () => {
  const { gitlab } = await scriptedGitlab([
    {
      expect: 'GET /projects/42/pipelines?page=1&per_page=100&order_by=updated_at&sort=desc',
      json: recording('pipelines_list'),
    },
  ])
  expect((await gitlab.pipelinesPage(42, {})).items[0]).toEqual({
    id: 47,
    iid: 12,
    ref: 'new-pipeline',
    sha: 'a91957a858320c0e17f3a0eca7cfacbff50ea29a',
    status: 'pending',
    source: 'push',
    webUrl: 'https://example.com/foo/bar/pipelines/47',
    createdAt: at('2016-08-11T11:28:34.085Z'),
    updatedAt: at('2016-08-11T11:32:35.169Z'),
  })
})
