import { expect, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { berthCard, findingLine, openEnvironment, openPromoteSheet, signIn, step } from '../steps.ts'
import { control, deployedSha, projects } from '../world.ts'

// The talk's variant 2. Each story goes on from where the one before has left the world.
test.describe.configure({ mode: 'serial' })

const projectId = projects.helloHeroku
/** Heroku is asked every few seconds, but half a minute after a look that read much: it is rationed. */
const patience = { timeout: 60_000 }

let berth: Instance

test.beforeAll(async () => {
  test.setTimeout(180_000)
  berth = await startInstance({ heroku: true })
})
test.afterAll(() => berth?.stop())

test.beforeEach(({ page }) => signIn(page, berth))

/** Says in the project's settings that production is deployed by a tag. */
async function promoteByTag(): Promise<void> {
  const door = `${berth.url}/api/v1/projects/${projectId}/settings`
  const headers = { authorization: `Bearer ${berth.token('settings')}`, 'content-type': 'application/json' }
  const { settings, changedAt } = await (await fetch(door, { headers })).json()
  const changed = { ...settings, promotion: { way: 'tag', tagTemplate: 'v$VERSION' } }
  const body = JSON.stringify({ settings: changed, seen: changedAt ?? null })
  expect((await fetch(door, { method: 'PUT', headers, body })).status).toBe(200)
}

test('staging and production are on the board with what Heroku says of them', async ({ page }) => {
  await page.goto(`${berth.url}/projects/${projectId}`)
  for (const [name, app] of [
    ['staging', 'hello-heroku-staging'],
    ['production', 'hello-heroku'],
  ] as const) {
    const card = berthCard(page, name)
    await expect(card.getByText(app, { exact: true })).toBeVisible(patience)
    await expect(card.getByText('running')).toBeVisible(patience)
  }
  await openEnvironment(page, berth, projectId, 'production')
  const section = page.getByRole('region', { name: 'App hello-heroku' })
  await expect(section.getByText('web.2')).toBeVisible()
  await expect(section.getByText('worker=1')).toBeVisible()
  await expect(section.getByText('www.hello-heroku.localhost')).toBeVisible()
  await expect(section.getByText('SECRET_KEY_BASE')).toBeVisible()
  await expect(page.getByText('not for anybody')).toHaveCount(0)
  await page.goto(`${berth.url}/hosts`)
  await expect(page.getByText(/of 4,500 requests left this hour/)).toBeVisible()
})

test('a crashed dyno is found, and restarted from here', async ({ page }) => {
  await control(berth, 'heroku', 'POST /dyno', { app: 'hello-heroku', process: 'web.1', state: 'crashed' })
  await openEnvironment(page, berth, projectId, 'production')
  await expect(findingLine(page, 'app down', 'web.1 crashed')).toBeVisible(patience)
  await page.getByRole('link', { name: 'Restart dynos' }).click()
  const sheet = page.getByRole('dialog', { name: 'Restart the dynos of production' })
  await sheet.getByRole('button', { name: 'Restart the dynos of production' }).click()
  await expect(sheet).toContainText('Restarted the dynos of production', patience)
  await sheet.getByRole('link', { name: 'Done' }).click()
  await expect(findingLine(page, 'app down', 'web.1 crashed')).toBeHidden(patience)
})

test('a commit that somebody deployed past GitLab is told', async ({ page }) => {
  await control(berth, 'heroku', 'POST /deploy', { app: 'hello-heroku-staging', commit: 'd'.repeat(40) })
  await openEnvironment(page, berth, projectId, 'staging')
  await expect(findingLine(page, 'but Heroku runs dddddddd')).toBeVisible(patience)
})

test('a promotion creates the tag, whose pipeline deploys by dpl, and ends verified on Heroku', async ({ page }) => {
  test.setTimeout(120_000)
  const sha = await deployedSha(berth, projectId, 'staging')
  await promoteByTag()
  await page.goto(`${berth.url}/projects/${projectId}`)
  const sheet = await openPromoteSheet(page)
  await sheet.getByLabel('Why in spite of that?').fill('Somebody tried something on staging')
  await sheet.getByText('v1.3.0', { exact: true }).click()
  await sheet.getByRole('button', { name: /to production/ }).click()
  await expect(sheet).toContainText(`Promoted ${sha.slice(0, 8)} to production`, { timeout: 90_000 })
  await expect(step(sheet, 'Look on Heroku')).toContainText(`commit ${sha.slice(0, 8)}`)
})

test('production goes back to an earlier release', async ({ page }) => {
  test.setTimeout(90_000)
  await openEnvironment(page, berth, projectId, 'production')
  await page.getByRole('link', { name: 'Roll back to v5' }).click(patience)
  const sheet = page.getByRole('dialog', { name: 'Roll production back to v5' })
  await expect(sheet).toContainText('It does not undo database migrations')
  await expect(sheet).toContainText('Production would lose', patience)
  const releases = await berth.sql<{ commit: string }>(
    `SELECT slug.commit FROM "HerokuRelease" release JOIN "HerokuSlug" slug ON slug.id = release."slugId"
     WHERE release.app = 'hello-heroku' AND release.version = 5`,
  )
  await sheet.getByLabel('Commit, typed out').fill(releases[0]?.commit.slice(0, 8) ?? '')
  await sheet.getByRole('button', { name: 'Roll production back to v5' }).click()
  await expect(sheet).toContainText('Rolled back production to v5', { timeout: 60_000 })
  await expect(step(sheet, 'Look on Heroku')).toContainText('App hello-heroku on Heroku runs v')
  await sheet.getByRole('link', { name: 'Done' }).click()
  await expect(findingLine(page, 'Rollback to v5').first()).toBeVisible(patience)
})
