import { expect, type Page, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { branchRow, signIn } from '../steps.ts'
import {
  control,
  environmentNamed,
  gitlab,
  onDokku,
  projects,
  type ReviewedApp,
  reviewedApps,
  runOnDokku,
} from '../world.ts'

const projectId = projects.helloApp
const settings = `/projects/${projectId}/settings`
/** Nothing was deployed to them for 40 days. */
const [forgotten, needed, labelled] = ['chore/forgotten', 'chore/still-needed', 'chore/labelled']

let berth: Instance
let apps: ReviewedApp[]

test.beforeAll(async () => {
  test.setTimeout(180_000)
  berth = await startInstance({ jobMs: 300 })
  apps = await reviewedApps(
    berth,
    [forgotten, needed, labelled].map((branch) => ({
      branch,
      title: `Try ${branch}`,
      minutesAgo: 40 * 24 * 60,
      became: 'open',
    })),
  )
  await runOnDokku(berth, apps)
  const query = `source_branch=${encodeURIComponent(labelled)}`
  const [mergeRequest] = await gitlab<{ iid: number }[]>(berth, `/projects/${projectId}/merge_requests?${query}`)
  await control(berth, 'gitlab', 'POST /merge-requests/label', {
    project: 'hello/hello-app',
    iid: mergeRequest?.iid,
    labels: ['keep'],
  })
})
test.afterAll(() => berth?.stop())

/** What the worker does every five minutes. */
const strikeFive = () => berth.sql(`INSERT INTO pgboss.job (name) VALUES ('every-five-minutes')`)
/** Takes what was announced for as many days as have gone by. */
const goBy = (days: number) =>
  berth.sql(
    `UPDATE "PolicyWarning" SET "warnedAt" = "warnedAt" - $1 * interval '1 day', "actsAt" = "actsAt" - $1 * interval '1 day'`,
    [days],
  )
const stateOf = async (branch: string) => (await environmentNamed(berth, projectId, `review/${branch}`)).state
const policies = (page: Page) => page.getByRole('region', { name: 'Policies' })

async function openReviewApp(page: Page, branch: string): Promise<void> {
  await page.goto(`${berth.url}/projects/${projectId}?q=${branch}`)
  await branchRow(page, branch).getByRole('link', { name: branch, exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: `review/${branch}` })).toBeVisible()
}

test('a policy announces what it stops, spares what somebody keeps or a label marks, and stops the rest in its own name', async ({
  page,
}) => {
  await signIn(page, berth)
  await page.goto(`${berth.url}/projects/${projectId}?q=chore/`)
  for (const branch of [forgotten, needed, labelled]) await expect(branchRow(page, branch)).toContainText('running')

  await page.goto(berth.url + settings)
  await expect(policies(page).getByRole('status').first()).toContainText('As it is set: no review app is stopped.')
  await policies(page).getByRole('checkbox', { name: 'Stop what nobody deploys to' }).check()
  await policies(page).getByRole('spinbutton', { name: /^Stop/ }).fill('30')
  await policies(page).getByLabel('Leave alone what has a label').fill('keep')
  await expect(policies(page).getByRole('status').first()).toContainText('With these settings: 2 announced now')
  await policies(page)
    .getByText(/^Left alone: \d/)
    .click()
  await expect(policies(page)).toContainText('has the label keep.')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(policies(page).getByRole('status').first()).toContainText('As it is set: 2 announced now')

  await strikeFive()
  await page.goto(`${berth.url}/projects/${projectId}?q=chore/`)
  for (const branch of [forgotten, needed])
    await expect(branchRow(page, branch)).toContainText('berth-policy stops this in')
  await expect(branchRow(page, labelled)).not.toContainText('berth-policy')

  await openReviewApp(page, needed)
  await page.getByRole('button', { name: 'Keep for 7 days' }).click()
  await expect(page.getByText(/operator keeps this from every policy until/)).toBeVisible()

  await goBy(3)
  await strikeFive()
  await expect.poll(() => stateOf(forgotten), { timeout: 40_000 }).toBe('stopped')
  expect([await stateOf(needed), await stateOf(labelled)]).toEqual(['available', 'available'])
  const slugs = apps.map(({ slug }) => slug)
  const left = apps.filter(({ branch }) => branch !== forgotten).map(({ slug }) => slug)
  await expect
    .poll(async () => (await onDokku(berth, 'review')).apps.filter((app) => slugs.includes(app)).sort())
    .toEqual(left.sort())

  await page.goto(`${berth.url}/activity?actor=berth-policy`)
  const entries = page.getByRole('listitem').filter({ hasText: `review/${forgotten}` })
  await expect(entries.filter({ hasText: 'Announce stop' })).toContainText('berth-policy, by a policy')
  await expect(entries.filter({ hasText: 'Requested' })).toContainText('30 days are allowed.')
  await expect(entries.filter({ hasText: 'berth-policy, carried on by Berth' })).toContainText('Succeeded')

  await page.goto(berth.url + settings)
  await policies(page).getByRole('button', { name: 'Run now' }).click()
  await expect(policies(page)).toContainText('Nothing was due.')
})
