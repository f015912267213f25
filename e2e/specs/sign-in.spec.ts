import { expect, type Page, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { branchRow, browserOf, expectSameDocument, lane, markDocument, openStopDialog } from '../steps.ts'
import { control, environmentNamed, gitlab, plays, projects, signInsAlive } from '../world.ts'

const project = 'hello/hello-app'
const branch = 'docs/api-guide'
const helloApp = `/projects/${projects.helloApp}`

let berth: Instance
test.beforeAll(async () => {
  test.setTimeout(180_000)
  berth = await startInstance({ oauth: true })
})
test.afterAll(() => berth?.stop())

/** What Berth knows of somebody's rights is as old as after a long silence: it has to ask GitLab again. */
const afterAWhile = (username: string) =>
  berth.sql(`UPDATE "Person" SET "accessAt" = "accessAt" - interval '10 minutes' WHERE username = $1`, [username])

const lastAudit = async (action: string) =>
  (
    await berth.sql<{ actor: string; outcome: string; words: string }>(
      'SELECT actor, outcome, words FROM "AuditEntry" WHERE action = $1 ORDER BY id DESC LIMIT 1',
      [action],
    )
  )[0]

test('there is one way in, and it is GitLab', async ({ page }) => {
  await page.goto(`${berth.url}${helloApp}`)
  await expect(page.getByRole('heading', { name: 'Sign in to Berth' })).toBeVisible()
  await expect(page.getByLabel('Password')).toHaveCount(0)
  await page.getByRole('button', { name: 'Sign in with GitLab' }).click()
  await page.getByRole('button', { name: '@kenta' }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'not allowed to act for you' })).toBeVisible()
  await page.getByRole('button', { name: 'Sign in with GitLab' }).click()
  await page.getByRole('button', { name: 'Authorize Berth' }).click()
  await expect(page, 'back where they wanted to go').toHaveURL(`${berth.url}${helloApp}`)
  await expect(page.getByRole('button', { name: 'Sign out kenta' })).toBeVisible()
})

test('signing out ends the session, and at GitLab the tokens with the last one', async ({ browser }) => {
  const [one, other] = [await browserOf(browser, berth.url, 'diego'), await browserOf(browser, berth.url, 'diego')]
  expect(await signInsAlive(berth, 'diego'), 'the second sign-in took the place of the first').toBe(1)
  const cookies = await one.context().cookies(berth.url)
  await one.getByRole('button', { name: 'Sign out diego' }).click()
  await expect(one).toHaveURL(`${berth.url}/sign-in`)
  expect(await lastAudit('sign-out')).toMatchObject({ actor: 'diego', words: 'Signed out; still signed in elsewhere.' })
  await one.context().addCookies(cookies)
  await one.goto(berth.url)
  await expect(one, 'the session itself has ended, not only its cookie').toHaveURL(`${berth.url}/sign-in`)

  expect(await signInsAlive(berth, 'diego')).toBe(1)
  await other.getByRole('button', { name: 'Sign out diego' }).click()
  await expect(other).toHaveURL(`${berth.url}/sign-in`)
  expect(await lastAudit('sign-out')).toMatchObject({ words: 'Signed out; GitLab ended the tokens.' })
  expect(await signInsAlive(berth, 'diego')).toBe(0)
  await Promise.all([one.context().close(), other.context().close()])
})

test.describe('each sees what GitLab lets them see, and the buttons that GitLab would obey', () => {
  const people = [
    { who: 'olga', is: 'member of nothing', sees: [], role: null },
    { who: 'guest', is: 'Guest', sees: [], role: null },
    { who: 'diego', is: 'Reporter elsewhere', sees: ['handbook'], role: null },
    { who: 'midori', is: 'Reporter', sees: ['handbook', 'hello-app'], role: 'reporter' },
    { who: 'kenta', is: 'Developer', sees: ['hello-app'], role: 'developer' },
    { who: 'hanako', is: 'Maintainer', sees: ['handbook', 'hello-app'], role: 'maintainer' },
    { who: 'aoife', is: 'administrator', sees: ['handbook', 'hello-app'], role: 'maintainer' },
  ] as const

  for (const { who, is, sees, role } of people) {
    test(`${who}, ${is}`, async ({ browser }) => {
      const page = await browserOf(browser, berth.url, who)
      const names = page.getByRole('row').getByRole('link')
      if (sees.length === 0) await expect(page.getByRole('heading', { name: `Welcome, ${who}` })).toBeVisible()
      else await expect.poll(async () => (await names.allTextContents()).toSorted()).toEqual([...sees])

      expect(await answersOfDoors(page)).toEqual(doorsBy[role ?? 'stranger'])
      await page.goto(`${berth.url}${helloApp}`)
      if (role !== null) await expectButtons(page, role)
      else await expect(page.getByRole('heading', { name: 'Nothing is moored here' })).toBeVisible()
      await page.context().close()
    })
  }
})

/** What the API answers to somebody's session: to look, to stop what is not there, to promote what staging does not run, to lock without a reason. */
const doorsBy = {
  stranger: [404, 404, 404, 404],
  reporter: [200, 403, 403, 403],
  developer: [200, 404, 403, 403],
  maintainer: [200, 404, 409, 422],
}

async function answersOfDoors(page: Page): Promise<number[]> {
  const { id } = await environmentNamed(berth, projects.helloApp, 'production')
  const door = `${berth.url}/api/v1${helloApp}`
  const headers = { 'sec-fetch-site': 'same-origin' }
  const answers = [
    await page.request.get(`${door}/board`),
    await page.request.post(`${door}/environments/999999/stop`, { headers }),
    await page.request.post(`${door}/promotions`, { headers, data: { environmentId: id, sha: '0'.repeat(40) } }),
    await page.request.post(`${door}/locks`, { headers, data: { reason: '' } }),
  ]
  return answers.map((answer) => answer.status())
}

async function expectButtons(page: Page, role: 'reporter' | 'developer' | 'maintainer'): Promise<void> {
  const isMaintainer = role === 'maintainer'
  await expect(branchRow(page, branch)).toContainText('available')
  await expect(branchRow(page, branch).getByRole('link', { name: `Stop ${branch}` })).toHaveCount(
    role === 'reporter' ? 0 : 1,
  )
  const retry = branchRow(page, 'fix/timezone-in-mailer').getByRole('button', { name: /^Retry/ })
  await expect(retry).toHaveCount(role === 'reporter' ? 0 : 1)
  await expect(page.getByRole('link', { name: 'Lock production' })).toHaveCount(isMaintainer ? 1 : 0)
  if (isMaintainer) {
    await expect(lane(page).getByRole('link', { name: 'Promote to production' })).toBeVisible()
  } else {
    await expect(lane(page).getByRole('button', { name: 'Promote to production' })).toBeDisabled()
    await expect(lane(page)).toContainText(`You are a ${role} here; promoting takes a maintainer.`)
  }
  await expect(page.getByText('Read-only')).toHaveCount(0)

  await page.goto(`${berth.url}${helloApp}/sweep`)
  await expect(page.getByRole('heading', { level: 1, name: 'Sweep' })).toBeVisible()
  await expect(page.getByRole('button', { name: /^Sweep/ })).toHaveCount(isMaintainer ? 1 : 0)
  await page.goto(`${berth.url}${helloApp}/settings`)
  await expect(page.getByText('A maintainer of the project changes these.')).toHaveCount(isMaintainer ? 0 : 1)
  await expect(page.getByRole('radio').first()).toBeEnabled({ enabled: isMaintainer })
}

test('what somebody does is done at GitLab as themselves, and others see it live', async ({ browser }) => {
  const [kenta, hanako] = [await browserOf(browser, berth.url, 'kenta'), await browserOf(browser, berth.url, 'hanako')]
  await hanako.goto(`${berth.url}${helloApp}`)
  await markDocument(hanako)
  await kenta.goto(`${berth.url}${helloApp}`)
  const dialog = await openStopDialog(kenta, branch)
  const { id } = await environmentNamed(berth, projects.helloApp, `review/${branch}`)
  await dialog.getByRole('button', { name: `Stop review/${branch}` }).click()
  await expect(dialog).toContainText(`Stopped review/${branch}`, { timeout: 30_000 })
  await expect(dialog).toContainText('asked by kenta')
  await expect(hanako.getByRole('status', { name: 'Operations' })).toContainText(`review/${branch}`)
  await expect(branchRow(hanako, branch).getByRole('link', { name: `Stop ${branch}` })).toHaveCount(0)
  await expectSameDocument(hanako)
  const jobs = await gitlab<{ name: string; ref: string; status: string; user: { username: string } }[]>(
    berth,
    `/projects/${projects.helloApp}/jobs?per_page=100`,
  )
  expect(jobs.find(({ name, ref }) => name === 'stop_review' && ref === branch)).toMatchObject({
    status: 'success',
    user: { username: 'kenta' },
  })
  expect((await environmentNamed(berth, projects.helloApp, `review/${branch}`)).id).toBe(id)
  await Promise.all([kenta.context().close(), hanako.context().close()])
})

test('a role that GitLab lowered while the page was open is refused at the click', async ({ browser }) => {
  const page = await browserOf(browser, berth.url, 'marta')
  await page.goto(`${berth.url}${helloApp}`)
  await lane(page).getByRole('link', { name: 'Promote to production' }).click()
  const deploy = page.getByRole('dialog').getByRole('button', { name: /^Deploy [0-9a-f]{8} to production$/ })
  await expect(deploy).toBeEnabled()
  const before = await plays(berth)

  await control(berth, 'gitlab', 'POST /members', { project, username: 'marta', level: 30 })
  await afterAWhile('marta')
  await deploy.click()
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText(
    'marta is a developer here; this takes a maintainer.',
  )
  await expect(page.getByRole('dialog').getByRole('button', { name: /takes a maintainer/ })).toBeDisabled()
  expect(await plays(berth)).toBe(before)
  expect(await lastAudit('promote')).toMatchObject({ actor: 'marta', outcome: 'refused' })

  await control(berth, 'gitlab', 'POST /members', { project, username: 'marta', level: 0 })
  await afterAWhile('marta')
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Nothing is moored here' })).toBeVisible()
  await control(berth, 'gitlab', 'POST /members', { project, username: 'marta', level: 40 })
  await page.context().close()
})

test('who is not signed in at GitLab any more is told so at the click, and comes back to where they were', async ({
  browser,
}) => {
  const page = await browserOf(browser, berth.url, 'hanako')
  await page.goto(`${berth.url}${helloApp}`)
  await lane(page).getByRole('link', { name: 'Promote to production' }).click()
  const deploy = page.getByRole('dialog').getByRole('button', { name: /^Deploy [0-9a-f]{8} to production$/ })
  await expect(deploy).toBeEnabled()
  const before = await plays(berth)

  await control(berth, 'gitlab', 'POST /oauth/revoke-all', { username: 'hanako' })
  await afterAWhile('hanako')
  await deploy.click()
  await expect(page.getByRole('heading', { name: 'Sign in to Berth' })).toBeVisible()
  await expect(page.getByRole('alert').filter({ hasText: 'has ended. Sign in again.' })).toBeVisible()
  expect(await plays(berth)).toBe(before)

  await page.getByRole('button', { name: 'Sign in with GitLab' }).click()
  await page.getByRole('button', { name: 'Authorize Berth' }).click()
  await expect(page).toHaveURL(new RegExp(`${helloApp}\\?promote=`))
  await expect(deploy).toBeEnabled()
  await page.context().close()
})

test('tokens that have run out are renewed without a word', async ({ browser }) => {
  const page = await browserOf(browser, berth.url, 'midori')
  await control(berth, 'gitlab', 'POST /oauth/expire', { username: 'midori' })
  await afterAWhile('midori')
  await page.goto(`${berth.url}${helloApp}`)
  await expect(lane(page)).toContainText('You are a reporter here')
  expect(await control(berth, 'gitlab', 'GET /oauth/refreshes')).toMatchObject({ midori: 1 })
  await page.context().close()
})
