import { expect, type Locator, type Page, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { berthCard, lane, openEnvironment, openPromoteSheet, promoteSheet, signInWithGitlab, step } from '../steps.ts'
import { control, deployedSha, deployments, gitlab, plays, projects, pushToStaging, visit } from '../world.ts'

// Each story goes on from where the one before has left the world.
test.describe.configure({ mode: 'serial' })

const project = 'hello/hello-app'
const projectId = projects.helloApp
const board = `/projects/${projectId}`
/** A job with what Berth looks at before and after it. */
const patience = { timeout: 60_000 }

let berth: Instance
/** Hanako's, a maintainer: she ships. */
let page: Page

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000)
  berth = await startInstance({ oauth: true, env: { BERTH_ADMINS: 'kenta' } })
  page = await browser.newPage()
  await signInWithGitlab(page, berth.url, 'hanako')
})
test.afterAll(async () => {
  await page?.close()
  await berth?.stop()
})

const short = (sha: string): string => sha.slice(0, 8)

const newestTo = async (environment: string) => (await deployments(berth, projectId, environment))[0]

/** Of the app of production on Dokku: the commit that its visitors get. */
const served = async (app = 'hello-app') => (await visit(berth, 'production', app)).sha

const tags = async (): Promise<Record<string, string>> => {
  const found = await gitlab<{ name: string; target: string }[]>(berth, `/projects/${projectId}/repository/tags`)
  return Object.fromEntries(found.map(({ name, target }) => [name, target]))
}

/** Says in the project's settings how a promotion is done. */
async function chooseWay(title: RegExp): Promise<void> {
  await page.goto(`${berth.url}${board}/settings`)
  await page.getByRole('radio', { name: title }).check()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0)
  await expect(page.getByText('Changed by hanako')).toBeVisible()
  await expect(page.getByRole('radio', { name: title })).toBeChecked()
}

/** The button of a promote sheet, once Berth knows what staging runs. */
async function deployButton(sheet: Locator, { sha, to = 'production' }: { sha: string; to?: string }) {
  const button = sheet.getByRole('button', { name: `Deploy ${short(sha)} to ${to}`, exact: true })
  await expect(button).toBeEnabled(patience)
  return button
}

test('a promotion creates the next tag, whose pipeline deploys; GitLab says who may create it', async ({ browser }) => {
  test.setTimeout(180_000)
  await control(berth, 'gitlab', 'POST /production', { project, by: 'tag' })
  await gitlab(berth, `/projects/${projectId}/protected_tags`, 'POST', { name: 'v*', create_access_level: 40 })
  await chooseWay(/^Create the next tag/)
  const [before, tagsBefore] = [await deployments(berth, projectId, 'production'), await tags()]
  const running = await served()
  const sha = await pushToStaging(berth, project, 'Ship this by a tag', { waiting: 0 })

  // An admin of Berth, but a developer in GitLab: Berth's own token, which might create the tag, is not lent to anybody.
  const kenta = await browser.newPage()
  await signInWithGitlab(kenta, berth.url, 'kenta')
  await kenta.goto(`${berth.url}${board}`)
  const theirs = await openPromoteSheet(kenta)
  const refused = await deployButton(theirs, { sha })
  await expect(theirs.getByLabel('Name of the tag')).toHaveValue('v1.1.1')
  await refused.click()
  await expect(theirs).toContainText(`Did not promote ${short(sha)} to production`, patience)
  await expect(step(theirs, 'Start the deployment')).toContainText(
    'You are not allowed to create this tag as it is protected.',
  )
  await kenta.close()
  expect(await tags()).toEqual(tagsBefore)
  expect(await deployments(berth, projectId, 'production')).toEqual(before)
  expect(await served()).toBe(running)

  await page.goto(`${berth.url}${board}`)
  const sheet = await openPromoteSheet(page)
  const deploy = await deployButton(sheet, { sha })
  for (const [name, part] of [
    ['v1.1.1', 'patch'],
    ['v1.2.0', 'minor'],
    ['v2.0.0', 'major'],
  ])
    await expect(sheet.getByRole('radio', { name: `${name} ${part}` })).toBeChecked({ checked: part === 'patch' })
  await sheet.getByText('v1.2.0', { exact: true }).click()
  await deploy.click()
  await expect(sheet).toContainText(`Promoted ${short(sha)} to production`, patience)
  await expect(step(sheet, 'Start the deployment')).toContainText(`Created tag v1.2.0 at ${short(sha)}.`)
  await expect(step(sheet, 'Look on Dokku')).toContainText(`App hello-app on production runs ${short(sha)}`)
  expect(await tags()).toEqual({ ...tagsBefore, 'v1.2.0': sha })
  expect(await newestTo('production')).toMatchObject({
    sha,
    ref: 'v1.2.0',
    status: 'success',
    deployable: { name: 'production', user: { username: 'hanako' } },
  })
  expect(await served()).toBe(sha)
  expect(await plays(berth), 'a tag’s pipeline deploys by itself').toBe(0)
})

test('of several production environments each has a result of its own, and the page says which failed', async () => {
  test.setTimeout(180_000)
  const environments = ['production', 'production-eu']
  await control(berth, 'gitlab', 'POST /production', { project, by: 'job', environments })
  await chooseWay(/^Play the job/)
  const sha = await pushToStaging(berth, project, 'Ship this to two places', { waiting: 2 })
  await control(berth, 'gitlab', 'POST /jobs/fail', { name: 'production-eu' })
  await page.goto(`${berth.url}${board}`)
  const sheet = await openPromoteSheet(page)
  const target = (of: Locator, name: string) =>
    of.getByRole('navigation', { name: 'Production environments' }).getByRole('link', { name: new RegExp(`^${name} `) })
  const deploy = await deployButton(sheet, { sha })
  for (const name of environments) await expect(target(sheet, name)).toContainText('behind')

  await deploy.click()
  await expect(step(sheet, 'Start the deployment')).toContainText('Started job production.')
  await target(sheet, 'production-eu').click()
  const other = promoteSheet(page, 'production-eu')
  await expect(other).toContainText('Nothing has been deployed there yet')
  await (await deployButton(other, { sha, to: 'production-eu' })).click()
  await expect(other).toContainText(`Did not promote ${short(sha)} to production-eu`, patience)
  await expect(step(other, 'Deploy')).toContainText('Job production-eu failed')
  await expect(target(other, 'production')).toContainText('in step', patience)
  await expect(target(other, 'production-eu')).toContainText('behind')
  await other.getByRole('link', { name: 'Done' }).click()
  await expect(berthCard(page, 'production-eu')).toContainText('newest failed')
  await expect(berthCard(page, 'production')).toContainText(short(sha))
  await expect(berthCard(page, 'production')).not.toContainText('newest failed')

  expect(await newestTo('production')).toMatchObject({ sha, status: 'success' })
  expect(await served()).toBe(sha)
  expect(await newestTo('production-eu')).toMatchObject({ sha, status: 'failed' })
  expect(await visit(berth, 'production', 'hello-app-eu')).toEqual({ status: null, sha: undefined })

  const again = await openPromoteSheet(page, 'production-eu')
  await expect(again).toContainText('Retries job production-eu')
  await (await deployButton(again, { sha, to: 'production-eu' })).click()
  await expect(again).toContainText(`Promoted ${short(sha)} to production-eu`, patience)
  expect(await newestTo('production-eu')).toMatchObject({ sha, status: 'success' })
  expect(await visit(berth, 'production', 'hello-app-eu')).toEqual({ status: 200, sha })
})

test('what production runs is deployed once more', async () => {
  test.setTimeout(120_000)
  const sha = await deployedSha(berth, projectId, 'production')
  const before = await newestTo('production')
  await openEnvironment(page, berth, projectId, 'production')
  await page.getByRole('link', { name: `Redeploy ${short(sha)}` }).click(patience)
  const sheet = page.getByRole('dialog', { name: 'Redeploy production' })
  await expect(sheet).toContainText('the same commit, built and released once more')
  await sheet.getByRole('button', { name: `Redeploy ${short(sha)} to production` }).click()
  await expect(sheet).toContainText(`Redeployed production to ${short(sha)}`, patience)
  await expect(step(sheet, 'Start the job again')).toContainText('Retried job production.')
  const after = await newestTo('production')
  expect(after).toMatchObject({ sha, status: 'success', deployable: { name: 'production', status: 'success' } })
  expect(after?.iid).toBeGreaterThan(before?.iid ?? 0)
  expect(after?.deployable?.id).not.toBe(before?.deployable?.id)
  expect(await served()).toBe(sha)
})

test('production goes back to an earlier deployment, after what goes away was read and the commit typed', async () => {
  test.setTimeout(120_000)
  await control(berth, 'gitlab', 'POST /production', { project, byForce: true })
  const succeeded = (await deployments(berth, projectId, 'production')).filter(({ status }) => status === 'success')
  const [sha = '', earliest = ''] = [succeeded[0]?.sha, succeeded.at(-1)?.sha]
  const { commits } = await gitlab<{ commits: { title: string }[] }>(
    berth,
    `/projects/${projectId}/repository/compare?from=${earliest}&to=${sha}`,
  )
  expect(commits.length).toBeGreaterThan(1)
  await openEnvironment(page, berth, projectId, 'production')
  await page.getByRole('link', { name: `Roll back to ${short(earliest)}` }).click()
  const sheet = page.getByRole('dialog', { name: `Roll production back to ${short(earliest)}` })
  await expect(sheet).toContainText('It does not undo database migrations.')
  await expect(sheet).toContainText(`Production would lose ${commits.length} commits that it runs now.`)
  for (const { title } of commits)
    await expect(sheet.getByRole('listitem').filter({ hasText: title })).not.toHaveCount(0)
  await expect(sheet.getByRole('button', { name: /^Roll production back/ })).toHaveCount(0)
  await sheet.getByLabel('Commit, typed out').fill(short(earliest))
  await sheet.getByRole('button', { name: `Roll production back to ${short(earliest)}` }).click()
  await expect(sheet).toContainText(`Rolled back production to ${short(earliest)}`, patience)
  await expect(step(sheet, 'Look on Dokku')).toContainText(`App hello-app on production runs ${short(earliest)}`)
  expect(await newestTo('production')).toMatchObject({
    sha: earliest,
    status: 'success',
    deployable: { name: 'production', user: { username: 'hanako' } },
  })
  expect(await served()).toBe(earliest)
  await page.goto(`${berth.url}${board}`)
  await expect(berthCard(page, 'production')).toContainText(short(earliest), patience)
  await expect(lane(page)).toContainText(`${commits.length} commits`, patience)
})

test('a promotion that runs is canceled, and production goes on with what it ran', async () => {
  test.setTimeout(120_000)
  const [sha, running] = [await deployedSha(berth, projectId, 'staging'), await served()]
  expect(running).not.toBe(sha)
  const sheet = await openPromoteSheet(page)
  await expect(sheet).toContainText('Retries job production')
  await control(berth, 'production', 'POST /slow', { factor: 200 })
  await (await deployButton(sheet, { sha })).click()
  await expect(step(sheet, 'Deploy')).toContainText('Job production is running.', patience)
  const promotion = page.url()

  await openEnvironment(page, berth, projectId, 'production')
  await expect(page.getByRole('button', { name: `Cancel the deployment of ${short(sha)}` })).toBeVisible(patience)
  await page.goto(promotion)
  await promoteSheet(page)
    .getByRole('button', { name: /^Cancel the job/ })
    .click()
  await control(berth, 'production', 'POST /slow', { factor: 1 })
  await expect(promoteSheet(page)).toContainText(`Canceled promoting ${short(sha)} to production`, patience)
  await expect(step(promoteSheet(page), 'Deploy')).toContainText('Job production was canceled')
  expect(await newestTo('production')).toMatchObject({ sha, status: 'canceled', deployable: { status: 'canceled' } })
  expect(await deployedSha(berth, projectId, 'production')).toBe(running)
  expect(await visit(berth, 'production', 'hello-app')).toEqual({ status: 200, sha: running })
  await promoteSheet(page).getByRole('link', { name: 'Done' }).click()
  await expect(berthCard(page, 'production')).toContainText('newest canceled')
  const ends = await berth.sql(
    `SELECT action, outcome FROM "AuditEntry" WHERE action IN ('promote', 'job.cancel') ORDER BY id DESC LIMIT 4`,
  )
  expect(ends).toEqual(
    expect.arrayContaining([
      { action: 'job.cancel', outcome: 'requested' },
      { action: 'job.cancel', outcome: 'succeeded' },
      { action: 'promote', outcome: 'canceled' },
    ]),
  )
})
