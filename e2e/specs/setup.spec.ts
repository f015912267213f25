import { expect, type Locator, type Page, test } from '@playwright/test'
import { type Instance, password, startInstance } from '../instance.ts'
import { branchRow, signInWithGitlab } from '../steps.ts'
import { control } from '../world.ts'

// What is changed later is what the first story connected.
test.describe.configure({ mode: 'serial' })

/** From an empty database to a working board, with every failure on the way. */

let berth: Instance

test.beforeAll(async () => {
  test.setTimeout(300_000)
  berth = await startInstance({ connected: false, jobMs: 300 })
})
test.afterAll(() => berth.stop())

const told = (page: Page, words: string | RegExp): Locator => page.getByRole('alert').filter({ hasText: words })
const heading = (page: Page, name: string): Locator => page.getByRole('heading', { level: 1, name })

test('an empty Berth leads from the password to a working board', async ({ page }) => {
  test.setTimeout(300_000)
  await page.goto(`${berth.url}/sign-in`)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(heading(page, 'Connect your GitLab')).toBeVisible()

  await test.step('GitLab: every wrong address and token is told in words, and nothing is kept', async () => {
    const { gitlabUrl, gitlabToken, gitlabReadToken } = berth.standIns
    const enter = async (url: string, token: string) => {
      await page.getByLabel('Address').fill(url)
      await page.getByLabel('Access token').fill(token)
      await page.getByRole('button', { name: 'Test and save' }).click()
    }
    await enter('http://gitlab.example.jp', gitlabToken)
    await expect(told(page, 'Without TLS everybody on the way could read the token.')).toBeVisible()
    await enter('http://127.0.0.1:9', gitlabToken)
    await expect(told(page, /Nothing answers at 127\.0\.0\.1:9/)).toBeVisible()
    await enter(berth.url, gitlabToken)
    await expect(told(page, /is not GitLab/)).toBeVisible()
    await enter(gitlabUrl, 'glpat-of-another-gitlab')
    await expect(told(page, 'GitLab does not take this token')).toBeVisible()
    await setToken(gitlabReadToken, { scopes: ['read_repository'] })
    await enter(gitlabUrl, gitlabReadToken)
    await expect(told(page, 'This token has the scope read_repository, and neither read_api nor api.')).toBeVisible()
    await setToken(gitlabReadToken, { scopes: ['read_api'], expiresOn: '2026-01-01' })
    await enter(gitlabUrl, gitlabReadToken)
    await expect(told(page, 'This token has ended.')).toBeVisible()
    expect(await berth.sql('SELECT 1 FROM "GitlabConnection"')).toEqual([])
    await enter(gitlabUrl, gitlabToken)
    await expect(heading(page, 'Let people sign in with GitLab')).toBeVisible()
  })

  await test.step('Sign-in: the redirect URI is shown exactly, and a wrong secret is found', async () => {
    await expect(page.getByText(`${berth.url}/api/auth/callback/gitlab`)).toBeVisible()
    const { id, secret } = berth.standIns.oauth
    await page.getByLabel('Application ID').fill(id)
    await page.getByLabel('Secret').fill('a secret of before')
    await page.getByLabel('Admins of Berth').fill('hanako')
    await page.getByRole('button', { name: 'Test and save' }).click()
    await expect(told(page, 'does not recognize this application by this secret')).toBeVisible()
    await page.getByLabel('Secret').fill(secret)
    await page.getByRole('button', { name: 'Test and save' }).click()
    await expect(heading(page, 'Add your Dokku hosts')).toBeVisible()
  })

  await test.step('A host: unreachable, key not added, another key, too old, without its plugin, and then connected', async () => {
    await addHost(page, { port: 9 })
    await expect(told(page, /Nothing answers by SSH at 127\.0\.0\.1, port 9/)).toBeVisible()
    await addHost(page, { port: sshPort('review') })
    await confirmKey(page)
    await page.getByRole('button', { name: 'Test and connect' }).click()
    await expect(told(page, 'The host does not let Berth’s key in.')).toBeVisible()
    await addKey(page, 'review')

    await control(berth, 'review', 'POST /host-key/rotate', {})
    await page.getByRole('button', { name: 'Test again' }).click()
    await expect(told(page, /The host showed the key SHA256:\S+, and you confirmed SHA256:/)).toBeVisible()
    await page.reload()
    await expect(told(page, /The host shows another key than/)).toBeVisible()
    await expect(page.getByRole('button', { name: /^Test/ })).toBeDisabled()
    await confirmKey(page)

    await control(berth, 'review', 'POST /version', { version: '0.19.2' })
    await page.getByRole('button', { name: /^Test/ }).click()
    await expect(told(page, 'The host has Dokku 0.19.2; Berth needs 0.30.0 or newer.')).toBeVisible()
    await control(berth, 'review', 'POST /version', { version: '0.38.27' })

    await control(berth, 'review', 'POST /services', { plugins: [] })
    await page.getByRole('button', { name: 'Test again' }).click()
    await expect(told(page, 'The plugin postgres is missing')).toContainText('sudo dokku plugin:install')
    await control(berth, 'review', 'POST /services', { plugins: ['postgres'] })
    await page.getByRole('button', { name: 'Test again' }).click()
    await expect(hostLine(page, 'review')).toContainText('Connected')
  })

  await test.step('Production is a host of its own, with a key of its own', async () => {
    await page.getByText('Add another host').click()
    await expect(page.getByLabel('Name in Berth')).toHaveValue('production')
    await addHost(page, { port: sshPort('production') })
    await confirmKey(page)
    await addKey(page, 'production')
    await page.getByRole('button', { name: 'Test and connect' }).click()
    await expect(hostLine(page, 'production')).toContainText('Connected')
    const keys = await berth.sql<{ publicKey: string }>('SELECT "publicKey" FROM "HostConnection"')
    expect(new Set(keys.map(({ publicKey }) => publicKey)).size).toBe(2)
  })

  await test.step('One comes back to where one stopped, and passes Heroku by', async () => {
    await page.goto(berth.url)
    await expect(heading(page, 'Connect Heroku')).toBeVisible()
    await page.getByRole('button', { name: /^Skip/ }).click()
    await expect(heading(page, 'Choose the projects')).toBeVisible()
  })

  await test.step('Projects: found by typing, their apps proposed by what the hosts have', async () => {
    await expect(page.getByText('for the first time')).toBeHidden()
    await page.getByLabel('Find a project').fill('hello-a')
    await page.getByRole('button', { name: 'Add hello/hello-app' }).click()
    await expect(page.getByLabel(/^Review apps on/)).toHaveValue('review')
    await expect(page.getByLabel(/^Production is/)).toHaveValue('production/hello-app')
    await page.getByRole('button', { name: 'Finish and open the board' }).click()
    await page.getByRole('link', { name: 'hello-app', exact: true }).click({ timeout: 60_000 })
    await expect(branchRow(page, 'feature/two-factor')).toContainText('running', { timeout: 60_000 })
  })

  await test.step('No secret is in the database or in what was printed', async () => {
    const { gitlabToken, oauth } = berth.standIns
    const rows = await berth.sql(
      'SELECT * FROM "GitlabConnection" CROSS JOIN "HostConnection" CROSS JOIN (SELECT json_agg("AuditEntry") FROM "AuditEntry") AS a',
    )
    const kept = JSON.stringify(rows) + berth.output()
    for (const secret of [gitlabToken, oauth.secret, 'PRIVATE KEY']) expect(kept).not.toContain(secret)
  })
})

test('what is connected is changed later, without a restart', async ({ page, browser }) => {
  test.setTimeout(240_000)
  await control(berth, 'gitlab', 'POST /oauth/redirects', { uri: `${berth.url}/api/auth/callback/gitlab` })
  const person = await (await browser.newContext()).newPage()
  await signInWithGitlab(person, berth.url, 'aoife')

  await test.step('The operator cannot close the way in that they came by; an admin of GitLab can', async () => {
    await page.goto(`${berth.url}/sign-in`)
    await page.getByText('Sign in as the operator').click()
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(heading(page, 'Projects')).toBeVisible()
    await page.goto(`${berth.url}/settings/connections`)
    await page.getByRole('button', { name: 'Close the operator’s way in' }).click()
    await page.getByRole('button', { name: 'Close the operator’s way in' }).click()
    await expect(told(page, 'Sign in with GitLab first')).toBeVisible()
    await person.goto(`${berth.url}/settings/connections`)
    await person.getByRole('button', { name: 'Close the operator’s way in' }).click()
    await person.getByRole('button', { name: 'Close the operator’s way in' }).click()
    await expect(person.getByText('The operator’s password does not open Berth.')).toBeVisible()
    await page.goto(`${berth.url}/settings/connections`)
    await expect(page.getByRole('button', { name: 'Sign in with GitLab' })).toBeVisible()
  })

  await test.step('A token is rotated, and a host that is removed is gone from the worker too', async () => {
    await person.getByRole('link', { name: 'Rotate the token' }).click()
    await setToken(berth.standIns.gitlabReadToken, { scopes: ['read_api'], expiresOn: null })
    await person.getByLabel('New access token').fill(berth.standIns.gitlabReadToken)
    await person.getByRole('button', { name: 'Test and save' }).click()
    await expect(person.getByText('It may only look')).toBeVisible()
    await person.getByRole('button', { name: 'Remove production' }).click()
    await person.getByRole('button', { name: 'Remove', exact: true }).click()
    await expect(person.getByRole('heading', { name: 'Dokku host production' })).toBeHidden()
    await expect
      .poll(async () => (await berth.sql<{ name: string }>('SELECT name FROM "DokkuHost"')).map(({ name }) => name), {
        timeout: 60_000,
      })
      .toEqual(['review'])
  })
})

const setToken = (token: string, set: object) => control(berth, 'gitlab', 'POST /token', { token, set })

function sshPort(host: 'review' | 'production'): number {
  return Number(new RegExp(`${host}=ssh://dokku@127\\.0\\.0\\.1:(\\d+)`).exec(berth.standIns.dokkuHosts)?.[1])
}

async function addHost(page: Page, { port }: { port: number }): Promise<void> {
  await page.getByLabel('Address').fill('127.0.0.1')
  await page.getByLabel('SSH port').fill(String(port))
  await page.getByRole('button', { name: 'Make a key for it' }).click()
}

async function confirmKey(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'They are the same' }).click()
  await expect(page.getByText('You confirmed this key')).toBeVisible()
}

/** What a person does on the host with the one line that Berth shows. */
async function addKey(page: Page, host: 'review' | 'production'): Promise<void> {
  const line = await page.getByRole('region', { name: 'Let Berth in' }).getByText('ssh-keys:add').textContent()
  const [, publicKey = '', name = ''] = /^echo "(.+)" \| sudo dokku ssh-keys:add (\S+)$/.exec(line ?? '') ?? []
  await control(berth, host, 'POST /ssh-keys', { name, publicKey })
}

const hostLine = (page: Page, name: string): Locator =>
  page.getByRole('listitem').filter({ has: page.getByRole('link', { name, exact: true }) })
