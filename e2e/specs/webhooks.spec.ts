import { expect, type Page, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { branchRow, expectSameDocument, markDocument, signInWithGitlab } from '../steps.ts'
import { control, gitlab } from '../world.ts'

const project = 'hello/hello-app'

let berth: Instance

/** A Berth that looks at GitLab by itself once an hour, whoever watches: what is seen sooner was told. */
test.beforeAll(async () => {
  test.setTimeout(180_000)
  berth = await startInstance({
    jobMs: 500,
    oauth: true,
    env: { BERTH_SYNC_IDLE_SECONDS: '3600', BERTH_SYNC_WATCHED_SECONDS: '3600' },
  })
})
test.afterAll(() => berth.stop())

const section = (page: Page) => page.getByRole('region', { name: 'Webhook' })

async function openSettings(page: Page, username: string): Promise<void> {
  await signInWithGitlab(page, berth.url, username)
  await page.goto(`${berth.url}/projects/42/settings`)
  await expect(section(page)).toBeVisible()
}

const push = (branch: string, message: string) =>
  control<{ sha: string }>(berth, 'gitlab', 'POST /push', { project, branch, message, files: { 'a.txt': message } })

const hooks = () => gitlab<{ id: number; url: string; alert_status: string }[]>(berth, '/projects/42/hooks')

interface Call {
  trigger: string
  status: number
}
const calls = () => control<Call[]>(berth, 'gitlab', 'GET /hooks/events')

test('a developer sees that GitLab does not call, and may not change that', async ({ page }) => {
  await openSettings(page, 'kenta')
  await expect(section(page)).toContainText('GitLab does not call Berth for this project.')
  await expect(section(page)).toContainText('A maintainer of the project sets it up.')
  await expect(section(page).getByRole('button')).toHaveCount(0)
})

test('a maintainer sets it up by one click, as themselves, and it is tried at once', async ({ page }) => {
  await openSettings(page, 'hanako')
  await expect(section(page)).toContainText('only a GitLab on this very machine reaches it')
  await section(page).getByRole('button', { name: 'Set up webhook' }).click()
  await expect(section(page)).toContainText('Its first call has arrived.')
  await expect(section(page)).toContainText('GitLab calls, and is believed')
  await expect(section(page)).toContainText('hanako')
  expect(await hooks()).toMatchObject([{ url: `${berth.url}/api/webhooks/gitlab/42`, alert_status: 'executable' }])
  const entries = await berth.sql(`SELECT "outcome", "target" FROM "AuditEntry" WHERE "action" = 'webhook.install'`)
  expect(entries).toEqual([{ outcome: 'succeeded', target: `webhook of ${project}` }])
})

test('what is pushed at GitLab is on the open page, an hour before Berth would have looked', async ({ page }) => {
  await signInWithGitlab(page, berth.url, 'hanako')
  await page.goto(`${berth.url}/projects/42`)
  const branch = 'feature/told-at-once'
  await expect(page.getByRole('heading', { name: /^Branches/ })).toBeVisible()
  await expect(branchRow(page, branch)).toHaveCount(0)
  await markDocument(page)
  const { sha } = await push(branch, 'Be told of at once')
  const row = branchRow(page, branch)
  await expect(row).toContainText(sha.slice(0, 8))
  await expect(row).toContainText('available', { timeout: 30_000 })
  await expect(row).toContainText('passed', { timeout: 30_000 })
  await expect(branchRow(page, branch)).toContainText('Be told of at once')

  await control(berth, 'gitlab', 'POST /branches/delete', { project, branch: 'wip/notes' })
  await expect(branchRow(page, 'wip/notes')).toHaveCount(0)
  await expectSameDocument(page)
  expect((await calls()).every(({ status }) => status === 202)).toBe(true)
})

test('the same calls again, in another order, are known and change nothing', async ({ page }) => {
  const told = await calls()
  const answers = await control(berth, 'gitlab', 'POST /hooks/replay', { project, times: 2 })
  expect(answers).toEqual({ 200: told.length * 2 })
  await openSettings(page, 'hanako')
  await expect(section(page)).toContainText('GitLab calls, and is believed')
  await expect(section(page).getByText(`${told.length}, the last`)).toBeVisible()
})

test('a token that somebody changed in GitLab is refused with the reason, and setting it up again helps', async ({
  page,
}) => {
  await openSettings(page, 'hanako')
  await control(berth, 'gitlab', 'POST /hooks/change', { project, token: 'another one' })
  await push('feature/not-believed', 'Knock [skip ci]')
  await expect(section(page)).toContainText('The last call was not accepted')
  await expect(section(page)).toContainText('Its token is another one than Berth gave GitLab.')
  await section(page).getByRole('button', { name: 'Test' }).click()
  await expect(section(page).getByRole('alert')).toContainText('another one')
  await section(page).getByRole('button', { name: 'Set up again' }).click()
  await expect(section(page)).toContainText('GitLab calls, and is believed')
  expect(await hooks()).toHaveLength(1)
})

test('signed calls are believed by their signature alone, and a removed webhook is gone from GitLab', async ({
  page,
}) => {
  const signingToken = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  await control(berth, 'gitlab', 'POST /hooks/change', { project, signingToken, token: null })
  await openSettings(page, 'hanako')
  await section(page).getByText('Believe only signed calls').click()
  await section(page).getByLabel('Signing token').fill(signingToken)
  await section(page).getByRole('button', { name: 'Keep' }).click()
  await expect(section(page)).toContainText('Only signed deliveries are believed now.')
  await section(page).getByRole('button', { name: 'Test' }).click()
  await expect(section(page)).toContainText('GitLab called, and was answered.')
  expect(await page.content()).not.toContain(signingToken)

  await section(page).getByRole('button', { name: 'Remove' }).click()
  await expect(section(page)).toContainText('GitLab does not call Berth for this project.')
  expect(await hooks()).toEqual([])
})
