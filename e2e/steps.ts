import { type Browser, expect, type Locator, type Page } from '@playwright/test'
import { type Instance, password } from './instance.ts'
import { environmentNamed } from './world.ts'

/** Signs in as the operator and stands on the fleet. */
export async function signIn(page: Page, instance: Instance): Promise<void> {
  await page.goto(`${instance.url}/sign-in`)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible()
}

/** Signs in as somebody whom the stand-in GitLab knows, and agrees to Berth if it asks; stands on the fleet. */
export async function signInWithGitlab(page: Page, url: string, username: string): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.getByRole('button', { name: 'Sign in with GitLab' }).click()
  await page.getByRole('button', { name: `@${username}` }).click()
  const agree = page.getByRole('button', { name: 'Authorize Berth' })
  const fleet = page.getByRole('heading', { level: 1, name: 'Projects' })
  await expect(agree.or(fleet)).toBeVisible()
  if (await agree.isVisible()) await agree.click()
  await expect(fleet).toBeVisible()
}

/** A browser of their own, in which somebody has signed in with GitLab and stands on the fleet. */
export async function browserOf(browser: Browser, url: string, username: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  await signInWithGitlab(page, url, username)
  return page
}

/** Signs in and goes from the fleet to a project. */
export async function openProject(page: Page, instance: Instance, name: string): Promise<void> {
  await signIn(page, instance)
  await page.getByRole('link', { name, exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
}

/** Opens the page of an environment. */
export async function openEnvironment(page: Page, instance: Instance, projectId: number, name: string): Promise<void> {
  const { id } = await environmentNamed(instance, projectId, name)
  await page.goto(`${instance.url}/projects/${projectId}/environments/${id}`)
}

/** Opens the promote sheet from the lane. */
export async function openPromoteSheet(page: Page, environment = 'production'): Promise<Locator> {
  await lane(page)
    .getByRole('link', { name: `Promote to ${environment}`, exact: true })
    .click()
  const sheet = promoteSheet(page, environment)
  await expect(sheet).toBeVisible()
  return sheet
}

export const promoteSheet = (page: Page, environment = 'production'): Locator =>
  page.getByRole('dialog', { name: `Promote to ${environment}`, exact: true })

/** What the promote sheet's button says while nothing is missing. */
export const deployButton = (sha: string): string => `Deploy ${sha.slice(0, 8)} to production`

const events = '**/api/events*'

/** From its next load on the page hears of no change, as one whose connection was lost: it shows what it showed. */
export async function hearNothing(page: Page): Promise<void> {
  await page.route(events, (route) => route.abort())
}

/** The page's connection comes back, and with it what happened meanwhile. */
export const hearAgain = (page: Page): Promise<void> => page.unroute(events)

/** Opens the stop dialog from a branch's line. */
export async function openStopDialog(page: Page, branch: string, environment = `review/${branch}`): Promise<Locator> {
  await branchRow(page, branch)
    .getByRole('link', { name: `Stop ${branch}` })
    .click()
  const dialog = page.getByRole('dialog', { name: `Stop ${environment}` })
  await expect(dialog).toBeVisible()
  return dialog
}

export const lane = (page: Page): Locator => page.getByRole('region', { name: 'Lane' })

/** What the lane says of one environment. */
export const berthCard = (page: Page, name: string): Locator =>
  lane(page)
    .getByRole('article')
    .filter({ has: page.getByRole('heading', { name, exact: true }) })

/** The disagreements that a page tells of, below its heading. */
export const findings = (page: Page): Locator => page.getByRole('region', { name: /^Findings/ })

/** The lines of findings that have all of these words. */
export const findingLine = (page: Page, ...texts: (string | RegExp)[]): Locator =>
  texts.reduce<Locator>((lines, hasText) => lines.filter({ hasText }), findings(page).getByRole('listitem'))

/** Says on a host's page that apps of these names are a project's. */
export async function claimNames(
  page: Page,
  { pattern, project }: { pattern: string; project: string },
): Promise<void> {
  await page.getByLabel('Apps named').fill(pattern)
  await page.getByLabel('belong to').selectOption(project)
  await page.getByRole('button', { name: 'Claim' }).click()
  await expect(namingRule(page, pattern)).toBeVisible()
}

export const namingRule = (page: Page, pattern: string): Locator =>
  page.getByRole('region', { name: 'Naming rules' }).getByRole('listitem').filter({ hasText: pattern })

/** One beat of an operation, found by its title. */
export const step = (within: Locator, title: string): Locator =>
  within
    .getByRole('list', { name: 'Progress' })
    .getByRole('listitem')
    .filter({ hasText: new RegExp(`^${title}`) })

/** The line of the branch table. */
export const branchRow = (page: Page, branch: string): Locator =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name: branch, exact: true }) })

/** Notes that this very document is shown; `expectSameDocument` fails if the page has been loaded again since. */
export async function markDocument(page: Page): Promise<void> {
  await page.evaluate(() => Object.assign(window, { isMarked: true }))
}

export async function expectSameDocument(page: Page): Promise<void> {
  expect(await page.evaluate(() => 'isMarked' in window)).toBe(true)
}
