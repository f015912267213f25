import { type BrowserContext, expect, type Locator, type Page, test } from '@playwright/test'
import type { Operation } from '#lib/domain/operation.ts'
import { dokku } from '../by-hand.ts'
import { type Instance, startInstance } from '../instance.ts'
import { expectSameDocument, markDocument, signIn, step } from '../steps.ts'
import { control, deployedSha, environmentNamed, projects, reviewAppOf, visit } from '../world.ts'

/** What somebody put into an app's config on the host. */
const planted = {
  SMTP_PASSWORD: 'hunter2-is-taken',
  SECRET_KEY_BASE: '9c1185a5c5e9fc54612808977ee8f548',
  PAYMENT_URL: 'https://shop:opensesame@pay.example/v1',
}

/** Whose app's log is looked at, whose app gets commands, and whose is used up by a crash. */
const [chatty, steered, fragile] = ['feature/login-with-passkey', 'docs/api-guide', 'feature/two-factor'] as const

let berth: Instance
let token: string
let cookies: Awaited<ReturnType<BrowserContext['cookies']>>

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000)
  berth = await startInstance({ jobMs: 300 })
  token = berth.token('commands')
  const page = await browser.newPage()
  await signIn(page, berth)
  cookies = await page.context().cookies()
  await page.close()
  const pairs = Object.entries(planted).map(([key, value]) => `${key}=${value}`)
  await dokku(berth, 'review', 'config:set', await reviewAppOf(berth, chatty), ...pairs)
})
test.afterAll(() => berth?.stop())
test.beforeEach(({ context }) => context.addCookies(cookies))

test.describe('the live log', () => {
  let app: string
  test.beforeAll(async () => {
    app = await reviewAppOf(berth, chatty)
  })

  test('lines appear as the app writes them, in its colours; they can be held and sifted', async ({ page }) => {
    const { panel, lines } = await openLog(page, chatty)
    await write(app, '\u001b[31;1mred alert\u001b[0m after \u001b[32mgreen\u001b[0m')
    await expect(lines).toContainText('red alert after green')
    await expect(lines).not.toContainText(/[\u001b]|\[\d+(;\d+)*m/)
    const colours = await Promise.all(['red alert', 'after', 'green'].map((words) => colourOf(lines, words)))
    expect(new Set(colours).size).toBe(3)

    await panel.getByRole('button', { name: 'Pause' }).click()
    for (const count of [1, 2, 3]) await write(app, `held line ${count}`)
    const resume = panel.getByRole('button', { name: 'Resume · 3 waiting' })
    await expect(resume).toBeVisible()
    await expect(panel).toContainText('paused')
    await expect(lines).not.toContainText('held line')
    await resume.click()
    for (const count of [1, 2, 3]) await expect(lineWith(lines, `held line ${count}`)).toHaveCount(1)

    const filter = panel.getByRole('searchbox', { name: 'Filter lines' })
    await filter.fill('HELD LINE 2')
    await expect(panel.getByRole('status').filter({ hasText: '1 line' })).toBeVisible()
    await expect(lines.getByRole('paragraph')).toHaveCount(1)
    await write(app, 'another held line 2')
    await write(app, 'something else')
    await expect(lines.getByRole('paragraph')).toHaveCount(2)
    await filter.fill('')
    await expect(lines).toContainText('something else')
  })

  test('all who look share one stream from the host, which ends after the last of them', async ({ page, browser }) => {
    const { lines } = await openLog(page, chatty)
    const context = await browser.newContext()
    await context.addCookies(cookies)
    const other = await openLog(await context.newPage(), chatty)
    await write(app, 'seen by two')
    await expect(lines).toContainText('seen by two')
    await expect(other.lines).toContainText('seen by two')
    expect(await followers()).toBe(1)
    await context.close()
    await write(app, 'seen by one')
    await expect(lines).toContainText('seen by one')
    expect(await followers()).toBe(1)
    await page.goto(berth.url)
    await expect.poll(followers).toBe(0)
  })

  test('a host that goes away takes it along and brings it back, with no line lost or told twice', async ({ page }) => {
    const { panel, lines } = await openLog(page, chatty)
    await write(app, 'before the outage')
    await expect(lineWith(lines, 'before the outage')).toHaveCount(1)
    await control(berth, 'review', 'POST /unreachable', { on: true })
    await expect(panel.getByRole('status').filter({ hasText: 'Waiting since' })).toContainText(
      /Dokku host "review".*Berth looks again by itself\./,
    )
    await write(app, 'during the outage')
    await control(berth, 'review', 'POST /unreachable', { on: false })
    await expect(lineWith(lines, 'during the outage')).toHaveCount(1, { timeout: 40_000 })
    await write(app, 'after the outage')
    await expect(lineWith(lines, 'after the outage')).toHaveCount(1)
    await expect(lineWith(lines, 'before the outage')).toHaveCount(1)
    await expect(panel.getByRole('status').filter({ hasText: 'Waiting since' })).toHaveCount(0)
  })

  test('50 MB at once neither freeze the page nor end the stream', async ({ page }) => {
    const { panel, lines } = await openLog(page, chatty)
    await control(berth, 'review', 'POST /flood', { app, megabytes: 50 })
    await expect(lines).toContainText(/[\d,]+ lines skipped/)
    await panel.getByRole('button', { name: 'Pause' }).click()
    await panel.getByRole('button', { name: /^Resume · [\d,]+ waiting/ }).click()
    await panel.getByRole('searchbox', { name: 'Filter lines' }).fill('after the flood')
    await write(app, 'after the flood')
    await expect(lineWith(lines, 'after the flood')).toHaveCount(1, { timeout: 60_000 })
    await panel.getByRole('searchbox', { name: 'Filter lines' }).fill('')
    await expect(lines.getByText(/earlier lines are not kept here/)).toBeAttached()
    expect(await lines.getByRole('paragraph').count()).toBeLessThan(2100)
  })
})

test.describe('commands', () => {
  test('restarting tells of itself on its sheet, in the timeline and in the audit', async ({ page }) => {
    const { id, app } = await openApp(page, steered)
    const before = await containers(app)
    const sheet = await openSheet(page, 'Restart', steered)
    await sheet.getByRole('button', { name: `Restart review/${steered}` }).click()
    await expect(step(sheet, 'Restart on Dokku')).toContainText(`Dokku restarted app ${app}.`)
    await expect(step(sheet, 'Look on Dokku')).toContainText(`App ${app} on review runs as it should: web 1.`)
    await expect(sheet.getByRole('status')).toContainText(`Restarted review/${steered}`)
    await sheet.getByRole('link', { name: 'Done' }).click()
    await expect(timeline(page).nth(0)).toContainText(`Restarted review/${steered}`)
    expect(await containers(app)).not.toEqual(before)
    expect(await commandsOn(app, 'ps:restart')).toBe(1)
    await expectAudited({ action: 'app.restart', environmentId: id }, ['requested', 'succeeded'])
  })

  test('scaling to two shows two processes on the page, which the host has', async ({ page }) => {
    const { id, app } = await openApp(page, steered)
    const sheet = await openSheet(page, 'Scale', steered)
    await expect(sheet.getByRole('button', { name: /^Scale/ })).toHaveCount(0)
    await sheet.getByRole('spinbutton', { name: 'web' }).fill('2')
    await sheet.getByRole('button', { name: `Scale review/${steered}` }).click()
    await expect(sheet.getByRole('status')).toContainText(`Scaled review/${steered} to web 2`, { timeout: 40_000 })
    await sheet.getByRole('link', { name: 'Done' }).click()
    await expect(process(page, 'web.1')).toContainText('running')
    await expect(process(page, 'web.2')).toContainText('running')
    await expect(appSection(page)).toContainText('scaled to web=2')
    expect((await containers(app)).length).toBe(2)
    await expect(timeline(page).filter({ hasText: `Scaled review/${steered} to web 2` })).toHaveCount(1)
    await expectAudited({ action: 'app.scale', environmentId: id }, ['requested', 'succeeded'])
  })

  test('a locked app is not rebuilt; it is unlocked', async ({ page }) => {
    const { id, app } = await openApp(page, steered)
    await expect(page.getByRole('link', { name: 'Unlock' })).toHaveCount(0)
    await dokku(berth, 'review', 'apps:lock', app)
    await expect(appSection(page)).toContainText('locked')
    const rebuild = await openSheet(page, 'Rebuild', steered)
    await rebuild.getByRole('button', { name: `Rebuild review/${steered}` }).click()
    await expect(rebuild.getByRole('alert')).toContainText(`App ${app} has a deploy lock`)
    await rebuild.getByRole('link', { name: 'Leave it' }).click()

    const unlock = await openSheet(page, 'Unlock', steered)
    await unlock.getByRole('button', { name: `Unlock review/${steered}` }).click()
    await expect(unlock.getByRole('status')).toContainText(`Unlocked review/${steered}`)
    await unlock.getByRole('link', { name: 'Done' }).click()
    await expect(page.getByRole('link', { name: 'Unlock' })).toHaveCount(0)
    await expectAudited({ action: 'app.rebuild', environmentId: id }, ['refused'])
    await expectAudited({ action: 'app.unlock', environmentId: id }, ['requested', 'succeeded'])
  })

  test('an app that was never deployed is not restarted, and the page says why', async ({ page }) => {
    const branch = 'fix/timezone-in-mailer'
    const { app } = await openApp(page, branch)
    const sheet = await openSheet(page, 'Restart', branch)
    await sheet.getByRole('button', { name: `Restart review/${branch}` }).click()
    const words = `App ${app} has never been deployed: there is nothing to run.`
    await expect(sheet.getByRole('alert')).toHaveText(words)
    const { status, detail } = await ask(branch, 'rebuild')
    expect({ status, detail }).toEqual({ status: 409, detail: words })
    expect(await commandsOn(app, 'ps:restart')).toBe(0)
  })

  test('a rebuild goes on without the browser and without the worker that began it', async ({ page }) => {
    test.setTimeout(120_000)
    const { id, app } = await openApp(page, steered)
    const sheet = await openSheet(page, 'Rebuild', steered)
    await control(berth, 'review', 'POST /slow', { factor: 100 })
    await sheet.getByRole('button', { name: `Rebuild review/${steered}` }).click()
    await expect(step(sheet, 'Rebuild on Dokku')).toContainText(`Dokku was asked to rebuild app ${app}.`)
    await expect.poll(() => commandsOn(app, 'ps:rebuild')).toBe(1)
    await page.close()
    await berth.kill('worker')
    await control(berth, 'review', 'POST /slow', { factor: 1 })

    const rebuild = () => lastOperation('app.rebuild', id)
    await expect.poll(async () => (await rebuild()).status, { timeout: 60_000 }).toBe('succeeded')
    const [, act, , verify] = (await rebuild()).steps
    expect(act?.words).toBe(`Dokku rebuilt app ${app}; it was begun again, since nobody saw how it had ended.`)
    expect(verify?.words).toContain(`App ${app} on review runs as it should`)
    expect(await commandsOn(app, 'ps:rebuild')).toBe(2)
    expect(await visit(berth, 'review', app)).toEqual({
      status: 200,
      sha: await deployedSha(berth, projects.helloApp, `review/${steered}`),
    })
    await expectAudited({ action: 'app.rebuild', environmentId: id }, ['refused', 'requested', 'succeeded'])
  })
})

test.describe('with the plugin on the host', () => {
  let app: string
  test.beforeAll(async () => {
    app = await reviewAppOf(berth, fragile)
    await control(berth, 'review', 'POST /plugin', { on: true })
    await connectAnew()
    await expect.poll(() => commandCount('berth:events'), { timeout: 40_000 }).toBeGreaterThan(0)
  })

  test('processes show restarts, up time, memory and CPU; a crash is on screen though nobody asks about it', async ({
    page,
  }) => {
    await openApp(page, fragile)
    await expect(process(page, 'web.1')).toContainText(/running.*up .*\d+ MB \d+(\.\d)? %/)
    await markDocument(page)
    await control(berth, 'review', 'DELETE /commands')
    await control(berth, 'review', 'POST /crash', { app, process: 'web.1', status: 'restarting', restarts: 4 })
    await expect(process(page, 'web.1')).toContainText('restarting')
    await expect(process(page, 'web.1')).toContainText('4 restarts')
    await expect(timeline(page).nth(0)).toContainText('web.1 died with exit code 1.')
    await expect(page.getByRole('region', { name: 'Findings' })).toContainText('app down')
    await expectSameDocument(page)
    expect(await commandCount('ps:report')).toBe(0)
  })

  test('a push, a crash and a restart stand in one order, each by whoever tells of it', async ({ page }) => {
    await openApp(page, fragile)
    const { sha } = await control<{ sha: string }>(berth, 'gitlab', 'POST /push', {
      project: 'hello/hello-app',
      branch: fragile,
      message: 'Ask for the second factor once a day',
      files: { 'factor.txt': 'daily\n' },
    })
    const deployment = timeline(page)
      .filter({ hasText: sha.slice(0, 8) })
      .filter({ hasText: 'log of' })
    await expect(deployment).toContainText('success', { timeout: 40_000 })
    await expect(process(page, 'web.1')).toContainText('running')
    await control(berth, 'review', 'POST /crash', { app, status: 'exited', exitCode: 137, oomKilled: true })
    const crash = timeline(page).filter({ hasText: 'web.1 died with exit code 137, out of memory.' })
    await expect(crash).toHaveCount(1)
    expect((await ask(fragile, 'restart')).status).toBe(202)
    const restart = timeline(page).filter({ hasText: `Restarted review/${fragile}` })
    await expect(restart).toHaveCount(1, { timeout: 40_000 })
    await expect(process(page, 'web.1')).toContainText('running')

    const order = await Promise.all([restart, crash, deployment].map(placeIn(timeline(page))))
    expect(order).toEqual(order.toSorted((one, other) => one - other))
  })

  test('when it is taken away, the page goes on without it', async ({ page }) => {
    await openApp(page, fragile)
    await control(berth, 'review', 'POST /plugin', { on: false })
    await expect.poll(() => commandCount('ps:report')).toBeGreaterThan(0)
    await control(berth, 'review', 'POST /crash', { app, process: 'web.1', status: 'exited' })
    await expect(process(page, 'web.1')).toContainText('exited')
    await expect(page.getByRole('list', { name: 'Names of config variables' })).toContainText('DATABASE_URL')
    expect((await ask(fragile, 'restart')).status).toBe(202)
    await expect(process(page, 'web.1')).toContainText('running', { timeout: 40_000 })
  })
})

test('a host without the database plugin, and one with Dokku 0.30, show and do all the rest', async ({ page }) => {
  const database = `${await reviewAppOf(berth, steered)}-database`
  const { app } = await openApp(page, steered)
  await expect(appSection(page)).toContainText(database)
  await control(berth, 'review', 'POST /services', { plugins: [] })
  await connectAnew()
  await expect(appSection(page)).toContainText('none is linked', { timeout: 40_000 })
  await expect(process(page, 'web.1')).toContainText('running')

  await control(berth, 'review', 'POST /services', { plugins: ['postgres'] })
  await control(berth, 'review', 'POST /version', { version: '0.30.4' })
  await connectAnew()
  await expect(appSection(page)).toContainText(database, { timeout: 40_000 })
  await control(berth, 'review', 'POST /crash', { app, process: 'web.1', status: 'exited' })
  await expect(process(page, 'web.1')).toContainText('exited', { timeout: 40_000 })
  expect((await ask(steered, 'scale', { counts: { web: 3 } })).status).toBe(202)
  await expect(process(page, 'web.1')).toContainText('running', { timeout: 40_000 })
  await expect(process(page, 'web.3')).toContainText('running')
  await control(berth, 'review', 'POST /version', { version: '0.38.27' })
})

test('no page, answer, stream or table holds what is in an app’s config, or a password of a database', async ({
  page,
}) => {
  test.setTimeout(120_000)
  await expectLinkedUnread(page, 'chore/upgrade-rails-8-1')
  const { id, app } = await openApp(page, chatty)
  const names = page.getByRole('list', { name: 'Names of config variables' })
  for (const key of [...Object.keys(planted), 'DATABASE_URL']) await expect(names).toContainText(key)

  const { addresses, passwords } = await databasesOf(app)
  const secrets = [...Object.values(planted), ...passwords, berth.standIns.gitlabToken]
  const expectNone = (where: string, text: string) => {
    expect(text.length, where).toBeGreaterThan(0)
    expect(
      secrets.filter((secret) => text.includes(secret)),
      where,
    ).toEqual([])
  }

  const streams = [
    `/api/projects/42/environments/${id}/log`,
    `/api/events?topics=environment:${id},project:42,host:review,findings`,
  ].map((path) => streamed(page, path))
  const { operationId } = await ask(chatty, 'restart')
  await expect.poll(async () => (await operation(operationId)).status, { timeout: 40_000 }).toBe('succeeded')
  for (const address of addresses) await write(app, `no answer from ${address}`)
  await tellAll()
  for (const stream of await Promise.all(streams)) expectNone('stream', stream)

  for (const place of [
    ...['/', '/findings', '/hosts', '/hosts/review', '/hosts/production', '/projects/42', '/projects/42/sweep'],
    ...['', '?log=job', '?ask=scale', `?operation=${operationId}&ask=restart`].map(
      (query) => `/projects/42/environments/${id}${query}`,
    ),
  ]) {
    const response = await page.request.get(berth.url + place)
    expect(response.status(), place).toBe(200)
    expectNone(place, await response.text())
  }
  for (const path of [
    ...['projects', 'projects/42/board', 'findings', 'hosts', 'hosts/review', 'hosts/production'],
    `operations/${operationId}`,
  ]) {
    const response = await fetch(`${berth.url}/api/v1/${path}`, { headers: { authorization: `Bearer ${token}` } })
    expect(response.status, path).toBe(200)
    expectNone(path, await response.text())
  }

  const tables = await berth.sql<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  )
  expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['public."DokkuApp"', 'public."AuditEntry"']))
  for (const { name } of tables) {
    const rows = await berth.sql<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)
    expectNone(name, `${name}\n${rows.map(({ row }) => row).join('\n')}`)
  }
  expectNone('what Berth printed', berth.output())
})

const timeline = (page: Page): Locator => page.getByRole('region', { name: 'Timeline' }).getByRole('listitem')

const appSection = (page: Page): Locator => page.getByRole('region', { name: /^App / })

/** The line of one process. */
const process = (page: Page, name: string): Locator =>
  appSection(page)
    .getByRole('listitem')
    .filter({ has: page.getByText(name, { exact: true }) })

const lineWith = (lines: Locator, words: string): Locator => lines.getByRole('paragraph').filter({ hasText: words })

async function openEnvironment(page: Page, branch: string, query = ''): Promise<number> {
  const { id } = await environmentNamed(berth, projects.helloApp, `review/${branch}`)
  await page.goto(`${berth.url}/projects/${projects.helloApp}/environments/${id}${query}`)
  await expect(page.getByRole('heading', { level: 1, name: `review/${branch}` })).toBeVisible()
  return id
}

/** Opens the environment's page and waits until it is live and knows its app. */
async function openApp(page: Page, branch: string): Promise<{ id: number; app: string }> {
  const id = await openEnvironment(page, branch)
  const app = await reviewAppOf(berth, branch)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await expect(page.getByRole('region', { name: `App ${app}`, exact: true })).toBeVisible()
  return { id, app }
}

async function openLog(page: Page, branch: string): Promise<{ panel: Locator; lines: Locator }> {
  await openEnvironment(page, branch)
  const panel = page.getByRole('region', { name: /^Log of app/ })
  const lines = panel.getByRole('log')
  await expect(lines).toContainText('starting web on 5000')
  await expect.poll(followers).toBe(1)
  return { panel, lines }
}

async function openSheet(page: Page, command: string, branch: string): Promise<Locator> {
  await page.getByRole('link', { name: command, exact: true }).click()
  const sheet = page.getByRole('dialog', { name: `${command} review/${branch}` })
  await expect(sheet).toBeVisible()
  return sheet
}

/** The app's own words, as its container writes them. */
const write = (app: string, text: string): Promise<unknown> => control(berth, 'review', 'POST /log', { app, text })

const colourOf = (lines: Locator, words: string): Promise<string> =>
  lines
    .getByText(words)
    .last()
    .evaluate((element) => getComputedStyle(element).color)

const followers = async (): Promise<number> =>
  (await control<{ followers: number }>(berth, 'review', 'GET /followers')).followers

/** The host is away for a moment, as for an upgrade: what is installed there is read again. */
async function connectAnew(): Promise<void> {
  await control(berth, 'review', 'POST /unreachable', { on: true })
  await control(berth, 'review', 'POST /unreachable', { on: false })
}

interface HostState {
  apps: { name: string; config: Record<string, string>; processes: { containerId: string }[] }[]
  services: { password: string }[]
}

async function containers(app: string): Promise<string[]> {
  const { apps } = await control<HostState>(berth, 'review', 'GET /state')
  return apps.filter(({ name }) => name === app).flatMap(({ processes }) => processes.map((one) => one.containerId))
}

async function commandCount(command: string, app?: string): Promise<number> {
  const commands = await control<{ words: string[] }[]>(berth, 'review', 'GET /commands')
  return commands.filter(({ words }) => words.includes(command) && (app === undefined || words.includes(app))).length
}

const commandsOn = (app: string, command: string): Promise<number> => commandCount(command, app)

/** Asks for a command by the API, where no browser stands between. */
async function ask(
  branch: string,
  command: string,
  body?: object,
): Promise<{ status: number; detail: string; operationId: string }> {
  const { id } = await environmentNamed(berth, projects.helloApp, `review/${branch}`)
  const response = await fetch(`${berth.url}/api/v1/projects/42/environments/${id}/${command}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  const answer = (await response.json()) as { detail: string; id: string }
  return { status: response.status, detail: answer.detail, operationId: answer.id }
}

async function operation(id: string): Promise<Operation> {
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(`${berth.url}/api/v1/operations/${id}`, { headers })).json() as Promise<Operation>
}

async function lastOperation(kind: Operation['kind'], environmentId: number): Promise<Operation> {
  const [row] = await berth.sql<{ id: string }>(
    'SELECT id FROM "Operation" WHERE kind = $1 AND "environmentId" = $2 ORDER BY "createdAt" DESC LIMIT 1',
    [kind, environmentId],
  )
  return operation(row?.id ?? '')
}

/** These are all entries of that action for that environment, in this order. */
async function expectAudited(
  { action, environmentId }: { action: string; environmentId: number },
  outcomes: string[],
): Promise<void> {
  const entries = await berth.sql<{ outcome: string }>(
    `SELECT outcome FROM "AuditEntry" WHERE action = $1 AND (details->>'environmentId' = $2 OR "operationId" IN
       (SELECT id FROM "Operation" WHERE "environmentId"::text = $2)) ORDER BY at, id`,
    [action, String(environmentId)],
  )
  expect(entries.map(({ outcome }) => outcome)).toEqual(outcomes)
}

/** Somebody has left `set -x` and an `env` in a file of the host's shell: every answer begins with them, until it is noticed. */
async function tellAll(): Promise<void> {
  const text = Object.entries(planted).flatMap(([key, value]) => [`+ ${key}=${value}`, `${key}: ${value}`])
  await control(berth, 'review', 'DELETE /commands')
  await control(berth, 'review', 'POST /garbage', { command: '*', text: `${text.join('\n')}\n`, stream: 'stdout' })
  await expect.poll(() => commandCount('apps:report')).toBeGreaterThan(1)
  await control(berth, 'review', 'DELETE /garbage')
}

/** The passwords of all databases, and the addresses that are in the app's config. */
async function databasesOf(app: string): Promise<{ addresses: string[]; passwords: string[] }> {
  const { apps, services } = await control<HostState>(berth, 'review', 'GET /state')
  const config = apps.find(({ name }) => name === app)?.config ?? {}
  const passwords = services.map(({ password }) => password)
  const addresses = Object.values(config).filter((value) => passwords.some((password) => value.includes(password)))
  expect(addresses).not.toEqual([])
  return { addresses, passwords }
}

/** The job that deploys an app for the first time links its database, and Dokku prints its address into the job's log. */
async function expectLinkedUnread(page: Page, branch: string): Promise<void> {
  await openEnvironment(page, branch, '?log=job')
  await control(berth, 'gitlab', 'POST /push', {
    project: 'hello/hello-app',
    branch,
    message: 'Upgrade once more',
    files: { 'rails.txt': '8.1\n' },
  })
  await expect(page.getByRole('log')).toContainText(/DATABASE_URL:\s+postgres:\/\/postgres:…@/, { timeout: 40_000 })
}

/** Where the line stands in the list, from the top. */
function placeIn(list: Locator) {
  return async (line: Locator): Promise<number> => {
    const [all, [words]] = await Promise.all([list.allInnerTexts(), line.allInnerTexts()])
    return all.indexOf(words ?? '')
  }
}

/** What a stream told until it was quiet for a while. */
function streamed(page: Page, path: string): Promise<string> {
  return page.evaluate(async (address) => {
    const response = await fetch(address)
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let told = ''
    setTimeout(() => reader?.cancel(), 8000)
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) told += part.value
    return told
  }, path)
}
