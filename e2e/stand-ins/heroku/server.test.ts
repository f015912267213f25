import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { gitEnvironment } from '../gitlab/git-environment.ts'
import { deployByDpl } from './dpl.ts'
import { type HerokuStandIn, startHeroku } from './server.ts'

const key = 'HRKU-test'
const createdAt = new Date('2026-10-01T00:00:00Z')
let dir: string
let heroku: HerokuStandIn

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'heroku-'))
  heroku = await startHeroku({ dir: join(dir, 'heroku'), key, stepMs: 20 })
})
afterAll(async () => {
  await heroku.stop()
  rmSync(dir, { recursive: true, force: true })
})

beforeEach(() => {
  const deploys = ['a', 'b'].map((letter) => ({ sha: letter.repeat(40), at: createdAt }))
  const common = { createdAt, deploys, formation: { web: 2, worker: 1 }, config: { SECRET: 'x' } }
  heroku.seed([{ ...common, name: 'hello', webName: 'hello', domains: ['www.hello.localhost'] }])
})

async function ask(
  method: string,
  path: string,
  more: { body?: object; headers?: Record<string, string> } = {},
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape are looked into here.
): Promise<any> {
  const headers = {
    accept: 'application/vnd.heroku+json; version=3',
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    ...more.headers,
  }
  const answer = await fetch(`${heroku.url}${path}`, {
    method,
    headers,
    ...(more.body && { body: JSON.stringify(more.body) }),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, json: text === '' ? null : JSON.parse(text) }
}

const control = (door: string, body: object) => {
  const [method = '', path] = door.split(' ')
  return ask(method, `/__control${path}`, { body })
}

const visit = (host: string): Promise<{ status: number; sha: string | undefined }> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: heroku.port, headers: { host } }, (response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0, sha: response.headers['x-berth-sha']?.toString() })
    })
    asked.on('error', reject).end()
  })

describe('lists', () => {
  it('come in parts, and each names the next', async () => {
    const first = await ask('GET', '/apps/hello/releases', { headers: { range: 'version ..; order=desc, max=2' } })
    expect(first.status).toBe(206)
    expect(first.json.map(({ version }: { version: number }) => version)).toEqual([4, 3])
    const next = first.headers.get('next-range')
    expect(next).toBe('version ]3..; order=desc, max=2')
    const second = await ask('GET', '/apps/hello/releases', { headers: { range: next } })
    expect(second).toMatchObject({ status: 200, json: [{ version: 2 }, { version: 1 }] })
    expect(second.headers.get('next-range')).toBeNull()
  })

  it.each(['nothing ..', 'version ..; max=5000'])('are refused by the range %s', async (range) => {
    expect(await ask('GET', '/apps/hello/releases', { headers: { range } })).toMatchObject({ status: 416 })
  })

  it('come without a body to who has them already', async () => {
    const { headers } = await ask('GET', '/apps/hello/releases')
    const again = await ask('GET', '/apps/hello/releases', { headers: { 'if-none-match': headers.get('etag') } })
    expect(again).toMatchObject({ status: 304, json: null })
  })
})

describe('refusals', () => {
  it('are told in Heroku’s form', async () => {
    expect(await ask('GET', '/account', { headers: { authorization: 'Bearer no' } })).toMatchObject({
      status: 401,
      json: { id: 'unauthorized' },
    })
    expect(await ask('GET', '/apps/nobody')).toMatchObject({ status: 404, json: { id: 'not_found' } })
    expect(await ask('GET', '/account', { headers: { accept: '*/*' } })).toMatchObject({ status: 400 })
  })

  it('meet a name of more than 30 characters', async () => {
    expect(await ask('POST', '/apps', { body: { name: 'a'.repeat(31) } })).toMatchObject({ status: 422 })
    expect(await ask('POST', '/apps', { body: { name: 'a'.repeat(30) } })).toMatchObject({ status: 201 })
  })

  it('meet an account that has spent its requests', async () => {
    await control('POST /rate-limit', { left: 2.5 })
    expect((await ask('GET', '/account')).headers.get('ratelimit-remaining')).toBe('1')
    await ask('GET', '/account')
    expect(await ask('GET', '/account')).toMatchObject({ status: 429, json: { id: 'rate_limit' } })
    await control('POST /rate-limit', { left: 4500 })
  })
})

describe('a release', () => {
  const versions = async () => {
    const { json } = await ask('GET', '/apps/hello/releases')
    return json.map((release: { status: string; current: boolean }) => [release.status, release.current])
  }

  it('is rolled back to as a new release of the same slug', async () => {
    const { json: before } = await ask('GET', '/apps/hello/releases')
    const rollback = await ask('POST', '/apps/hello/releases', { body: { release: before[2].id } })
    expect(rollback).toMatchObject({
      status: 201,
      json: { version: 5, description: 'Rollback to v3', slug: before[2].slug, current: true },
    })
    const slug = await ask('GET', `/apps/hello/slugs/${before[2].slug.id}`)
    expect(slug.json.commit).toBe('a'.repeat(40))
    await vi.waitFor(async () => expect(await visit('hello.localhost')).toEqual({ status: 200, sha: 'a'.repeat(40) }))
  })

  it('cannot be rolled back to where nothing was built', async () => {
    expect(await ask('POST', '/apps/hello/releases', { body: { release: 'v1' } })).toMatchObject({ status: 422 })
  })

  it('that fails leaves what ran before', async () => {
    await control('POST /release-fails', { app: 'hello' })
    await ask('PATCH', '/apps/hello/config-vars', { body: { TZ: 'Asia/Tokyo' } })
    await vi.waitFor(async () => expect((await versions()).at(-1)).toEqual(['failed', false]))
    expect((await versions()).at(-2)).toEqual(['succeeded', true])
  })
})

describe('visitors', () => {
  it('get the app by its own domain, the page of the maintenance mode, or an error of the router', async () => {
    expect(await visit('www.hello.localhost')).toEqual({ status: 200, sha: 'b'.repeat(40) })
    await ask('PATCH', '/apps/hello', { body: { maintenance: true } })
    expect(await visit('hello.localhost')).toMatchObject({ status: 503 })
    await ask('PATCH', '/apps/hello', { body: { maintenance: false } })
    await control('POST /dyno', { app: 'hello', process: 'web', state: 'crashed' })
    expect(await visit('hello.localhost')).toMatchObject({ status: 503 })
    expect((await ask('DELETE', '/apps/hello/dynos')).status).toBe(202)
    await vi.waitFor(async () => expect(await visit('hello.localhost')).toMatchObject({ status: 200 }))
    expect(await visit('nobody.localhost')).toMatchObject({ status: 404 })
  })
})

describe('dpl', () => {
  function commit(files: Record<string, string>): { repository: string; sha: string } {
    const repository = mkdtempSync(join(dir, 'repository-'))
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', repository, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], {
        env: gitEnvironment,
        encoding: 'utf8',
      })
    git('init', '--quiet')
    mkdirSync(repository, { recursive: true })
    for (const [name, text] of Object.entries(files)) writeFileSync(join(repository, name), text)
    git('add', '-A')
    git('commit', '--quiet', '-m', 'A commit')
    return { repository, sha: git('rev-parse', 'HEAD').trim() }
  }

  async function deploy(files: Record<string, string>) {
    let log = ''
    const what = commit(files)
    const say = (text: string) => {
      log += text
    }
    const signal = new AbortController().signal
    const code = await deployByDpl({ url: heroku.url, key, app: 'hello', ...what, say, signal })
    return { code, log, sha: what.sha }
  }

  it('deploys a commit, which then answers', async () => {
    const { code, log, sha } = await deploy({ Procfile: 'web: puma\n', 'index.html': '<h1>new</h1>' })
    expect(code).toBe(0)
    expect(log).toContain('Released v5')
    await vi.waitFor(async () => expect(await visit('hello.localhost')).toEqual({ status: 200, sha }))
    expect((await ask('GET', '/apps/hello/releases')).json.at(-1).description).toBe(`Deploy ${sha.slice(0, 8)}`)
  })

  it.each([{ 'fail-build': '' }, { 'README.md': 'nothing to run' }])(
    'fails with a build that fails: %j',
    async (files) => {
      const { code, log } = await deploy(files)
      expect(code).toBe(1)
      expect(log).toContain('Heroku build failed')
      expect((await ask('GET', '/apps/hello/releases')).json).toHaveLength(4)
    },
  )

  it('deploys what crashes, which Heroku only shows by its dynos', async () => {
    expect((await deploy({ Procfile: 'web: puma\n', crash: '' })).code).toBe(0)
    await vi.waitFor(async () => {
      const { json } = await ask('GET', '/apps/hello/dynos')
      expect(json[0].state).toBe('crashed')
    })
    expect(await visit('hello.localhost')).toMatchObject({ status: 503 })
  })
})
