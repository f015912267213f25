import {
  type APIRequestContext,
  type APIResponse,
  expect,
  type Locator,
  type Page,
  request,
  test,
} from '@playwright/test'
import { pushByHand } from '../by-hand.ts'
import { type Instance, startInstance } from '../instance.ts'
import { browserOf, deployButton, hearAgain, hearNothing, openPromoteSheet, promoteSheet } from '../steps.ts'
import {
  control,
  deployedSha,
  deployments,
  environmentNamed,
  gitlab,
  plays,
  projects,
  pushToStaging,
  visit,
} from '../world.ts'

const project = 'hello/hello-app'
const helloApp = `/projects/${projects.helloApp}`

/** As long as a crowded machine may take for what takes a few seconds. */
const inTime = { timeout: 60_000 }

let berth: Instance
let script: APIRequestContext
let cookies: Awaited<ReturnType<ReturnType<Page['context']>['cookies']>>
let environmentId: number

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000)
  // Nobody's page is watching, so that Berth would look less often.
  berth = await startInstance({ oauth: true, jobMs: 300, env: { BERTH_SYNC_IDLE_SECONDS: '1' } })
  // Staging and production go back in some of these stories, which git refuses otherwise.
  await control(berth, 'gitlab', 'POST /production', { project, byForce: true })
  environmentId = (await environmentNamed(berth, projects.helloApp, 'production')).id
  script = await request.newContext({
    baseURL: berth.url,
    extraHTTPHeaders: { authorization: `Bearer ${berth.token('release-bot')}` },
  })
  const page = await browserOf(browser, berth.url, 'hanako')
  cookies = await page.context().cookies()
  await page.context().close()
})
test.afterAll(async () => {
  await script?.dispose()
  await berth?.stop()
})
test.beforeEach(({ context }) => context.addCookies(cookies))

test.describe('a staging that is not well', () => {
  test('because somebody pushed another commit to Dokku by hand', async ({ page }) => {
    const sha = await pushToStaging(berth, project, 'Drift away')
    const sheet = await openedBefore(page, sha)
    const app = 'hello-app-staging'
    const { apps } = await control<{ apps: { name: string; commit: { repository: string } }[] }>(
      berth,
      'production',
      'GET /state',
    )
    const repository = apps.find(({ name }) => name === app)?.commit.repository ?? ''
    const commit = await deployedSha(berth, projects.helloApp, 'production')
    await pushByHand(berth, { repository, commit, host: 'production', app })
    const known = /^Staging is not well: GitLab deployed [0-9a-f]{8}, but Dokku runs [0-9a-f]{8}\.$/
    await berthKnows({ sha, stands: ['staging-unhealthy'], words: known })
    await expectRefused(page, {
      sha,
      words: `Staging is not well: GitLab deployed ${sha.slice(0, 8)}, but Dokku runs ${commit.slice(0, 8)}. Give a reason.`,
    })
    await expectAsked(sheet, { title: 'Staging is not well', button: 'Give a reason.' })
  })

  test('because its processes have crashed', async ({ page }) => {
    const sha = await pushToStaging(berth, project, 'Fall over')
    const sheet = await openedBefore(page, sha)
    await control(berth, 'production', 'POST /crash', { app: 'hello-app-staging', status: 'restarting', restarts: 7 })
    // A visitor may find it down before Dokku says why.
    await berthKnows({ sha, stands: ['staging-unhealthy'], words: /web\.1/ })
    await expectRefused(page, { sha, words: /^Staging is not well: .*web\.1.* Give a reason\.$/ })
    await expectAsked(sheet, { title: 'Staging is not well', button: 'Give a reason.' })
  })
})

test('a pipeline that is not green any more', async ({ page }) => {
  const sha = await pushToStaging(berth, project, 'Pass once')
  const sheet = await openedBefore(page, sha)
  const rake = await jobOf(sha, 'rake')
  await control(berth, 'gitlab', 'POST /jobs/fail', { name: 'rake', times: 1 })
  await gitlab(berth, `${helloApp}/jobs/${rake.id}/retry`, 'POST')
  await expect.poll(async () => (await jobOf(sha, 'rake')).status, inTime).toBe('failed')
  await berthKnows({ sha, stands: ['pipeline-not-green'] })
  await expectRefused(page, {
    sha,
    words: `Pipeline ${rake.pipeline.id} of ${sha.slice(0, 8)} is not green: job rake is failed. Give a reason.`,
  })
  await expectAsked(sheet, { title: 'The pipeline is not green', button: 'Give a reason.' })
})

test('a deployment that somebody has begun in GitLab', async ({ page }) => {
  const sha = await pushToStaging(berth, project, 'Run already')
  const sheet = await openedBefore(page, sha)
  const before = await deployedSha(berth, projects.helloApp, 'production')
  // It is on its way for as long as no runner takes it.
  await control(berth, 'gitlab', 'POST /runners', { set: { isPaused: true } })
  const { id } = await jobOf(sha, 'production')
  await gitlab(berth, `${helloApp}/jobs/${id}/play`, 'POST')
  const words = `A deployment of ${sha.slice(0, 8)} to production is running.`
  await berthKnows({ sha, stands: [words] })
  await expectRefused(page, { sha, words })
  await expect(sheet.getByRole('button', { name: words })).toBeDisabled()

  await gitlab(berth, `${helloApp}/jobs/${id}/cancel`, 'POST')
  await control(berth, 'gitlab', 'POST /runners', { set: { isPaused: false } })
  await expect.poll(async () => (await jobOf(sha, 'production')).status, inTime).toBe('canceled')
  expect(await visit(berth, 'production', 'hello-app')).toEqual({ status: 200, sha: before })
})

test('a job that production has overtaken, which GitLab would refuse', async ({ page }) => {
  const sha = await pushToStaging(berth, project, 'Come too late')
  const sheet = await openedBefore(page, sha)
  await overtake(sha, 'Overtake it')
  const words = `${sha.slice(0, 8)} is older than what production runs; GitLab refuses outdated deployments. Start a new pipeline for it, or roll back.`
  await berthKnows({ sha, stands: [words] })
  await expectRefused(page, { sha, words })
  await expect(sheet.getByRole('button', { name: words })).toBeDisabled()
})

test('an old pipeline: production would go back, and goes back for whoever types the commit', async ({ page }) => {
  const sha = await pushToStaging(berth, project, 'Go back to me')
  // A job that has run once is one that GitLab runs again, however old it is.
  await control(berth, 'gitlab', 'POST /jobs/fail', { name: 'production', times: 1 })
  await gitlab(berth, `${helloApp}/jobs/${(await jobOf(sha, 'production')).id}/play`, 'POST')
  await expect.poll(async () => (await jobOf(sha, 'production')).status, inTime).toBe('failed')
  const sheet = await openedBefore(page, sha)
  await control(berth, 'gitlab', 'POST /push', {
    project,
    branch: 'master',
    message: 'Lose this [skip ci]',
    files: { 'lost.txt': 'lost\n' },
  })
  await overtake(sha, 'And lose that')
  await berthKnows({ sha, stands: ['going-back'] })
  const typed = sha.slice(0, 8)
  await expectRefused(page, {
    sha,
    words: `Production would lose 2 commits that it runs now. Type the first 8 characters of ${typed}.`,
  })
  const demand = `Type the first 8 characters of ${typed}.`
  const guard = await expectAsked(sheet, { title: 'This goes back', button: demand })
  await expect(guard.getByRole('listitem')).toContainText([/And lose that/, /Lose this/])

  const before = await plays(berth)
  for (const typedSha of [typed.slice(0, 7), await deployedSha(berth, projects.helloApp, 'production')]) {
    expect(await refusalOf(await promoteByScript({ sha, typedSha }))).toContain(demand)
    await sheet.getByLabel('Commit, typed out').fill(typedSha)
    await expect(sheet.getByRole('button', { name: demand })).toBeDisabled()
  }
  expect(await plays(berth)).toBe(before)

  await sheet.getByLabel('Commit, typed out').fill(typed)
  await hearAgain(page)
  await press(sheet, sha)
  expect(await deployedSha(berth, projects.helloApp, 'production')).toBe(sha)
  expect(await lastRequest()).toMatchObject({ overridden: 'going-back', typedSha: typed, after: sha })
})

test('a freeze that begins between the opening of the sheet and the click', async ({ page }) => {
  const sha = await pushToStaging(berth, project, 'Freeze me')
  const sheet = await openedBefore(page, sha)
  const period = await freeze()
  await expectRefused(page, {
    sha,
    words: /^A freeze period of GitLab's lasts from .* 1 Jan 00:00 until .* 31 Dec 23:59 \(UTC\)\. Give a reason\.$/,
  })
  await expectAsked(sheet, { title: 'Deploy freeze', button: 'Give a reason.' })

  const reason = 'The shop is down'
  await sheet.getByLabel('Why in spite of that?').fill(reason)
  await hearAgain(page)
  await press(sheet, sha)
  expect(await lastRequest()).toMatchObject({ overridden: 'freeze', reason })

  const notice = page.getByText('Deploy freeze.')
  await expect(notice).toBeVisible()
  await period.end()
  await expect(notice, 'what GitLab has taken away closes nothing any more').toHaveCount(0, inTime)
})

test('a lock of Berth’s own, which tells its author, reason and end, and yields to a maintainer’s reason alone', async ({
  page,
  browser,
}) => {
  const sha = await pushToStaging(berth, project, 'Lock me out')
  const sheet = await openedBefore(page, sha)
  const marta = await browserOf(browser, berth.url, 'marta')
  await marta.goto(`${berth.url}${helloApp}`)
  await marta.getByRole('link', { name: 'Lock production' }).click()
  const locking = marta.getByRole('dialog', { name: 'Lock production' })
  await locking.getByText('a day', { exact: true }).click()
  await locking.getByLabel('Why').fill('The database moves')
  await locking.getByRole('button', { name: 'Lock production' }).click()
  await expect(marta.getByText('marta has locked production')).toBeVisible()

  await expectRefused(page, {
    sha,
    words: /^marta has locked production until \d{4}-\d\d-\d\d \d\d:\d\d UTC: The database moves Give a reason\.$/,
  })
  await expectAsked(sheet, { title: 'Locked', button: 'Give a reason.' })

  const before = await plays(berth)
  const reason = 'The shop is down'
  const kenta = await browserOf(browser, berth.url, 'kenta')
  const refused = await promoteAs(kenta, { sha, reason })
  expect(refused.status()).toBe(403)
  const { detail } = (await refused.json()) as { detail: string }
  expect(detail).toBe('kenta is a developer here; this takes a maintainer.')
  expect(await lastAudits(1)).toEqual([{ actor: 'kenta', via: 'page', outcome: 'refused', words: detail }])
  expect(await plays(berth)).toBe(before)

  await sheet.getByLabel('Why in spite of that?').fill(reason)
  const period = await freeze()
  await sheet.getByRole('button', { name: deployButton(sha) }).click()
  await expect(sheet.getByRole('alert'), 'the reason was for the lock').toHaveText(
    /^A freeze period of GitLab's .* Press again if your reason holds for that too\.$/,
  )
  await expectAsked(sheet, { title: 'Deploy freeze' })
  expect(await plays(berth)).toBe(before)

  await hearAgain(page)
  await press(sheet, sha)
  expect(await lastRequest()).toMatchObject({ overridden: 'freeze, lock', reason })
  await period.end()
  await marta.getByRole('button', { name: 'Open production' }).click()
  await expect(marta.getByText('marta has locked production')).toHaveCount(0)
  await Promise.all([marta.context().close(), kenta.context().close()])
})

/** Opens the sheet while nothing stands in the way, in a page that hears of nothing that happens from then on. */
async function openedBefore(page: Page, sha: string): Promise<Locator> {
  await berthKnows({ sha, stands: [] })
  await hearNothing(page)
  await page.goto(`${berth.url}${helloApp}`)
  const sheet = await openPromoteSheet(page)
  await expect(sheet.getByRole('button', { name: deployButton(sha) })).toBeEnabled()
  return sheet
}

/**
 * Waits until Berth's own lane has this commit on staging and these guards before production, or the reason why not; with
 * `words`, until they say this.
 */
async function berthKnows({ sha, stands, words }: { sha: string; stands: string[]; words?: RegExp }): Promise<void> {
  interface Link {
    fromSha: string
    promotability: { allowed: true; guards: { kind: string; words: string }[] } | { allowed: false; reason: string }
  }
  const known = async () => {
    const { summary } = (await (await script.get(`/api/v1${helloApp}/board`)).json()) as {
      summary: { lane: { links: [Link] } }
    }
    const [{ fromSha, promotability }] = summary.lane.links
    if (!promotability.allowed) return { sha: fromSha, stands: [promotability.reason], words: '' }
    const { guards } = promotability
    return { sha: fromSha, stands: guards.map(({ kind }) => kind), words: guards.map((guard) => guard.words).join(' ') }
  }
  await expect.poll(known, inTime).toEqual({ sha, stands, words: expect.stringMatching(words ?? /.*/) })
}

/** What a request to promote may bring along. */
interface Promotion {
  sha: string
  typedSha?: string
  reason?: string
}

const promoteByScript = (promotion: Promotion): Promise<APIResponse> =>
  script.post(`/api/v1${helloApp}/promotions`, { data: { environmentId, ...promotion } })

/** A raw request with the session of whoever has signed in there. */
const promoteAs = (page: Page, promotion: Promotion): Promise<APIResponse> =>
  page.request.post(`${berth.url}/api/v1${helloApp}/promotions`, {
    headers: { 'sec-fetch-site': 'same-origin' },
    data: { environmentId, ...promotion },
  })

async function refusalOf(answer: APIResponse): Promise<string> {
  expect(answer.status()).toBe(409)
  return ((await answer.json()) as { detail: string }).detail
}

/**
 * A script's call, one with the person's session and the click, at one moment: all are refused in these words, which the sheet
 * says and the audit keeps, and GitLab is asked to play nothing.
 */
async function expectRefused(page: Page, { sha, words }: { sha: string; words: string | RegExp }): Promise<void> {
  const sheet = promoteSheet(page)
  const before = await plays(berth)
  const said = await refusalOf(await promoteByScript({ sha }))
  expect(said).toEqual(typeof words === 'string' ? words : expect.stringMatching(words))
  expect(await refusalOf(await promoteAs(page, { sha }))).toBe(said)
  await expect(sheet).not.toContainText(said)
  await sheet.getByRole('button', { name: deployButton(sha) }).click()
  await expect(sheet).toContainText(said)
  expect(await lastAudits(3)).toEqual([
    { actor: 'release-bot', via: 'api', outcome: 'refused', words: said },
    { actor: 'hanako', via: 'page', outcome: 'refused', words: said },
    { actor: 'hanako', via: 'page', outcome: 'refused', words: said },
  ])
  expect(await plays(berth)).toBe(before)
}

/** The sheet shows by now what stands in the way, and its button what is missing, if anything is. */
async function expectAsked(sheet: Locator, { title, button }: { title: string; button?: string }): Promise<Locator> {
  const guard = sheet
    .getByRole('region', { name: 'Before you press' })
    .getByRole('listitem')
    .filter({ has: sheet.page().getByText(title, { exact: true }) })
  await expect(guard).toHaveCount(1)
  if (button) await expect(sheet.getByRole('button', { name: button })).toBeDisabled()
  return guard
}

/** Presses the button of a sheet that has all that it asks for, and waits until production runs the commit. */
async function press(sheet: Locator, sha: string): Promise<void> {
  await sheet.getByRole('button', { name: deployButton(sha) }).click()
  await expect(sheet).toContainText(`Promoted ${sha.slice(0, 8)} to production`, inTime)
  expect(await visit(berth, 'production', 'hello-app')).toEqual({ status: 200, sha })
}

/** The last words of the audit on promotions, oldest first. */
async function lastAudits(count: number): Promise<object[]> {
  const entries = await berth.sql<object>(
    `SELECT actor, via, outcome, words FROM "AuditEntry" WHERE action = 'promote' ORDER BY id DESC LIMIT $1`,
    [count],
  )
  return entries.toReversed()
}

/** What the audit keeps of the last promotion that was begun. */
async function lastRequest(): Promise<object | undefined> {
  const [entry] = await berth.sql<{ details: object }>(
    `SELECT details FROM "AuditEntry" WHERE action = 'promote' AND outcome = 'requested' ORDER BY id DESC LIMIT 1`,
  )
  return entry?.details
}

interface Job {
  id: number
  name: string
  status: string
  pipeline: { id: number; sha: string }
}

/** The latest run of a job in the pipeline of a commit. */
async function jobOf(sha: string, name: string): Promise<Job> {
  const jobs = await gitlab<Job[]>(berth, `${helloApp}/jobs?per_page=100`)
  const [latest] = jobs
    .filter((job) => job.name === name && job.pipeline.sha === sha)
    .toSorted((one, other) => other.id - one.id)
  if (!latest) throw new Error(`GitLab has no job ${name} of ${sha}.`)
  return latest
}

/** A freeze period of GitLab's that lasts all year but for its last minute. */
async function freeze(): Promise<{ end(): Promise<unknown> }> {
  const periods = `${helloApp}/freeze_periods`
  const { id } = await gitlab<{ id: number }>(berth, periods, 'POST', {
    freeze_start: '0 0 1 1 *',
    freeze_end: '59 23 31 12 *',
  })
  return { end: () => gitlab(berth, `${periods}/${id}`, 'DELETE') }
}

/** Somebody gives production a newer commit in GitLab, and then staging the one before again. */
async function overtake(sha: string, message: string): Promise<void> {
  const newer = await pushToStaging(berth, project, message)
  const before = await jobOf(sha, 'staging')
  await gitlab(berth, `${helloApp}/jobs/${(await jobOf(newer, 'production')).id}/play`, 'POST')
  await expect.poll(() => deployedSha(berth, projects.helloApp, 'production'), inTime).toBe(newer)
  await gitlab(berth, `${helloApp}/jobs/${before.id}/retry`, 'POST')
  await expect.poll(() => deployedSha(berth, projects.helloApp, 'staging'), inTime).toBe(sha)
  const [last] = await deployments(berth, projects.helloApp, 'staging')
  expect(last).toMatchObject({ sha, status: 'success' })
}
