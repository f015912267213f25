import { expect, type Locator, type Page, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { openProject } from '../steps.ts'
import { control, gitlab, projects } from '../world.ts'

// Each story goes on from where the one before has left the wiring.
test.describe.configure({ mode: 'serial' })

let berth: Instance

test.beforeAll(async () => {
  test.setTimeout(300_000)
  berth = await startInstance({ jobMs: 300 })
})
test.afterAll(() => berth?.stop())

const project = 'hello/hello-app'

async function openWiring(page: Page): Promise<void> {
  await openProject(page, berth, 'hello-app')
  await page.getByRole('link', { name: 'Wiring' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Wiring' })).toBeVisible()
}

const part = (page: Page, title: string): Locator => page.getByRole('region', { name: title })

const check = (page: Page, name: string): Locator =>
  page.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) })

async function checkAgain(page: Page): Promise<void> {
  const again = page.getByRole('button', { name: 'Check again' })
  await again.click()
  await expect(page.getByRole('button', { name: 'Checking …' })).toBeHidden()
  await expect(again).toBeEnabled()
}

test('what is well is said in a line, and each part says so', async ({ page }) => {
  await openWiring(page)
  await page.getByRole('button', { name: 'Check now' }).click()
  await expect(page.getByText(/Checked .* by operator/)).toBeVisible()
  await expect(part(page, 'CI/CD variables')).toContainText('6 checks are fine')
  await expect(part(page, 'Runners')).toContainText('4 checks are fine')
  await expect(page.getByText('problem')).toHaveCount(0)

  const mend = check(page, 'Events arrive').getByRole('link', { name: 'Set the webhook up' })
  await expect(mend.locator('svg'), 'a page of Berth does not look as if it led out').toHaveCount(0)
  await mend.click()
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
})

test('each fault is explained, with what was seen and a way out', async ({ page }) => {
  for (const key of ['SSH_PRIVATE_KEY', 'DOKKU_HOST', 'DOKKU_DOMAIN'])
    await control(berth, 'gitlab', 'POST /variables', { project, key, absent: true })
  await control(berth, 'gitlab', 'POST /variables', { project, key: 'SSH_SERVER_HOSTKEYS', set: { isProtected: true } })
  await control(berth, 'gitlab', 'POST /variables', { project, key: 'SSH_CONFIG', set: { type: 'file' } })
  await control(berth, 'gitlab', 'POST /runners', { set: { isPaused: true } })
  await control(berth, 'gitlab', 'POST /wiring', { project, set: { protectedBranches: [] } })
  await control(berth, 'gitlab', 'POST /token', {
    token: berth.standIns.gitlabToken,
    set: { expiresOn: new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10) },
  })
  await control(berth, 'gitlab', 'POST /clock', { seconds: 600 })
  await control(berth, 'review', 'POST /services', { plugins: [] })

  await openWiring(page)
  await checkAgain(page)
  await expect(check(page, 'SSH_PRIVATE_KEY')).toContainText('The project has no SSH_PRIVATE_KEY')
  await expect(check(page, 'SSH_SERVER_HOSTKEYS')).toContainText('it is protected, so feature branches never see it')
  await expect(check(page, 'SSH_CONFIG')).toContainText('SSH_CONFIG has to be of type Variable and is a File')
  await expect(check(page, 'A runner is online')).toContainText('paused (#1 (docker)): it takes no job until')
  const unprotected = check(page, 'The default branch is protected')
  await expect(unprotected).toContainText('master is not protected')
  await expect(unprotected.getByRole('link').locator('svg'), 'and GitLab’s does').toHaveCount(1)
  await expect(check(page, 'The token does not end soon')).toContainText('The token ends on')
  await expect(check(page, 'The clocks agree')).toContainText(/GitLab’s clock is \d+ s ahead of Berth’s/)
  await expect(check(page, 'review: database plugin')).toContainText('sudo dokku plugin:install')
})

test('the report is copied and asked for as text, as it stands on the page', async ({ page, context, request }) => {
  await openWiring(page)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy as text' }).click()
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toContain('Wiring of hello/hello-app')
  expect(copied).toMatch(/\[problem\] A runner is online: Every runner that is online is paused/)
  const headers = { authorization: `Bearer ${berth.token('doctor')}` }
  const asked = await request.get(`${berth.url}/api/v1/projects/${projects.helloApp}/wiring?format=text`, { headers })
  expect(asked.headers()['content-type']).toContain('text/plain')
  expect(await asked.text()).toBe(copied)
})

interface Variable {
  key: string
  value: string
  variable_type: string
  protected: boolean
}

test('missing variables are created by a button, and no value of them comes to the browser', async ({ page }) => {
  await openWiring(page)
  await check(page, 'SSH_PRIVATE_KEY').getByRole('button', { name: 'Create what is missing' }).click()
  // What is fine stands among the others that are.
  await expect(check(page, 'SSH_PRIVATE_KEY')).toBeHidden()
  await part(page, 'CI/CD variables')
    .getByText(/checks are fine/)
    .click()
  await expect(check(page, 'SSH_PRIVATE_KEY')).toContainText('not protected, scope *')
  const variables = await gitlab<Variable[]>(berth, `/projects/${projects.helloApp}/variables`)
  const named = (key: string) => variables.find((variable) => variable.key === key)
  expect(named('SSH_PRIVATE_KEY')).toMatchObject({ protected: false, variable_type: 'env_var' })
  expect(named('SSH_PRIVATE_KEY')?.value).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----\n[\s\S]+-----\n$/)
  expect(named('DOKKU_HOST')?.value).toBe('127.0.0.1')
  expect(named('DOKKU_DOMAIN')?.value).toBe('localhost')
  const secret = named('SSH_PRIVATE_KEY')?.value.split('\n')[2] ?? ''
  expect(secret.length).toBeGreaterThan(20)
  expect(await page.content()).not.toContain(secret)
  for (const table of ['Operation', 'AuditEntry', 'WiringReport', 'DeployKey']) {
    const [row] = await berth.sql<{ hits: string }>(
      `SELECT count(*) AS hits FROM "${table}" one WHERE to_jsonb(one)::text LIKE $1`,
      [`%${secret}%`],
    )
    expect(row?.hits, table).toBe('0')
  }
  expect(berth.output()).not.toContain(secret)
})

test('the hosts are told of the new key by one line, and the page then knows', async ({ page }) => {
  await openWiring(page)
  const onReview = check(page, 'Deploy key on review')
  await expect(onReview).toContainText('every push to it is refused')
  const line = await onReview.locator('pre').textContent()
  const publicKey = /^echo "(ssh-ed25519 \S+ \S+)" \| sudo dokku ssh-keys:add gitlab-hello-hello-app$/.exec(
    line ?? '',
  )?.[1]
  expect(publicKey).toBeDefined()
  for (const host of ['review', 'production'] as const)
    await control(berth, host, 'POST /ssh-keys', { name: 'gitlab-hello-hello-app', publicKey })
  await expect(async () => {
    await checkAgain(page)
    await expect(onReview).toBeHidden({ timeout: 3000 })
  }).toPass()
  await part(page, 'CI/CD variables')
    .getByText(/checks are fine/)
    .click()
  await expect(onReview).toContainText('lets the project’s deploy key in')
})
