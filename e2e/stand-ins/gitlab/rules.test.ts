import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readApiToken } from './empty-world.ts'
import { startTestGitlab, type TestGitlab } from './test-gitlab.ts'

/** The rules of GitLab that a client trips over. */

const project = '/projects/hello%2Fhello-app'
const monolith = '/projects/1001'

let gitlab: TestGitlab
beforeAll(async () => {
  gitlab = await startTestGitlab()
})
afterAll(() => gitlab.stop())

const get = (path: string) => gitlab.ask('GET', path)
const post = (path: string) => gitlab.ask('POST', path)

async function environmentId(name: string): Promise<number> {
  return (await get(`${project}/environments?name=${encodeURIComponent(name)}`)).body[0].id
}

const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 4000, interval: 20 })

describe('lists', () => {
  test('have 20 rows unless asked, and at most 100 whatever is asked', async () => {
    expect((await get(`${monolith}/environments`)).body).toHaveLength(20)
    const { body, headers } = await get(`${monolith}/environments?per_page=500`)
    expect(body).toHaveLength(100)
    expect(headers.get('x-per-page')).toBe('100')
    expect(headers.get('x-total')).toBe('1502')
    expect(headers.get('link')).toContain('rel="last"')
  })

  test('end with an empty x-next-page', async () => {
    const { headers, body } = await get(`${monolith}/environments?per_page=100&page=16`)
    expect(headers.get('x-next-page')).toBe('')
    expect(headers.get('link')).not.toContain('rel="next"')
    expect(body).toHaveLength(2)
  })

  test('of jobs have no totals', async () => {
    const { headers } = await get(`${project}/jobs`)
    expect(headers.get('x-total')).toBeNull()
    expect(headers.get('link')).not.toContain('rel="last"')
    expect(headers.get('x-next-page')).toBe('2')
  })

  test('of environments never have the last deployment, the single one has', async () => {
    const id = await environmentId('production')
    expect(
      (await get(`${project}/environments?per_page=100`)).body.some((row: object) => 'last_deployment' in row),
    ).toBe(false)
    const { last_deployment } = (await get(`${project}/environments/${id}`)).body
    expect(last_deployment.status).toBe('success')
    expect(last_deployment).not.toHaveProperty('environment')
  })

  test.each([
    [`${project}/environments?search=re`, 400],
    [`${project}/environments?search=REVIEW`, 200],
    [`${project}/environments?name=staging&search=stag`, 400],
    [`${project}/environments?states=running`, 400],
    [`${project}/deployments?updated_after=2026-01-01T00:00:00Z`, 400],
    [`${project}/deployments?updated_after=2026-01-01T00:00:00Z&order_by=updated_at`, 200],
    [`${project}/deployments?finished_after=2026-01-01T00:00:00Z&order_by=finished_at`, 400],
    [`${project}/deployments?finished_after=2026-01-01T00:00:00Z&order_by=finished_at&status=success`, 200],
    [`${project}/deployments?status=done`, 400],
    [`${project}/repository/compare?from=master`, 400],
    [`${project}/repository/compare?from=master&to=nowhere`, 404],
    [`${project}/repository/branches/nowhere`, 404],
    [`${project}/protected_environments`, 404],
    ['/projects/nobody%2Fnothing/environments', 404],
  ])('%s answers %i', async (path, status) => {
    expect((await get(path)).status).toBe(status)
  })

  test('of deployments begin with the oldest', async () => {
    const [first, second] = (await get(`${project}/deployments`)).body
    expect(first.id).toBeLessThan(second.id)
  })

  test('of the large project come quickly', async () => {
    for (const path of [
      'environments',
      'deployments?order_by=updated_at&sort=desc',
      'repository/branches',
      'pipelines',
      'merge_requests',
    ]) {
      await get(`${monolith}/${path}`)
      const started = performance.now()
      await get(`${monolith}/${path}${path.includes('?') ? '&' : '?'}per_page=100`)
      expect(performance.now() - started).toBeLessThan(200)
    }
  })
})

describe('who asks', () => {
  test('without a token or with a wrong one gets 401', async () => {
    expect((await gitlab.ask('GET', '/user', { token: null })).body).toEqual({ message: '401 Unauthorized' })
    expect((await gitlab.ask('GET', '/user', { token: 'wrong' })).status).toBe(401)
    const bearer = await gitlab.ask('GET', '/user', { token: null, headers: { authorization: 'Bearer wrong' } })
    expect(bearer.body.error).toBe('invalid_token')
  })

  test('with read_api reads by either header and may not act', async () => {
    const headers = { authorization: `Bearer ${readApiToken}` }
    expect((await gitlab.ask('GET', project, { token: null, headers })).status).toBe(200)
    const refused = await gitlab.ask('POST', `${project}/jobs/1/retry`, { token: readApiToken })
    expect([refused.status, refused.body.error]).toEqual([403, 'insufficient_scope'])
  })

  test('learns the rate limit, and meets both kinds of 429', async () => {
    expect(Number((await get('/user')).headers.get('ratelimit-remaining'))).toBeGreaterThan(0)
    await gitlab.control('POST', '/rate-limit', { perMinute: 0 })
    const front = await get('/user')
    await gitlab.control('POST', '/rate-limit', { perMinute: 2000 })
    expect([front.status, front.body]).toEqual([429, 'Retry later\n'])
    expect(Number(front.headers.get('retry-after'))).toBeGreaterThan(0)
    await gitlab.control('POST', '/faults', { match: 'GET /projects/*/jobs', status: 429, json: true, times: 1 })
    const application = await get(`${project}/jobs`)
    expect(application.body.message.error).toContain('too many times')
    expect(application.headers.get('retry-after')).toBeNull()
    expect((await get(`${project}/jobs`)).status).toBe(200)
  })

  test('gets 304 for what it already has, still counted', async () => {
    const etag = (await get(project)).headers.get('etag') as string
    expect(etag).toMatch(/^W\//)
    await gitlab.control('DELETE', '/requests')
    expect((await gitlab.ask('GET', project, { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect((await gitlab.control('GET', '/requests')).body.byRoute).toEqual({ 'GET /projects/:id': 1 })
  })
})

test('pushes at the same time each have their own commit on their own branch', async () => {
  const branches = Array.from({ length: 8 }, (_, index) => `feature/at-once-${index}`)
  const pushed = await Promise.all(
    branches.map((branch) =>
      gitlab.control('POST', '/push', { project: 'hello/hello-app', branch, message: `To ${branch} [skip ci]` }),
    ),
  )
  for (const [index, branch] of branches.entries()) {
    const { commit } = (await get(`${project}/repository/branches/${encodeURIComponent(branch)}`)).body
    expect([commit.id, commit.title]).toEqual([pushed[index]?.body.sha, `To ${branch} [skip ci]`])
  }
})

describe('jobs', () => {
  test('of a new pipeline cannot be played for a moment, then walk to their end with a growing log', async () => {
    const { body } = await gitlab.control('POST', '/push', {
      project: 'hello/hello-app',
      branch: 'feature/fresh',
      message: 'Fresh',
    })
    const jobs = (await get(`${project}/pipelines/${body.pipelineId}/jobs`)).body
    expect(jobs.map(({ name, status }: { name: string; status: string }) => [name, status])).toEqual([
      ['stop_review', 'created'],
      ['review', 'created'],
      ['rake', 'created'],
    ])
    const refused = await post(`${project}/jobs/${jobs[0].id}/play`)
    expect([refused.status, refused.body.message]).toEqual([400, '400 Bad request - Unplayable Job'])
    await until(async () => expect((await get(`${project}/jobs/${jobs[2].id}`)).body.status).toBe('success'))
    expect((await get(`${project}/jobs/${jobs[2].id}/trace`)).body).toContain('0 failures')
    // The review app's host is unreachable here, so its job fails, and its deployment with it.
    await until(async () =>
      expect((await get(`${project}/jobs/${jobs[1].id}`)).body.failure_reason).toBe('script_failure'),
    )
    const { body: deployments } = await get(`${project}/deployments?environment=review/feature/fresh`)
    expect(deployments[0].status).toBe('failed')
  })

  test('that wait for a click have a blocked deployment; an outdated one is refused', async () => {
    const { body } = await get(`${project}/deployments?environment=production&status=blocked`)
    expect(body.map((row: { deployable: { status: string } }) => row.deployable.status)).toEqual(['manual', 'manual'])
    const last = gitlab.world.projects.get(42)?.deployments.get(body[1].id)
    if (!last) throw new Error('no deployment')
    Object.assign(last, { status: 'success', finishedAt: new Date() })
    expect((await post(`${project}/jobs/${body[0].deployable.id}/play`)).status).toBe(403)
  })

  test('are retried as a new job with a new deployment, once', async () => {
    const [failed] = (await get(`${project}/deployments?environment=review/fix/timezone-in-mailer`)).body
    const { status, body } = await post(`${project}/jobs/${failed.deployable.id}/retry`)
    expect(status).toBe(201)
    expect(body.id).toBeGreaterThan(failed.deployable.id)
    const after = (await get(`${project}/deployments?environment=review/fix/timezone-in-mailer&sort=desc`)).body
    expect(after[0].deployable.id).toBe(body.id)
    expect(after[0].iid).toBeGreaterThan(failed.iid)
    expect((await post(`${project}/jobs/${failed.deployable.id}/retry`)).body.message).toBe(
      '403 Forbidden - Job is not retryable',
    )
  })

  test('that cannot name their environment fail without one', async () => {
    const { body } = await get(`${project}/pipelines?ref=${encodeURIComponent('fix/"quoted"-ünï-😀')}`)
    const jobs = (await get(`${project}/pipelines/${body[0].id}/jobs`)).body
    expect(jobs[1].failure_reason).toBe('environment_creation_failure')
  })
})

describe('stopping', () => {
  test('is `stopping` until the stop job has succeeded; the finished stop job was retried inside', async () => {
    const id = await environmentId('review/docs/api-guide')
    const { status, body } = await post(`${project}/environments/${id}/stop`)
    expect([status, body.state]).toEqual([200, 'stopping'])
    expect((await post(`${project}/environments/${id}/stop`)).status).toBe(400)
    await until(async () => expect((await get(`${project}/environments/${id}`)).body.state).toBe('stopped'))
    const jobs = (await get(`${project}/jobs?per_page=100`)).body
    const played = jobs.find(
      (job: { name: string; ref: string }) => job.name === 'stop_review' && job.ref === 'docs/api-guide',
    )
    const again = await post(`${project}/jobs/${played.id}/play`)
    expect([again.status, again.body.id]).toEqual([200, played.id])
    const { body: all } = await get(`${project}/pipelines/${played.pipeline.id}/jobs`)
    expect(all[0].id).toBeGreaterThan(played.id)
    await until(async () => expect((await get(`${project}/jobs/${all[0].id}`)).body.status).toBe('success'))
  })

  test('stays `stopping` when the stop job fails', async () => {
    await gitlab.control('POST', '/jobs/fail', { name: 'stop_review' })
    const id = await environmentId('review/feature/two-factor')
    await post(`${project}/environments/${id}/stop`)
    await until(async () => {
      const jobs = (await get(`${project}/jobs?scope[]=failed&per_page=100`)).body
      expect(
        jobs.some(
          (job: { name: string; ref: string }) => job.name === 'stop_review' && job.ref === 'feature/two-factor',
        ),
      ).toBe(true)
    })
    expect((await get(`${project}/environments/${id}`)).body.state).toBe('stopping')
  })

  test('without a stop job is `stopped` at once, and nothing is torn down', async () => {
    const staging = await environmentId('staging')
    expect((await post(`${project}/environments/${staging}/stop`)).body.state).toBe('stopped')
  })

  test('happens by itself when the branch is deleted', async () => {
    const id = await environmentId('review/feature/dark-mode')
    await gitlab.control('POST', '/branches/delete', { project: 'hello/hello-app', branch: 'feature/dark-mode' })
    expect((await get(`${project}/environments/${id}`)).body.state).toMatch(/stopping|stopped/)
  })

  test('only a stopped environment can be deleted', async () => {
    expect((await gitlab.ask('DELETE', `${project}/environments/${await environmentId('production')}`)).status).toBe(
      403,
    )
    const id = await environmentId('review/feature/csv-import')
    expect((await gitlab.ask('DELETE', `${project}/environments/${id}`)).status).toBe(204)
    expect((await get(`${project}/environments/${id}`)).status).toBe(404)
  })
})

describe('compare and merge', () => {
  test('what staging has and production has not, oldest first', async () => {
    const { body: tags } = await get(`${project}/repository/tags`)
    const { body } = await get(`${project}/repository/compare?from=${tags[0].target}&to=master`)
    expect(body.commits).toHaveLength(6)
    expect(body.commits[0].title).toBe('Read CSV in Shift_JIS and UTF-8')
    expect(body.commits.at(-1).message).toContain('See merge request hello/hello-app!8')
    expect(body.diffs.length).toBeGreaterThan(0)
  })

  test('a merge brings the branch’s files to master, and its pipeline', async () => {
    const merged = await gitlab.control('POST', '/merge-requests/merge', { project: 'hello/hello-app', iid: 9 })
    const { body } = await get(`${project}/repository/branches/master`)
    expect(body.commit.id).toBe(merged.body.mergeCommitSha)
    expect(body.commit.parent_ids).toHaveLength(2)
    expect((await get(`${project}/repository/branches/feature%2Flogin-with-passkey`)).status).toBe(404)
    expect((await get(`${project}/merge_requests/9`)).body.state).toBe('merged')
  })
})

describe('faults', () => {
  test.each([
    [{ status: 500 }, 500, 'application/json'],
    [{ status: 502, html: true }, 502, 'text/html; charset=utf-8'],
  ])('%j', async (fault, status, type) => {
    await gitlab.control('POST', '/faults', { match: '* /projects/*', times: 1, ...fault })
    const answer = await get(project)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type])
    expect((await get(project)).status).toBe(200)
  })

  test('a dropped connection', async () => {
    await gitlab.control('POST', '/faults', { match: '* /**', refuse: true })
    await expect(get(project)).rejects.toThrow()
    await gitlab.control('DELETE', '/faults')
    expect((await get(project)).status).toBe(200)
  })
})

describe('an environment can be given another address', () => {
  test('which then stands in every answer', async () => {
    const id = await environmentId('staging')
    const body = { external_url: 'https://staging.example.jp' }
    const answer = await gitlab.ask('PUT', `${project}/environments/${id}`, { body })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ id, name: 'staging', external_url: 'https://staging.example.jp' })
    expect((await get(`${project}/environments/${id}`)).body.external_url).toBe('https://staging.example.jp')
  })

  test('by who may act, and of the web only', async () => {
    const id = await environmentId('staging')
    const path = `${project}/environments/${id}`
    const body = { external_url: 'javascript:alert(1)' }
    expect((await gitlab.ask('PUT', path, { body })).status).toBe(400)
    expect((await gitlab.ask('PUT', path, { body, token: readApiToken })).status).toBe(403)
  })
})
