import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Answer, startTestGitlab, type TestGitlab } from './test-gitlab.ts'
import { projectByPath } from './world.ts'

interface Call {
  headers: IncomingHttpHeaders
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: payloads of any shape are looked into here.
  body: any
}

/** Somebody who is called, and answers as `answers` says. */
async function receiver() {
  const calls: Call[] = []
  const answers = { status: 200 }
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    calls.push({ headers: request.headers, text, body: JSON.parse(text) })
    response.writeHead(answers.status).end('heard')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  const of = (kind: string) => calls.filter(({ body }) => body.object_kind === kind)
  return { url, calls, of, answers, stop: () => server.close() }
}

let gitlab: TestGitlab
let heard: Awaited<ReturnType<typeof receiver>>
beforeAll(async () => {
  gitlab = await startTestGitlab()
})
afterAll(() => gitlab.stop())
beforeEach(async () => {
  heard = await receiver()
  projectByPath(gitlab.world, 'hello/hello-app').hooks = []
  Object.assign(gitlab.world.hookRules, { toLocalNetwork: true, disabling: false })
})
afterEach(() => heard.stop())

const project = 'hello/hello-app'
const hooks = '/projects/42/hooks'
const allEvents = {
  push_events: true,
  tag_push_events: true,
  merge_requests_events: true,
  pipeline_events: true,
  job_events: true,
  deployment_events: true,
}

const add = (more: object = {}): Promise<Answer> =>
  gitlab.ask('POST', hooks, { body: { url: heard.url, token: 'a secret', ...allEvents, ...more } })
const push = (branch: string, message = 'Work') =>
  gitlab.control('POST', '/push', {
    project,
    branch,
    message: `${message} [skip ci]`,
    files: { 'a.txt': `${branch}\n` },
  })
const until = (check: () => void) => vi.waitFor(check, { timeout: 4000, interval: 20 })

describe('hooks', () => {
  test('are made, shown without their token, changed and removed', async () => {
    const made = await add({ name: 'Berth', job_events: false })
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'Berth', alert_status: 'executable', disabled_until: null },
    })
    expect(JSON.stringify(made.body)).not.toContain('a secret')
    const path = `${hooks}/${made.body.id}`
    expect((await gitlab.ask('GET', hooks)).body).toEqual([made.body])
    const changed = await gitlab.ask('PUT', path, { body: { job_events: true } })
    expect(changed).toMatchObject({ status: 200, body: { job_events: true, push_events: true, name: 'Berth' } })
    expect((await gitlab.ask('DELETE', path)).status).toBe(204)
    expect((await gitlab.ask('GET', path)).status).toBe(404)
  })

  test('want pushes only, unless they are told', async () => {
    const { body } = await gitlab.ask('POST', hooks, { body: { url: heard.url } })
    expect(body).toMatchObject({ push_events: true, pipeline_events: false, deployment_events: false })
  })

  test('are refused without an address, and into the local network where nobody allowed that', async () => {
    expect(await gitlab.ask('POST', hooks, { body: {} })).toMatchObject({
      status: 400,
      body: { error: 'url is missing' },
    })
    await gitlab.control('POST', '/hooks/rules', { toLocalNetwork: false })
    expect(await add()).toMatchObject({ status: 422, body: { error: 'Invalid url given' } })
  })

  const file = join(import.meta.dirname, '../../../../shared/reference/gitlab/examples/project_hook_get.json')
  test.skipIf(!existsSync(file))('have the fields of GitLab’s example (skipped without ../shared)', async () => {
    const { body } = await add()
    expect(Object.keys(body)).toEqual(expect.arrayContaining(Object.keys(JSON.parse(readFileSync(file, 'utf8')))))
  })
})

describe('a call', () => {
  test('tells of a push with GitLab’s headers and the token as it is', async () => {
    await add()
    const { body } = await push('feature/hooked', 'Add a hook')
    await until(() => expect(heard.of('push')).toHaveLength(1))
    const [call] = heard.of('push')
    expect(call?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^GitLab\//),
      'x-gitlab-event': 'Push Hook',
      'x-gitlab-instance': gitlab.url,
      'x-gitlab-token': 'a secret',
      'idempotency-key': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-gitlab-event-uuid': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-gitlab-webhook-uuid': expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(call?.headers).not.toHaveProperty('webhook-signature')
    expect(call?.body).toMatchObject({
      event_name: 'push',
      before: '0'.repeat(40),
      after: body.sha,
      ref: 'refs/heads/feature/hooked',
      project_id: 42,
      project: { id: 42, path_with_namespace: project },
      total_commits_count: 1,
    })
  })

  test('of a branch that is deleted has no commit after it', async () => {
    await push('feature/short-lived')
    await add()
    await gitlab.control('POST', '/branches/delete', { project, branch: 'feature/short-lived' })
    await until(() => expect(heard.of('push')[0]?.body).toMatchObject({ after: '0'.repeat(40), checkout_sha: null }))
  })

  test('is not made for a push of more than three branches', async () => {
    await add()
    await gitlab.control('POST', '/branches/push', { project, branches: ['a/1', 'a/2', 'a/3', 'a/4'] })
    await gitlab.control('POST', '/branches/push', { project, branches: ['b/1', 'b/2', 'b/3'] })
    await until(() => expect(heard.of('push')).toHaveLength(3))
    expect(
      heard
        .of('push')
        .map(({ body }) => body.ref)
        .sort(),
    ).toEqual(['refs/heads/b/1', 'refs/heads/b/2', 'refs/heads/b/3'])
    expect((await gitlab.ask('GET', '/projects/42/repository/branches/a%2F4')).status).toBe(200)
  })

  test('tells of a tag, made and deleted', async () => {
    const { body: hook } = await add({ pipeline_events: false, job_events: false, deployment_events: false })
    const tags = '/projects/42/repository/tags'
    expect((await gitlab.ask('POST', tags, { body: { tag_name: 'v9.0.0', ref: 'master' } })).status).toBe(201)
    await until(() => expect(heard.of('tag_push')).toHaveLength(1))
    await gitlab.ask('DELETE', `${tags}/v9.0.0`)
    await until(() => expect(heard.of('tag_push')).toHaveLength(2))
    const [made, deleted] = heard.of('tag_push').map(({ body }) => body)
    expect(made).toMatchObject({ ref: 'refs/tags/v9.0.0', before: '0'.repeat(40), commits: [] })
    expect(deleted).toMatchObject({ ref: 'refs/tags/v9.0.0', after: '0'.repeat(40), before: made.after })
    expect(hook.tag_push_events).toBe(true)
  })

  test('tells of merge requests', async () => {
    await push('feature/asked-for')
    await add()
    const { body } = await gitlab.control('POST', '/merge-requests/open', { project, branch: 'feature/asked-for' })
    await push('feature/asked-for', 'More')
    await gitlab.control('POST', '/merge-requests/close', { project, iid: body.iid })
    await until(() => expect(heard.of('merge_request')).toHaveLength(3))
    const told = heard.of('merge_request').map((call) => call.body.object_attributes)
    expect(told.map(({ action }) => action).sort()).toEqual(['close', 'open', 'update'])
    expect(told.every(({ iid }) => iid === body.iid)).toBe(true)
  })

  test('tells of jobs, pipelines and deployments, which are never told as created or blocked', async () => {
    await add()
    const { body } = await gitlab.control('POST', '/push', {
      project,
      branch: 'feature/piped',
      message: 'Run',
      files: { 'a.txt': 'a\n' },
    })
    const ended = (kind: string) =>
      heard.of(kind).some((call) => (call.body.object_attributes?.status ?? call.body.status) === 'failed')
    // Its runner finds no Dokku here: the deployment fails, which ends all three.
    await until(() => expect([ended('pipeline'), ended('deployment')]).toEqual([true, true]))
    const [build] = heard.of('build').filter((call) => call.body.build_name === 'rake')
    expect(build?.body).toMatchObject({
      pipeline_id: body.pipelineId,
      commit: { id: body.pipelineId },
      environment: null,
    })
    expect(heard.of('build').find((call) => call.body.build_name === 'review')?.body.environment).toEqual({
      name: 'review/feature/piped',
      action: 'start',
      deployment_tier: 'development',
    })
    const told = heard.of('deployment').map((call) => call.body)
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set(['running', 'failed']))
    for (const deployment of told) {
      expect(deployment).toMatchObject({ environment: 'review/feature/piped', short_sha: body.sha.slice(0, 8) })
      expect(deployment).not.toHaveProperty('sha')
      expect(deployment).not.toHaveProperty('ref')
    }
  })

  test('is not made when an environment is stopped', async () => {
    const { environments } = projectByPath(gitlab.world, project)
    const environment = [...environments.values()].find(({ name }) => name === 'review/feature/dark-mode')
    await add()
    await gitlab.control('POST', '/environments/stop', { project, name: environment?.name, force: true })
    await push('feature/later')
    await until(() => expect(heard.of('push')).toHaveLength(1))
    expect(heard.calls).toHaveLength(1)
  })

  test('is signed where somebody set a signing token', async () => {
    const key = Buffer.from('a key of some bytes')
    const made = await add()
    const signingToken = `whsec_${key.toString('base64')}`
    await gitlab.control('POST', '/hooks/change', { project, hookId: made.body.id, signingToken, token: null })
    await push('feature/signed')
    await until(() => expect(heard.of('push')).toHaveLength(1))
    const { headers, text } = heard.of('push')[0] as Call
    expect(headers['webhook-id']).toBe(headers['idempotency-key'])
    expect(headers).not.toHaveProperty('x-gitlab-token')
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`)
  })
})

describe('what was sent', () => {
  test('is listed without the token, and is sent again with the same key only when somebody asks', async () => {
    heard.answers.status = 500
    const { body: hook } = await add()
    await push('feature/lost')
    const events = () => gitlab.ask('GET', `${hooks}/${hook.id}/events`)
    await vi.waitFor(async () => expect((await events()).body).toHaveLength(1))
    const [event] = (await events()).body
    expect(event).toMatchObject({ trigger: 'push_hooks', response_status: '500', response_body: 'heard' })
    expect(event.request_headers['X-Gitlab-Token']).toBe('[REDACTED]')

    const resend = () => gitlab.ask('POST', `${hooks}/${hook.id}/events/${event.id}/resend`)
    expect((await resend()).status).toBe(422)
    heard.answers.status = 200
    expect(await resend()).toMatchObject({ status: 201, body: { response_status: 200 } })
    expect(new Set(heard.calls.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
    expect(heard.calls).toHaveLength(3)
  })

  test('a test sends the newest of its kind, at most five a minute', async () => {
    const { body: hook } = await add()
    const testOf = (trigger: string) => gitlab.ask('POST', `${hooks}/${hook.id}/test/${trigger}`)
    expect((await testOf('sneezes')).status).toBe(400)
    for (const trigger of ['push_events', 'pipeline_events', 'deployment_events', 'merge_requests_events'])
      expect(await testOf(trigger)).toMatchObject({ status: 201, body: { message: '201 Created' } })
    expect(heard.calls.map(({ body }) => body.object_kind)).toEqual(['push', 'pipeline', 'deployment', 'merge_request'])
    heard.answers.status = 401
    expect(await testOf('job_events')).toMatchObject({ status: 422, body: { message: 'heard' } })
    expect((await testOf('push_events')).status).toBe(429)
  })

  test('a replay sends everything again with the same keys, in another order', async () => {
    await add()
    for (const branch of ['c/1', 'c/2', 'c/3']) await push(branch)
    await until(() => expect(heard.calls).toHaveLength(3))
    const { body } = await gitlab.control('POST', '/hooks/replay', { project, times: 4 })
    expect(body).toEqual({ 200: 12 })
    expect(new Set(heard.calls.map(({ headers }) => headers['idempotency-key'])).size).toBe(3)
    expect(heard.calls.slice(3, 6).map(({ body }) => body.ref)).not.toEqual(
      heard.calls.slice(0, 3).map(({ body }) => body.ref),
    )
  })
})

describe('a hook that fails again and again', () => {
  const failing = async () => {
    heard.answers.status = 500
    const { body: hook } = await add({ job_events: false, deployment_events: false, pipeline_events: false })
    const shown = async () => (await gitlab.ask('GET', `${hooks}/${hook.id}`)).body
    return { hook, shown, fail: (branch: string) => push(branch) }
  }

  test('is called on and on, unless GitLab disables hooks', async () => {
    const { shown, fail } = await failing()
    for (let time = 1; time <= 5; time += 1) await fail(`d/${time}`)
    await until(() => expect(heard.calls).toHaveLength(5))
    expect((await shown()).alert_status).toBe('executable')
  })

  test('rests for a minute after the fourth failure, until a test arrives', async () => {
    await gitlab.control('POST', '/hooks/rules', { disabling: true })
    const { hook, shown, fail } = await failing()
    for (let time = 1; time <= 4; time += 1) {
      await fail(`e/${time}`)
      await until(() => expect(heard.calls).toHaveLength(time))
    }
    await vi.waitFor(async () => expect((await shown()).alert_status).toBe('temporarily_disabled'))
    await fail('e/5')
    heard.answers.status = 200
    expect((await gitlab.ask('POST', `${hooks}/${hook.id}/test/push_events`)).status).toBe(201)
    expect(heard.calls).toHaveLength(5)
    expect(await shown()).toMatchObject({ alert_status: 'executable', disabled_until: null })
  })
})
