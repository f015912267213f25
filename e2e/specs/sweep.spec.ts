import { type APIRequestContext, type Browser, expect, type Locator, type Page, request, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { expectSameDocument, markDocument, openProject, openStopDialog, signIn } from '../steps.ts'
import {
  control,
  deployedSha,
  environmentNamed,
  gitlab,
  type Leak,
  makeLeaks,
  neededAgain,
  onDokku,
  projects,
  reviewAppOf,
  visit,
} from '../world.ts'

const project = 'hello/hello-app'
const projectPath = `/projects/${projects.helloApp}`
const sweepsPath = `/api/v1${projectPath}/sweeps`
/** Left over in the project from its beginning: merged, its branch deleted, and stopped after its merge request was closed. */
const oldLeftovers = ['feature/dark-mode', 'experiment/turbo-streams', 'spike/graphql']

let instance: Instance
let api: APIRequestContext
/** A list of GitLab's that does not add up is read whole every 20 s at most. */
const patience = { timeout: 60_000 }
/** Read again at each start. Without a page open, Berth would look at the project twice a minute. */
const settings: Record<string, string> = { BERTH_SYNC_IDLE_SECONDS: '1' }

test.beforeAll(async () => {
  test.setTimeout(180_000)
  instance = await startInstance({ jobMs: 200, env: settings })
  api = await request.newContext({
    baseURL: instance.url,
    extraHTTPHeaders: { authorization: `Bearer ${instance.token('sweeper')}` },
  })
  // Of people who have nothing to do with Berth.
  await control(instance, 'review', 'POST /seed', {
    apps: [
      { name: 'wiki', repo: null, sha: null, image: 'wiki:2', database: { name: 'wiki-data', linked: true } },
      { name: 'grafana', repo: null, sha: null, image: 'grafana/grafana:12' },
    ],
    databases: ['import-test'],
  })
})
test.afterAll(() => instance?.stop())
test.afterEach(() => control(instance, 'review', 'POST /slow', { factor: 1 }))

test('40 leftovers go one by one: 3 fail, 2 are needed again and spared, and nobody else loses anything', async ({
  page,
  browser,
}) => {
  test.setTimeout(240_000)
  const leaks = await makeLeaks(instance, { count: 39 })
  const before = await world()
  const [reopened] = ofKind(leaks, 'merged') as [Leak]
  const [takenOut, ...others] = ofKind(leaks, 'stopped') as [Leak, ...Leak[]]

  await openProject(page, instance, 'hello-app')
  await page.getByRole('region', { name: 'Needs attention' }).getByRole('link', { name: 'Sweep…' }).click()
  await expect(page).toHaveURL(`${instance.url}${projectPath}/sweep`)

  await test.step('every victim is listed with its reason and with all that goes', async () => {
    await expect(victims(page)).toHaveCount(42, patience)
    for (const leak of leaks) await expect(victim(page, leak)).toHaveText(linesOf(leak))
    for (const name of ['wiki', 'grafana', 'import-test']) await expect(page.getByText(name)).toHaveCount(0)
  })

  await test.step('what is taken out stays out, also when the plan changes on screen', async () => {
    await victim(page, takenOut).getByRole('checkbox').uncheck()
    await markDocument(page)
    const again = { project, branch: reopened.branch, title: 'Once more' }
    await control(instance, 'gitlab', 'POST /merge-requests/open', again)
    await expect(victim(page, reopened)).toHaveCount(0)
    await expectSameDocument(page)
    await expect(victim(page, takenOut).getByRole('checkbox')).not.toBeChecked()
  })

  const turns = await victims(page)
    .getByRole('checkbox')
    .evaluateAll((boxes) => boxes.map((box) => box.ariaLabel))
  const [branchBack, deployedAgain] = others
    .toSorted((one, other) => turns.indexOf(boxOf(one)) - turns.indexOf(boxOf(other)))
    .slice(-2) as [Leak, Leak]
  const failing = others.filter((leak) => leak !== branchBack && leak !== deployedAgain).slice(-3)
  for (const { app } of failing) await control(instance, 'review', 'POST /destroy-fails', { app, on: true })
  const colleague = await newColleague(browser)

  await test.step('only the right words begin it', async () => {
    const words = page.getByLabel('Type sweep 40 to go on.')
    const press = page.getByRole('button', { name: 'Sweep 40' })
    for (const wrong of ['', 'sweep', 'sweep 41', 'Sweep 40']) {
      await words.fill(wrong)
      await words.press('Enter')
      await expect(press).toBeDisabled()
    }
    await words.fill('sweep 40')
    await press.click()
    await expect(heading(page)).toHaveText('Sweeping 40 leftovers')
  })
  const { id } = await lastSweep()

  await test.step('two are needed again before it is their turn', async () => {
    const from = await deployedSha(instance, projects.helloApp, `review/${branchBack.branch}`)
    const commit = { message: 'Look once more [skip ci]', files: { 'more.txt': 'more\n' } }
    await control(instance, 'gitlab', 'POST /push', { project, branch: branchBack.branch, from, ...commit })
    await neededAgain(instance, deployedAgain.branch)
    await expect(item(page, branchBack)).toContainText('waiting')
    await expect(item(page, deployedAgain)).toContainText('waiting')
  })

  await test.step('it goes on over a reload, and somebody else sees it live', async () => {
    await colleague.getByRole('status', { name: 'Operations' }).getByText('Sweeping 40 leftovers').click()
    await expect(progress(colleague)).toHaveText(/^\d+ of 40: [1-9]\d* done/)
    await markDocument(colleague)
    await page.reload()
    await expect(heading(page)).toHaveText('Sweeping 40 leftovers')
    await markDocument(page)
  })

  await test.step('it ends with what came of each', async () => {
    for (const shown of [page, colleague]) {
      await expect(heading(shown)).toHaveText('Did not sweep all of 40 leftovers', { timeout: 90_000 })
      await expect(progress(shown)).toHaveText('40 of 40: 35 done, 3 failed, 2 skipped')
      for (const leak of failing) await expect(item(shown, leak)).toContainText(/permission denied.*failed$/)
      await expect(item(shown, branchBack)).toContainText(/Its branch is back\.skipped$/)
      await expect(item(shown, deployedAgain)).toContainText(/Merge request !\d+ is open again\.skipped$/)
      await expectSameDocument(shown)
    }
  })

  const gone = leaks.filter((leak) => ![takenOut, reopened, branchBack, deployedAgain, ...failing].includes(leak))
  const oldApps = await Promise.all(oldLeftovers.map((branch) => reviewAppOf(instance, branch)))

  await test.step('GitLab and both hosts agree: what is done is gone, and nothing else', async () => {
    const goneEnvironments = [...gone.map(({ branch }) => branch), ...oldLeftovers].map((branch) => `review/${branch}`)
    expect(await world()).toEqual({
      apps: without(before.apps, [...gone.map(({ app }) => app), ...oldApps]),
      databases: without(before.databases, [
        ...gone.map(({ database }) => database),
        ...oldApps.map((app) => `${app}-database`),
      ]),
      onProduction: before.onProduction,
      up: [...without(before.up, goneEnvironments), `review/${deployedAgain.branch}`].sort(),
    })
  })

  await test.step('the audit has everything that was destroyed, once, and what was not', async () => {
    const stopped = gone.filter(({ kind }) => kind === 'stopped')
    const graphql = await reviewAppOf(instance, 'spike/graphql')
    expect(await audited('sweep.destroy-app', id)).toEqual(
      [
        ...stopped.map(({ app }) => `succeeded app ${app}`),
        `succeeded app ${graphql}`,
        ...failing.map(({ app }) => `failed app ${app}`),
      ].sort(),
    )
    expect(await audited('sweep.destroy-database', id)).toEqual(
      [
        ...[...stopped, ...ofKind(gone, 'database')].map(({ database }) => `succeeded database ${database}`),
        `succeeded database ${graphql}-database`,
      ].sort(),
    )
    expect(await audited('stop')).toEqual(
      [...ofKind(gone, 'merged').map(({ branch }) => branch), 'feature/dark-mode', 'experiment/turbo-streams']
        .flatMap((branch) => [`requested review/${branch}`, `succeeded review/${branch}`])
        .sort(),
    )
    expect(await audited('sweep')).toEqual(['failed 40 leftovers', 'requested 40 leftovers'])
  })

  await test.step('what stayed is offered again, and can go once it can be destroyed', async () => {
    for (const { app } of failing) await control(instance, 'review', 'POST /destroy-fails', { app, on: false })
    await page.goto(`${instance.url}${projectPath}/sweep`)
    await expect(victims(page)).toHaveCount(5, patience)
    for (const leak of [...failing, takenOut, branchBack]) await expect(victim(page, leak)).toBeVisible()
    await begin(page, 5)
    await expect(heading(page)).toHaveText('Swept 5 leftovers', { timeout: 30_000 })
  })
  await colleague.context().close()
})

test('killed in the middle, a sweep goes on: nothing is destroyed twice, and it ends truthfully', async ({ page }) => {
  test.setTimeout(180_000)
  const leaks = await makeLeaks(instance, { count: 12, first: 101 })
  const before = await world()
  const failing = ofKind(leaks, 'stopped').at(-1) as Leak
  await control(instance, 'review', 'POST /destroy-fails', { app: failing.app, on: true })
  await openPlan(page, leaks)
  // An app takes long enough to be destroyed that a killed worker leaves one half way.
  await control(instance, 'review', 'POST /slow', { factor: 5 })
  await begin(page, 12)
  const { id } = await lastSweep()

  await doneAtLeast(id, 2)
  await instance.kill('worker')
  const doneThen = await doneCount(id)
  await doneAtLeast(id, doneThen + 2)
  await instance.kill('all')
  await instance.start()
  await control(instance, 'review', 'POST /slow', { factor: 1 })

  await expect(heading(page)).toHaveText('Did not sweep all of 12 leftovers', { timeout: 60_000 })
  await expect(progress(page)).toHaveText('12 of 12: 11 done, 1 failed')
  const gone = leaks.filter((leak) => leak !== failing)
  expect(await world()).toEqual({
    ...before,
    apps: without(
      before.apps,
      gone.map(({ app }) => app),
    ),
    databases: without(
      before.databases,
      gone.map(({ database }) => database),
    ),
    up: without(
      before.up,
      gone.map(({ branch }) => `review/${branch}`),
    ),
  })
  const commands = (await destroyCommands()).filter(({ name }) =>
    gone.some(({ app, database }) => name === app || name === database),
  )
  const succeeded = commands.filter(({ exitCode }) => exitCode === 0).map(({ name }) => name)
  expect(new Set(succeeded).size, 'nothing was destroyed twice').toBe(succeeded.length)
  const blind = commands.filter(({ exitCode }) => exitCode !== 0 && exitCode !== null)
  expect(blind, 'nothing was to be destroyed that was gone already').toEqual([])
  await control(instance, 'review', 'POST /destroy-fails', { app: failing.app, on: false })
})

test('ended early, a sweep finishes the item that it is at and leaves the rest as it was', async ({ page }) => {
  const leaks = await makeLeaks(instance, { count: 6, first: 201 })
  await openPlan(page, leaks)
  await control(instance, 'review', 'POST /slow', { factor: 10 })
  const before = await world()
  await begin(page, 6)
  const { id } = await lastSweep()
  await doneAtLeast(id, 1)
  await page.getByRole('button', { name: 'End after this item' }).click()
  await expect(page.getByText('operator ends it after the present item.')).toBeVisible()
  await expect(heading(page)).toHaveText('Ended the sweep of 6 leftovers')
  await expect(page.getByRole('button', { name: 'End after this item' })).toHaveCount(0)
  await expect(item(page, leaks[5] as Leak)).toContainText('operator canceled the sweep before it came to this.skipped')

  const done = await titlesOf(id, 'done')
  const gone = leaks.filter(({ branch }) => done.includes(`review/${branch}`))
  expect(gone.length).toBeLessThan(6)
  await expect(progress(page)).toHaveText(`6 of 6: ${gone.length} done, ${6 - gone.length} skipped`)
  expect(await world()).toEqual({
    ...before,
    apps: without(
      before.apps,
      gone.map(({ app }) => app),
    ),
    databases: without(
      before.databases,
      gone.map(({ database }) => database),
    ),
    up: without(
      before.up,
      gone.map(({ branch }) => `review/${branch}`),
    ),
  })
})

test('a stop that GitLab calls a success and that leaves the app on Dokku is told as such, and can be swept', async ({
  page,
}) => {
  const branch = 'docs/api-guide'
  const app = await reviewAppOf(instance, branch)
  await control(instance, 'review', 'POST /destroy-fails', { app, on: true })
  await openProject(page, instance, 'hello-app')
  const dialog = await openStopDialog(page, branch)
  await dialog.getByRole('button', { name: `Stop review/${branch}` }).click()
  await expect(dialog.getByRole('log')).toContainText('permission denied')
  await expect(dialog.getByRole('status')).toContainText(`Did not stop review/${branch}`, { timeout: 45_000 })
  await expect(dialog).toContainText(`GitLab says stopped, but app ${app} is still on Dokku host review`)
  const environment = await environmentNamed(instance, projects.helloApp, `review/${branch}`)
  expect(environment.state).toBe('stopped')

  await page.goto(`${instance.url}${projectPath}/environments/${environment.id}`)
  const findings = page.getByRole('region', { name: 'Findings' })
  const finding = findings.getByRole('listitem').filter({ hasText: 'stopped, still up' })
  await expect(finding).toContainText(`GitLab says stopped, but app ${app} is still on review.`)
  await control(instance, 'review', 'POST /destroy-fails', { app, on: false })
  await finding.getByRole('link', { name: `Sweep review/${branch}` }).click()
  await expect(victims(page)).toHaveCount(1, patience)
  await begin(page, 1)
  await expect(heading(page)).toHaveText(`Swept review/${branch}`)
  await expect(item(page, { branch })).toContainText(`Berth destroyed app ${app}.`)
  expect((await onDokku(instance, 'review')).apps).not.toContain(app)

  await page.goto(`${instance.url}${projectPath}/environments/${environment.id}`)
  await expect(heading(page)).toHaveText(`review/${branch}`)
  await expect(findings).toHaveCount(0)
})

test.describe('the API', () => {
  let subjects: string[]
  let before: Awaited<ReturnType<typeof world>>

  test.beforeAll(async () => {
    const leaks = await makeLeaks(instance, { count: 4, first: 301 })
    subjects = leaks.map(({ environmentId }) => `environment:${environmentId}`)
    const confirmation = async () => (await dryRun({ subjects })).confirmation
    await expect.poll(confirmation, { timeout: 30_000 }).toBe('sweep 4')
    before = await world()
  })
  test.beforeEach(async () => {
    await control(instance, 'gitlab', 'DELETE /requests')
    await control(instance, 'review', 'DELETE /commands')
  })
  test.afterEach(async () => {
    expect(await world()).toEqual(before)
    const { requests } = await control<{ requests: { method: string }[] }>(instance, 'gitlab', 'GET /requests')
    expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(['GET']))
    expect(await destroyCommands()).toEqual([])
  })

  test('answers with the plan alone unless told otherwise', async () => {
    const plan = await dryRun({ subjects })
    expect(plan.victims.map(({ steps }) => steps)).toEqual([
      ['destroy-app', 'destroy-database'],
      ['destroy-app', 'destroy-database'],
      ['stop', 'destroy-app', 'destroy-database'],
      ['destroy-app', 'destroy-database'],
    ])
    expect(plan.spared).toEqual([])
    expect((await dryRun('all-leftovers')).victims.length).toBeGreaterThanOrEqual(4)
  })

  test('takes no sweep without the words that belong to its plan', async () => {
    for (const [data, status, words] of [
      [{}, 422, 'choose'],
      [{ choose: 'everything' }, 422, 'choose'],
      [
        { choose: { subjects: ['host:review'] }, dryRun: false, confirmation: 'sweep 1' },
        422,
        'is nothing that can be',
      ],
      [{ choose: { subjects }, dryRun: false }, 422, 'Type "sweep 4" to confirm.'],
      [{ choose: { subjects }, dryRun: false, confirmation: 'yes' }, 422, 'Type "sweep 4" to confirm.'],
      [{ choose: { subjects }, dryRun: false, confirmation: 'sweep 5' }, 409, 'it is "sweep 4" now, not "sweep 5"'],
    ] as const) {
      const refused = await api.post(sweepsPath, { data })
      expect(refused.status(), JSON.stringify(data)).toBe(status)
      expect((await refused.json()).detail).toContain(words)
    }
    expect(await audited('sweep')).toEqual(expect.arrayContaining(Array(4).fill('refused project 42')))
  })

  test('never plans what is not the project’s own, in its lane, or needed', async () => {
    const production = await environmentNamed(instance, projects.helloApp, 'production')
    const needed = await environmentNamed(instance, projects.helloApp, 'review/feature/two-factor')
    const choose = {
      subjects: [
        'app:review/wiki',
        'app:review/grafana',
        'app:production/hello-app',
        'database:review/postgres/wiki-data',
        'database:review/postgres/import-test',
        `environment:${production.id}`,
        `environment:${needed.id}`,
      ],
    }
    const plan = await dryRun(choose)
    expect(plan.victims).toEqual([])
    expect(plan.spared.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('App wiki is not ours'),
      expect.stringContaining('App grafana is not ours'),
      'App hello-app is that of production, a production environment.',
      expect.stringContaining('Database wiki-data is not ours'),
      expect.stringContaining('Database import-test is not ours'),
      'App hello-app is that of production, a production environment.',
      expect.stringMatching(/^Merge request !\d+ is open/),
    ])
    const pressed = await api.post(sweepsPath, { data: { choose, dryRun: false, confirmation: 'sweep 7' } })
    expect(pressed.status()).toBe(409)
    expect((await pressed.json()).detail).toContain('There is nothing to sweep.')
  })

  test('refuses who may only look, and says so in the audit', async () => {
    settings.BERTH_READ_ONLY = 'true'
    await instance.kill('all')
    await instance.start()
    const refused = await api.post(sweepsPath, {
      data: { choose: { subjects }, dryRun: false, confirmation: 'sweep 4' },
    })
    expect(refused.status()).toBe(403)
    expect((await refused.json()).detail).toContain('read-only')
    expect((await dryRun({ subjects })).confirmation).toBe('sweep 4')
    expect((await instance.sql('SELECT actor, via, outcome FROM "AuditEntry" ORDER BY id DESC LIMIT 1'))[0]).toEqual({
      actor: 'sweeper',
      via: 'api',
      outcome: 'refused',
    })
  })
})

interface Sweep {
  id: string
  items: { title: string; status: string; words: string }[]
}

interface Plan {
  victims: { title: string; steps: string[] }[]
  spared: { title: string; reason: string }[]
  confirmation: string
}

async function dryRun(choose: string | { subjects: string[] }): Promise<Plan> {
  return (await api.post(sweepsPath, { data: { choose } })).json()
}

async function lastSweep(): Promise<{ id: string }> {
  const [row] = await instance.sql<{ id: string }>(
    `SELECT id FROM "Operation" WHERE kind = 'sweep' ORDER BY "createdAt" DESC LIMIT 1`,
  )
  if (!row) throw new Error('Nobody asked for a sweep.')
  return row
}

async function titlesOf(id: string, status: string): Promise<string[]> {
  const { items } = (await (await api.get(`/api/v1/operations/${id}`)).json()) as Sweep
  return items.filter((one) => one.status === status).map(({ title }) => title)
}

const doneCount = async (id: string): Promise<number> => (await titlesOf(id, 'done')).length

/** A killed process holds its operations for 15 s more. */
const doneAtLeast = (id: string, count: number): Promise<void> =>
  expect.poll(() => doneCount(id), { timeout: 40_000 }).toBeGreaterThanOrEqual(count)

/** Somebody else who has the project open in a browser of their own. */
async function newColleague(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  await openProject(page, instance, 'hello-app')
  return page
}

/** Opens the plan of sweeping these alone. */
async function openPlan(page: Page, leaks: readonly Leak[]): Promise<void> {
  await signIn(page, instance)
  const choice = leaks.map(({ environmentId }) => `subject=environment:${environmentId}`).join('&')
  await page.goto(`${instance.url}${projectPath}/sweep?${choice}`)
  await expect(victims(page)).toHaveCount(leaks.length, patience)
}

async function begin(page: Page, count: number): Promise<void> {
  await page.getByLabel(`Type sweep ${count} to go on.`).fill(`sweep ${count}`)
  await page.getByRole('button', { name: `Sweep ${count}`, exact: true }).click()
  await expect(page).toHaveURL(/operation=/)
}

const heading = (page: Page): Locator => page.getByRole('heading', { level: 1 })

/** How far a sweep is. */
const progress = (page: Page): Locator => page.getByText(/^\d+ of \d+: /)

/** A victim of a sweep on its way. */
const item = (page: Page, { branch }: Pick<Leak, 'branch'>): Locator =>
  page
    .getByRole('list', { name: 'Items' })
    .getByRole('listitem')
    .filter({ hasText: `review/${branch}` })
    .first()

/** Lines of the plan, each with its box to take it out. */
const victims = (page: Page): Locator =>
  page
    .getByRole('region', { name: 'What goes' })
    .getByRole('listitem')
    .filter({ has: page.getByRole('checkbox') })

const boxOf = ({ branch }: Leak): string => `Sweep review/${branch}`

const victim = (page: Page, leak: Leak): Locator =>
  victims(page).filter({ has: page.getByRole('checkbox', { name: boxOf(leak), exact: true }) })

/** What the plan says of a leak: its merge request, its last deployment, why it may go, and what happens to what. */
function linesOf({ kind, branch, app, database }: Leak): RegExp {
  const name = `review/${branch}`
  const number = Number(branch.slice(-3))
  // Pushed a day earlier than that, and deployed some minutes later.
  const days = 18 + number
  const reason = {
    merged: 'Merge request !\\d+ is merged, but the review app is still up\\.',
    stopped: `GitLab stopped ${name}, but it is still on Dokku\\.`,
    database: `GitLab stopped ${name}, but its database is still on Dokku\\.`,
  }[kind]
  const steps = [
    ...(kind === 'merged' ? [`stop${name}`] : []),
    ...(kind === 'database' ? [] : [`destroy${app} on review`]),
    `destroypostgres database ${database}`,
  ]
  return new RegExp(`^${name}!\\d+ Leak ${number}deployed ${days} d ago${reason}${steps.join('')}$`)
}

const ofKind = (leaks: readonly Leak[], kind: Leak['kind']): Leak[] => leaks.filter((leak) => leak.kind === kind)

const without = (names: readonly string[], gone: readonly string[]): string[] =>
  names.filter((name) => !gone.includes(name))

/** What is there on both hosts and up in GitLab, and what production's visitors get. */
async function world() {
  const [review, production, environments] = await Promise.all([
    onDokku(instance, 'review'),
    onDokku(instance, 'production'),
    gitlab<{ name: string }[]>(instance, `${projectPath}/environments?states=available&per_page=100`),
  ])
  return {
    ...review,
    onProduction: { ...production, answer: await visit(instance, 'production', 'hello-app') },
    up: environments.map(({ name }) => name).sort(),
  }
}

/** Every command to the review host that destroys something: `exitCode` is `null` when its caller was gone before its end. */
async function destroyCommands(): Promise<{ name: string; exitCode: number | null }[]> {
  const commands = await control<{ words: string[]; exitCode: number | null }[]>(instance, 'review', 'GET /commands')
  return commands
    .filter(({ words: [command] }) => command?.endsWith(':destroy'))
    .map(({ words: [, name = ''], exitCode }) => ({ name, exitCode }))
}

/** What the audit says of such acts and what they were done to, sorted; of one operation when it is given. */
async function audited(action: string, operationId: string | null = null): Promise<string[]> {
  const entries = await instance.sql<{ entry: string }>(
    `SELECT outcome || ' ' || target AS entry FROM "AuditEntry" WHERE action = $1 AND ($2::text IS NULL OR "operationId" = $2)`,
    [action, operationId],
  )
  return entries.map(({ entry }) => entry).sort()
}
