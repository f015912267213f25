import { expect, type Locator, type Page, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { signIn } from '../steps.ts'
import { control, gitlab, projects, reviewAppOf, visit } from '../world.ts'

/** What GitLab does to every request, what Berth says of it, and whose app somebody destroys on Dokku meanwhile. */
const troubles = [
  {
    title: 'answers 500',
    fault: { status: 500 },
    words: /500 Internal Server Error/,
    branch: 'feature/login-with-passkey',
  },
  {
    title: 'answers with a web page',
    fault: { status: 200, html: true },
    words: /a web page/,
    branch: 'feature/comment-threads',
  },
  {
    title: 'answers 429 with Retry-After',
    fault: { status: 429, retryAfterSeconds: 7 },
    words: /too many requests .* asks again in \d+ s/,
    branch: 'docs/api-guide',
  },
  {
    title: 'drops every connection',
    fault: { refuse: true },
    words: /connection/,
    branch: 'feature/two-factor',
  },
]

let berth: Instance

test.beforeAll(async () => {
  test.setTimeout(240_000)
  berth = await startInstance({ jobMs: 300 })
})
test.afterAll(() => berth.stop())
test.afterEach(() => endTrouble())

for (const { title, fault, words, branch } of troubles) {
  test(`GitLab ${title}: the board stays, Dokku stays live, promoting is refused, it heals by itself`, async ({
    page,
  }) => {
    test.setTimeout(120_000)
    await openBoard(page)
    const rows = page.getByRole('table').getByRole('row')
    const rowCount = await rows.count()
    expect(rowCount).toBeGreaterThan(15)
    const before = await productionTruth()
    const app = await reviewAppOf(berth, branch)

    await beginTrouble(fault)
    const banner = gitlabBanner(page)
    await expect(banner).toHaveText(/GitLab has not answered since \d\d:\d\d · what you see is from \d\d:\d\d/)
    await expect(banner).toHaveText(words)
    await expect(rows).toHaveCount(rowCount)
    await expect(page.getByRole('region', { name: 'Lane' }).getByRole('article')).toHaveCount(2)

    await expect(branchRow(page, branch)).not.toContainText('has no app')
    await control(berth, 'review', 'POST /apps/destroy', { app })
    await expect(branchRow(page, branch)).toContainText('has no app')

    const sheet = await openPromoteSheet(page)
    await deployButton(sheet).click()
    await expect(sheet.getByRole('alert')).toHaveText(words)
    await expect(deployButton(sheet)).toBeEnabled()
    await sheet.getByRole('button', { name: 'Close' }).click()

    await endTrouble()
    await expect(banner).toBeHidden({ timeout: 45_000 })
    await expect(rows).toHaveCount(rowCount)
    await expectNoReload(page)
    expect(await productionTruth()).toEqual(before)
  })
}

test('a promotion under way when GitLab goes away ends truthfully when it is back', async ({ page }) => {
  test.setTimeout(120_000)
  await control(berth, 'gitlab', 'POST /speed', { jobMs: 4000 })
  await openBoard(page)
  const sheet = await openPromoteSheet(page)
  const button = await deployButton(sheet).textContent()
  await deployButton(sheet).click()
  await expect(sheet.getByRole('list', { name: 'Progress' })).toContainText('Job production is running')

  await beginTrouble({ refuse: true })
  await expect(gitlabBanner(page)).toBeAttached()
  await expect.poll(async () => (await visit(berth, 'production', 'hello-app')).sha).toMatch(shaOn(button))
  await expect(sheet.getByRole('status')).toContainText('Promoting')

  await endTrouble()
  await expect(sheet.getByRole('status')).toContainText('Promoted', { timeout: 45_000 })
  await expect(gitlabBanner(page)).not.toBeAttached({ timeout: 45_000 })
  await expectNoReload(page)
  const [newest] = await productionDeployments()
  expect(newest).toMatchObject({ status: 'success', sha: expect.stringMatching(shaOn(button)) })
})

const gitlabBanner = (page: Page): Locator =>
  page.getByRole('status', { includeHidden: true }).filter({ hasText: 'GitLab has not answered' })

const branchRow = (page: Page, branch: string): Locator => page.getByRole('row').filter({ hasText: branch })

const deployButton = (sheet: Locator): Locator =>
  sheet.getByRole('button', { name: /^Deploy [0-9a-f]{8} to production$/ })

const shaOn = (button: string | null): RegExp => new RegExp(`^${/[0-9a-f]{8}/.exec(button ?? '')?.[0]}`)

async function openBoard(page: Page): Promise<void> {
  await signIn(page, berth)
  await page.goto(`${berth.url}/projects/${projects.helloApp}`)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await page.evaluate(() => Object.assign(window, { isFirstLoad: true }))
}

/** Whatever changed on the page since it was opened came to it live. */
async function expectNoReload(page: Page): Promise<void> {
  expect(await page.evaluate(() => 'isFirstLoad' in window)).toBe(true)
}

async function openPromoteSheet(page: Page): Promise<Locator> {
  await page.getByRole('link', { name: 'Promote to production' }).click()
  return page.getByRole('dialog', { name: 'Promote to production' })
}

const beginTrouble = (fault: object): Promise<unknown> =>
  control(berth, 'gitlab', 'POST /faults', { match: '* /**', ...fault })

const endTrouble = (): Promise<unknown> => control(berth, 'gitlab', 'DELETE /faults')

const productionDeployments = (): Promise<{ id: number; status: string; sha: string }[]> =>
  gitlab(berth, `/projects/${projects.helloApp}/deployments?environment=production&order_by=id&sort=desc`)

async function productionTruth(): Promise<unknown> {
  const deployments = (await productionDeployments()).map(({ id, status }) => ({ id, status }))
  return { deployments, served: (await visit(berth, 'production', 'hello-app')).sha }
}
