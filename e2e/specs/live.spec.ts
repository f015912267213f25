import { expect, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { branchRow, expectSameDocument, lane, markDocument, openProject, openPromoteSheet } from '../steps.ts'
import { control, deployedSha, environmentNamed, visit } from '../world.ts'

const project = 'hello/hello-app'
const projectId = 42

let instance: Instance
test.beforeAll(async () => {
  test.setTimeout(180_000)
  instance = await startInstance({ jobMs: 1000 })
})
test.afterAll(() => instance?.stop())

test('a pushed branch appears on the open page and comes up there, without a reload', async ({ page }) => {
  await openProject(page, instance, 'hello-app')
  await markDocument(page)
  const branch = 'feature/push-notifications'
  await expect(branchRow(page, branch)).toHaveCount(0)
  const { sha } = await push(branch, 'Ask before the first notification')
  const row = branchRow(page, branch)
  await expect(row).toContainText('Ask before the first notification')
  await expect(row).toContainText(sha.slice(0, 8))
  await expect(row).toContainText('running')
  await expect(row).toContainText('passed')
  await expect(row).toContainText('available')
  const { slug } = await environmentNamed(instance, projectId, `review/${branch}`)
  await expect(row).toContainText(`${slug}-database`)
  await expectSameDocument(page)
  expect(await visit(instance, 'review', slug)).toEqual({ status: 200, sha })
})

test('what changes between the drawing of a page and its live connection appears as well', async ({ page }) => {
  const connected = Promise.withResolvers<void>()
  await page.route('**/api/events*', async (route) => {
    await connected.promise
    await route.continue()
  })
  await openProject(page, instance, 'hello-app')
  const branch = 'feature/early-bird'
  await push(branch, 'Rise before the page listens')
  const onBoard = () => instance.sql('SELECT 1 FROM "BoardRow" WHERE "branchName" = $1', [branch])
  await expect.poll(async () => (await onBoard()).length, { timeout: 60_000 }).toBe(1)
  await expect(branchRow(page, branch)).toHaveCount(0)
  connected.resolve()
  await expect(branchRow(page, branch)).toBeVisible()
})

test('the log of a review app’s deployment runs on its environment page', async ({ page }) => {
  const branch = 'feature/login-with-passkey'
  const { id, slug } = await environmentNamed(instance, projectId, `review/${branch}`)
  await openProject(page, instance, 'hello-app')
  await branchRow(page, branch).getByRole('link', { name: branch, exact: true }).click()
  await expect(page).toHaveURL(new RegExp(`/environments/${id}$`))
  await page.getByRole('link', { name: 'Job log' }).click()
  await markDocument(page)
  const log = page.getByRole('log')
  await expect(log).toContainText('Job succeeded')

  await control(instance, 'review', 'POST /slow', { factor: 20 })
  const { sha } = await push(branch, 'Offer a passkey after the password')
  await expect(log).toContainText(`Checking out ${sha.slice(0, 8)}`, { timeout: 30_000 })
  await expect(log).not.toContainText('Job succeeded')
  await control(instance, 'review', 'POST /slow', { factor: 1 })
  await expect(log).toContainText('Application deployed')
  await expect(log).toContainText('Job succeeded', { timeout: 30_000 })
  await expectSameDocument(page)
  expect(await visit(instance, 'review', slug)).toEqual({ status: 200, sha })
})

test('whoever else looks sees a promotion run and end', async ({ page, browser }) => {
  const sha = await deployedSha(instance, projectId, 'staging')
  const context = await browser.newContext()
  const onlooker = await context.newPage()
  await openProject(onlooker, instance, 'hello-app')
  await markDocument(onlooker)
  await openProject(page, instance, 'hello-app')
  const sheet = await openPromoteSheet(page)
  await control(instance, 'production', 'POST /slow', { factor: 20 })
  await sheet.getByRole('button', { name: /^Deploy/ }).click()

  const title = `${sha.slice(0, 8)} to production`
  const operations = onlooker.getByRole('status', { name: 'Operations' })
  await expect(operations).toContainText(`Promoting ${title}`)
  await expect(lane(onlooker).getByRole('link', { name: `Promoting ${title}` })).toBeVisible()
  await expect(lane(onlooker).getByRole('link', { name: 'Promote to production' })).toHaveCount(0)
  await lane(onlooker)
    .getByRole('link', { name: `Promoting ${title}` })
    .click()
  const theirs = onlooker.getByRole('dialog', { name: 'Promote to production' })
  await expect(theirs.getByRole('log')).toContainText('git push dokku@')
  await control(instance, 'production', 'POST /slow', { factor: 1 })
  await expect(theirs).toContainText(`Promoted ${title}`, { timeout: 30_000 })
  await expect(theirs.getByRole('log')).toContainText('Job succeeded')
  await theirs.getByRole('link', { name: 'Done' }).click()
  await expect(lane(onlooker)).toContainText('In step')
  await expectSameDocument(onlooker)
  await context.close()
})

function push(branch: string, message: string): Promise<{ sha: string }> {
  return control(instance, 'gitlab', 'POST /push', { project, branch, message, files: { 'notes.txt': message } })
}
