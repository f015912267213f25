import { type APIResponse, expect, type Page, request, test } from '@playwright/test'
import { type Instance, password, startInstance } from '../instance.ts'
import { signIn } from '../steps.ts'
import { control, gitlab, projects, reviewAppOf, visit } from '../world.ts'

const pages = [
  '/',
  '/projects/42',
  '/projects/42?promote=3',
  '/projects/42/environments/3',
  '/projects/42/environments/3?ask=rebuild',
  '/projects/42/sweep',
  '/projects/42/pipeline',
  '/projects/999',
  '/findings',
  '/hosts',
  '/hosts/review',
  '/channels',
  '/projects/42/settings/channels',
]

/** Every door behind which something stands, with a way to knock that would do something. */
const doors = [
  { method: 'GET', path: '/api/v1/projects' },
  { method: 'GET', path: '/api/v1/projects/42/board' },
  { method: 'GET', path: '/api/v1/operations/00000000-0000-4000-8000-000000000000' },
  { method: 'POST', path: '/api/v1/projects/42/promotions' },
  { method: 'POST', path: '/api/v1/projects/42/environments/7/stop' },
  { method: 'POST', path: '/api/v1/projects/42/environments/7/restart' },
  { method: 'POST', path: '/api/v1/projects/42/environments/7/rebuild' },
  { method: 'POST', path: '/api/v1/projects/42/environments/7/scale' },
  { method: 'POST', path: '/api/v1/projects/42/environments/7/unlock' },
  { method: 'POST', path: '/api/v1/projects/42/sweeps' },
  { method: 'GET', path: '/api/v1/projects/42/pipeline' },
  { method: 'POST', path: '/api/v1/projects/42/pipeline' },
  { method: 'GET', path: '/api/v1/projects/42/webhook' },
  { method: 'POST', path: '/api/v1/projects/42/webhook' },
  { method: 'DELETE', path: '/api/v1/projects/42/webhook' },
  { method: 'POST', path: '/api/v1/projects/42/webhook/test' },
  { method: 'PUT', path: '/api/v1/projects/42/webhook/signing-token' },
  { method: 'POST', path: '/api/v1/operations/00000000-0000-4000-8000-000000000000/cancel' },
  { method: 'GET', path: '/api/v1/findings' },
  { method: 'POST', path: '/api/v1/findings/00000000-0000-4000-8000-000000000000/snooze' },
  { method: 'DELETE', path: '/api/v1/findings/00000000-0000-4000-8000-000000000000/snooze' },
  { method: 'GET', path: '/api/v1/channels' },
  { method: 'POST', path: '/api/v1/channels' },
  { method: 'POST', path: '/api/v1/projects/42/channels' },
  { method: 'PATCH', path: '/api/v1/channels/00000000-0000-4000-8000-000000000000' },
  { method: 'DELETE', path: '/api/v1/channels/00000000-0000-4000-8000-000000000000' },
  { method: 'POST', path: '/api/v1/channels/00000000-0000-4000-8000-000000000000/test' },
  { method: 'POST', path: '/api/v1/channels/00000000-0000-4000-8000-000000000000/dead-letters/all' },
  { method: 'DELETE', path: '/api/v1/channels/00000000-0000-4000-8000-000000000000/dead-letters/all' },
  { method: 'GET', path: '/api/v1/projects/42/policies' },
  { method: 'POST', path: '/api/v1/projects/42/policies/preview' },
  { method: 'POST', path: '/api/v1/projects/42/policies/run' },
  { method: 'PUT', path: '/api/v1/projects/42/settings' },
  { method: 'POST', path: '/api/v1/projects/42/environments/7/keep-alive' },
  { method: 'GET', path: '/api/v1/hosts' },
  { method: 'GET', path: '/api/v1/hosts/review' },
  { method: 'GET', path: '/api/projects/42/environments/7/log' },
  { method: 'GET', path: '/api/projects/42/jobs/1/log' },
  { method: 'GET', path: '/api/events?topics=fleet' },
] as const

let berth: Instance
/** Read again at each start. */
const settings: Record<string, string> = {}

test.beforeAll(async () => {
  test.setTimeout(240_000)
  berth = await startInstance({ jobMs: 300, env: settings })
})
test.afterAll(() => berth.stop())

async function problemOf(response: APIResponse): Promise<{ status: number; title: string; detail: string }> {
  expect(response.headers()['content-type']).toBe('application/problem+json')
  const problem = await response.json()
  expect(problem).toMatchObject({ status: response.status(), type: expect.stringMatching(/^urn:berth:/) })
  return problem
}

/** A caller of the API; without a token a stranger. */
const caller = (token: string | null = null) =>
  request.newContext({
    baseURL: berth.url,
    ...(token !== null && { extraHTTPHeaders: { authorization: `Bearer ${token}` } }),
  })

test('who is not signed in sees the sign-in on every page', async ({ page }) => {
  for (const place of pages) {
    await page.goto(berth.url + place)
    const back = new URLSearchParams(place === '/' ? {} : { next: place })
    await expect(page, place).toHaveURL(`${berth.url}/sign-in${back.size > 0 ? `?${back}` : ''}`)
    await expect(page.getByRole('heading', { name: 'Sign in to Berth' })).toBeVisible()
  }
})

test('who is not signed in gets 401 as problem+json at every door', async () => {
  const stranger = await caller()
  const wrong = await caller('berth_wrong')
  for (const { method, path } of doors) {
    for (const who of [stranger, wrong]) {
      const response = await who.fetch(path, { method, maxRedirects: 0 })
      expect(response.status(), `${method} ${path}`).toBe(401)
      expect(response.headers()['www-authenticate']).toBe('Bearer')
      await problemOf(response)
    }
  }
})

test('health and readiness answer anybody, and name no host', async () => {
  const stranger = await caller()
  const health = await stranger.get('/api/health')
  expect(health.status()).toBe(200)
  expect(await health.json()).toEqual({ status: 'ok' })
  const ready = await stranger.get('/api/ready')
  expect(ready.status()).toBe(200)
  const body = await ready.json()
  expect(body).toMatchObject({ ready: true, database: 'ok', migrations: 'ok' })
  const sources = (body.sources as { id: string }[]).map(({ id }) => id)
  expect(sources).toEqual(['dokku:production', 'dokku:review', 'gitlab', 'gitlab:42', 'gitlab:43'])
  for (const source of body.sources) {
    expect(source).toEqual({
      id: expect.any(String),
      observedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      ageSeconds: expect.any(Number),
      failingSince: null,
      failure: null,
    })
  }
  expect(await ready.text()).not.toContain('127.0.0.1')
})

test('every answer says what a browser may do with it and has an id; no script runs without the nonce of its page', async ({
  page,
}) => {
  const stranger = await caller()
  const nonces = new Set<string>()
  const places = ['/sign-in', '/', '/nowhere', '/api/health', '/api/v1/projects', '/icons.svg']
  for (const place of places) {
    const headers = (await stranger.get(place, { maxRedirects: 0 })).headers()
    expect(headers, place).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' })
    expect(headers['x-request-id'], place).toMatch(/^[\w-]{36}$/)
    expect(headers['x-powered-by'], place).toBeUndefined()
    const policy = headers['content-security-policy'] ?? ''
    expect(policy, place).toContain("default-src 'none'")
    expect(policy, place).not.toContain('unsafe')
    nonces.add(/'nonce-([^']+)'/.exec(policy)?.[1] ?? '')
  }
  expect(nonces.size, 'no nonce serves twice').toBe(places.length)
  const given = await stranger.get('/api/health', { headers: { 'x-request-id': 'proxy-0001' } })
  expect(given.headers()['x-request-id']).toBe('proxy-0001')

  await page.goto(`${berth.url}/sign-in`)
  const html = await (await stranger.get('/sign-in')).text()
  const scripts = html.match(/<script\b[^>]*>/g) ?? []
  expect(scripts.length).toBeGreaterThan(0)
  expect(scripts.filter((tag) => !tag.includes('nonce='))).toEqual([])
  expect(html).not.toMatch(/\son\w+="/)
})

test('signing in, a restart of the web server, and signing out', async ({ page }) => {
  test.setTimeout(120_000)
  await signIn(page, berth)
  await berth.kill('web')
  await expect(async () => {
    await page.goto(`${berth.url}/projects/42`)
    await expect(page.getByRole('region', { name: 'Lane' })).toBeVisible({ timeout: 1000 })
  }).toPass({ timeout: 60_000 })

  const cookies = await page.context().cookies()
  await page.getByRole('button', { name: 'Sign out operator' }).click()
  await expect(page).toHaveURL(`${berth.url}/sign-in`)
  await page.goto(berth.url)
  await expect(page).toHaveURL(`${berth.url}/sign-in`)
  await page.context().addCookies(cookies)
  await page.goto(berth.url)
  await expect(page, 'the session itself has ended, not only its cookie').toHaveURL(`${berth.url}/sign-in`)
})

test.describe('the API', () => {
  test('says what the pages say', async () => {
    const api = await caller(berth.token('reader'))
    const fleet = await (await api.get('/api/v1/projects')).json()
    const names = (fleet.projects as { summary: { pathWithNamespace: string } }[]).map(
      ({ summary }) => summary.pathWithNamespace,
    )
    expect(names.toSorted()).toEqual(['hello/handbook', 'hello/hello-app'])

    const response = await api.get('/api/v1/projects/42/board?q=feature/&filter=open&sort=branch&page=1')
    expect(response.headers()['cache-control']).toBe('no-store')
    const { query, board, summary } = await response.json()
    expect(query).toEqual({ q: 'feature/', filter: 'open', sort: 'branch', direction: 'asc', page: 1 })
    expect(summary).toMatchObject({ projectId: 42, pathWithNamespace: 'hello/hello-app' })
    const rows = board.rows as { branch: { name: string }; mergeRequest: { state: string } }[]
    expect(rows.length).toBeGreaterThan(3)
    expect(rows.length).toBe(board.total)
    for (const { branch, mergeRequest } of rows) {
      expect(branch.name).toContain('feature/')
      expect(mergeRequest.state).toBe('opened')
    }
    const order = rows.map(({ branch }) => branch.name)
    expect(order).toEqual(order.toSorted())
  })

  test('promotes: 202, where to look, and the operation to its end', async () => {
    const api = await caller(berth.token('promoter'))
    const { summary } = await (await api.get('/api/v1/projects/42/board')).json()
    const { fromSha: sha, toEnvironmentId: environmentId } = summary.lane.links[0]
    const accepted = await api.post('/api/v1/projects/42/promotions', { data: { environmentId, sha } })
    expect(accepted.status()).toBe(202)
    const asked = await accepted.json()
    expect(accepted.headers().location).toBe(`/api/v1/operations/${asked.id}`)
    expect(asked).toMatchObject({ kind: 'promote', requestedBy: 'promoter', requestedVia: 'api' })
    await expect
      .poll(async () => (await (await api.get(accepted.headers().location ?? '')).json()).status, { timeout: 30_000 })
      .toBe('succeeded')
    expect((await visit(berth, 'production', 'hello-app')).sha).toBe(sha)

    const again = await api.post('/api/v1/projects/42/promotions', { data: { environmentId, sha } })
    expect(again.status()).toBe(409)
    expect((await problemOf(again)).detail).toContain('already runs')
  })

  test('stops a review app: gone from GitLab and from Dokku', async () => {
    const api = await caller(berth.token('stopper'))
    const app = await reviewAppOf(berth, 'feature/invoice-emails')
    const { board } = await (await api.get('/api/v1/projects/42/board?q=feature/invoice-emails')).json()
    const environmentId = board.rows[0].environment.id
    const accepted = await api.post(`/api/v1/projects/42/environments/${environmentId}/stop`)
    expect(accepted.status()).toBe(202)
    await expect
      .poll(async () => (await (await api.get(accepted.headers().location ?? '')).json()).status, { timeout: 30_000 })
      .toBe('succeeded')
    expect(await gitlab(berth, `/projects/42/environments/${environmentId}`)).toMatchObject({ state: 'stopped' })
    const { apps } = await control<{ apps: { name: string }[] }>(berth, 'review', 'GET /state')
    expect(apps.map(({ name }) => name)).not.toContain(app)
  })

  test('refuses what cannot be meant, each with its reason', async () => {
    const api = await caller(berth.token('clumsy'))
    const promotions = '/api/v1/projects/42/promotions'
    const sha = 'a'.repeat(40)
    const json = { 'content-type': 'application/json' }
    await control(berth, 'gitlab', 'DELETE /requests')
    for (const [data, headers] of [
      ['{', json],
      ['null', json],
      ['[]', json],
      ['{}', json],
      [JSON.stringify({ environmentId: 3, sha: 'abc' }), json],
      [JSON.stringify({ environmentId: '3', sha }), json],
      [JSON.stringify({ environmentId: 3, sha, force: true }), json],
      [JSON.stringify({ environmentId: 3, sha: sha.repeat(1000) }), json],
      [JSON.stringify({ environmentId: 3, sha }), { 'content-type': 'text/plain' }],
      [`{"environmentId":3,"sha":"${sha}","__proto__":{"may":"act"}}`, json],
    ] as const) {
      const response = await api.post(promotions, { data: Buffer.from(data), headers })
      expect(response.status(), data.slice(0, 80)).toBe(422)
      expect((await problemOf(response)).detail.length).toBeGreaterThan(10)
    }
    const stale = await api.post(promotions, { data: { environmentId: 3, sha } })
    expect(stale.status()).toBe(409)
    await problemOf(stale)
    for (const path of [
      '/api/v1/projects/999/board',
      '/api/v1/projects/abc/board',
      '/api/v1/projects/-1/board',
      '/api/v1/projects/42%20OR%201=1/board',
      '/api/v1/projects/99999999999999999999/board',
      '/api/v1/operations/x',
      '/api/v1/operations/%00',
      '/api/v1/operations/00000000-0000-4000-8000-000000000000',
    ]) {
      const response = await api.get(path)
      expect(response.status(), path).toBe(404)
      await problemOf(response)
    }
    for (const path of [
      '/api/v1/projects/999/promotions',
      '/api/v1/projects/42/environments/999999/stop',
      '/api/v1/projects/42/environments/x/stop',
    ]) {
      const response = await api.post(path, { data: { environmentId: 3, sha } })
      expect(response.status(), path).toBe(404)
      await problemOf(response)
    }
    const production = await api.post('/api/v1/projects/42/environments/3/stop')
    expect(production.status()).toBe(409)
    expect((await problemOf(production)).detail).toContain('production')
    const { requests } = await control<{ requests: { method: string }[] }>(berth, 'gitlab', 'GET /requests')
    expect(new Set(requests.map(({ method }) => method)), 'GitLab was only read').toEqual(new Set(['GET']))
  })
})

test('another site cannot act with somebody’s session', async ({ page }) => {
  await signIn(page, berth)
  const [session] = await page.context().cookies()
  expect(session).toMatchObject({ name: 'berth_session', httpOnly: true, sameSite: 'Lax' })
  const stranger = await caller()
  const cookie = `${session?.name}=${session?.value}`
  const data = { environmentId: 3, sha: 'a'.repeat(40) }
  for (const headers of [
    { origin: 'http://evil.example' },
    { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' },
    { origin: 'null' },
    { 'sec-fetch-site': 'same-site', origin: berth.url },
    {},
  ]) {
    const response = await stranger.post('/api/v1/projects/42/promotions', { data, headers: { cookie, ...headers } })
    expect(response.status(), JSON.stringify(headers)).toBe(403)
    await problemOf(response)
  }
  const own = await stranger.post('/api/v1/projects/42/promotions', {
    data,
    headers: { cookie, origin: berth.url, 'sec-fetch-site': 'same-origin' },
  })
  expect(own.status(), 'Berth’s own page gets the rule’s answer').toBe(409)
})

test('wrong passwords are refused, and after five nobody from there may try for a while', async ({ page }) => {
  await page.goto(`${berth.url}/sign-in`)
  const attempt = async (words: string) => {
    await page.getByLabel('Password').fill(words)
    await page.getByRole('button', { name: 'Sign in' }).click()
    // The answer empties the field: whoever types before would lose what they typed.
    await expect(page.getByLabel('Password')).toHaveValue('')
  }
  const alert = page.getByRole('main').getByRole('alert')
  for (let count = 1; count <= 5; count++) {
    await attempt(`wrong ${count}`)
    await expect(alert).toHaveText('That is not the password.')
  }
  await attempt('wrong 6')
  await expect(alert).toHaveText(/^Too many wrong attempts; try again in \d+ minutes\.$/)
  await attempt(password)
  await expect(alert).toHaveText(/^Too many wrong attempts/)
  await expect(page).toHaveURL(`${berth.url}/sign-in`)
})

test.describe('read-only', () => {
  let cookies: Awaited<ReturnType<ReturnType<Page['context']>['cookies']>>
  /** What the browser sent when somebody pressed Stop while it was still allowed. */
  let press: { url: string; headers: Record<string, string>; body: Buffer }

  test.beforeAll(async ({ browser }) => {
    test.setTimeout(240_000)
    await berth.stop()
    berth = await startInstance({ jobMs: 300, env: settings })
    const page = await browser.newPage()
    await signIn(page, berth)
    await page.goto(`${berth.url}/projects/42`)
    await page.getByRole('row').filter({ hasText: 'docs/api-guide' }).getByRole('link', { name: /^Stop/ }).click()
    await page.route('**/projects/42**', async (route) => {
      const sent = route.request()
      if (sent.method() !== 'POST') return route.continue()
      press = { url: sent.url(), headers: await sent.allHeaders(), body: sent.postDataBuffer() ?? Buffer.alloc(0) }
      await route.abort()
    })
    await page.getByRole('button', { name: 'Stop review/docs/api-guide' }).click()
    await expect.poll(() => press !== undefined).toBe(true)
    cookies = await page.context().cookies()
    await page.close()
    settings.BERTH_READ_ONLY = 'true'
    await berth.kill('all')
    await berth.start()
  })

  test('no page offers to act, and each says why', async ({ page }) => {
    await page.context().addCookies(cookies)
    await page.goto(`${berth.url}/projects/42`)
    await expect(page.getByText('Read-only', { exact: true })).toBeVisible()
    await expect(page.getByText('Berth is read-only here.')).toBeVisible()
    await expect(page.getByRole('link', { name: /^Promote to/ })).toHaveCount(0)
    await expect(page.getByRole('button', { name: /^(Retry|Cancel)/ })).toHaveCount(0)
    await page.goto(`${berth.url}/projects/42?promote=3`)
    await expect(page.getByRole('button', { name: 'Berth is read-only here.' })).toBeDisabled()
    await expect(page.getByRole('button', { name: /^Deploy/ })).toHaveCount(0)
    const { id } = await environmentOf('docs/api-guide')
    for (const place of [`/projects/42?stop=${id}`, `/projects/42/environments/${id}?stop=${id}`]) {
      await page.goto(berth.url + place)
      await expect(page.getByRole('dialog')).toBeVisible()
      await expect(page.getByRole('dialog').getByRole('button', { name: /^Stop/ })).toHaveCount(0)
    }
    await page.goto(`${berth.url}/projects/42/environments/${id}`)
    await expect(page.getByRole('region', { name: /^App / })).toBeVisible()
    await expect(page.getByRole('link', { name: /^(Restart|Rebuild|Scale|Unlock|Stop|Snooze)/ })).toHaveCount(0)
    for (const command of ['restart', 'rebuild', 'scale', 'unlock']) {
      await page.goto(`${berth.url}/projects/42/environments/${id}?ask=${command}`)
      await expect(page.getByRole('heading', { level: 1, name: 'review/docs/api-guide' })).toBeVisible()
      await expect(page.getByRole('dialog'), command).toHaveCount(0)
    }
    await page.goto(`${berth.url}/projects/42/sweep`)
    await expect(page.getByRole('heading', { level: 1, name: 'Sweep' })).toBeVisible()
    await expect(page.getByRole('button', { name: /sweep/i })).toHaveCount(0)
  })

  test('nothing offers a stop where there is none', async ({ page }) => {
    await page.context().addCookies(cookies)
    await page.goto(`${berth.url}/projects/42`)
    await expect(page.getByRole('table')).toBeVisible()
    await expect(page.getByRole('link', { name: /^Stop/ })).toHaveCount(0)
  })

  test('the server refuses a press that a page did not offer', async () => {
    const { id } = await environmentOf('docs/api-guide')
    const before = await gitlab(berth, `/projects/42/environments/${id}`)
    const { 'content-length': _, ...headers } = press.headers
    const response = await fetch(press.url.replace(/^http:\/\/[^/]+/, berth.url), {
      method: 'POST',
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':'))),
      body: new Uint8Array(press.body),
    })
    expect(await response.text()).toContain('read-only')
    expect(await gitlab(berth, `/projects/42/environments/${id}`)).toEqual(before)
  })

  test('the API refuses with 403 and the reason', async () => {
    const api = await caller(berth.token('late'))
    const { id } = await environmentOf('docs/api-guide')
    const [finding] = (await (await api.get('/api/v1/findings?project=42')).json()).findings
    for (const [path, data] of [
      ['/api/v1/projects/42/promotions', { environmentId: 3, sha: 'a'.repeat(40) }],
      [`/api/v1/projects/42/environments/${id}/stop`, undefined],
      [`/api/v1/projects/42/environments/${id}/restart`, undefined],
      [`/api/v1/projects/42/environments/${id}/rebuild`, undefined],
      [`/api/v1/projects/42/environments/${id}/scale`, { counts: { web: 2 } }],
      [`/api/v1/projects/42/environments/${id}/unlock`, undefined],
      ['/api/v1/projects/42/sweeps', { choose: 'all-leftovers', dryRun: false, confirmation: 'sweep 1' }],
      [`/api/v1/findings/${finding.id}/snooze`, { days: 1, reason: 'Not now' }],
    ] as const) {
      const response = await api.post(path, { ...(data && { data }) })
      expect(response.status(), path).toBe(403)
      expect((await problemOf(response)).detail).toContain('read-only')
    }
    expect((await api.get('/api/v1/projects/42/board')).status()).toBe(200)
    expect(await gitlab(berth, `/projects/42/environments/${id}`)).toMatchObject({ state: 'available' })
  })
})

async function environmentOf(branch: string): Promise<{ id: number }> {
  const query = `name=${encodeURIComponent(`review/${branch}`)}`
  const [found] = await gitlab<{ id: number }[]>(berth, `/projects/${projects.helloApp}/environments?${query}`)
  if (!found) throw new Error(`GitLab has no environment for ${branch}.`)
  return found
}
