import { readFileSync } from 'node:fs'
import { type Browser, expect, type Page, request, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { signInWithGitlab } from '../steps.ts'
import { control, gitlab, projects } from '../world.ts'

interface MergeRequest {
  iid: number
  title: string
  source_branch: string
  author: { username: string }
}

const helloApp = `/projects/${projects.helloApp}`

let berth: Instance
test.beforeAll(async () => {
  test.setTimeout(180_000)
  berth = await startInstance({ oauth: true, jobMs: 200 })
  const { encoding, content } = await gitlab<{ encoding: BufferEncoding; content: string }>(
    berth,
    `${helloApp}/repository/files/.gitlab-ci.yml?ref=master`,
  )
  const text = Buffer.from(content, encoding).toString()
  const lint =
    '# Finds what a review may miss.\nbrakeman:\n  stage: test\n  script: bundle exec brakeman   # fails on warnings\n'
  await commitFile(`${text}\n${lint}`)
})
test.afterAll(() => berth?.stop())

const commitFile = (text: string) =>
  control(berth, 'gitlab', 'POST /push', {
    project: 'hello/hello-app',
    branch: 'master',
    message: 'Look for flaws [skip ci]',
    files: { '.gitlab-ci.yml': text },
    username: 'marta',
  })

async function pageOf(browser: Browser, username: string, path = `${helloApp}/pipeline`): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await context.newPage()
  await signInWithGitlab(page, berth.url, username)
  await page.goto(berth.url + path)
  return page
}

const preview = (page: Page) => page.getByRole('region', { name: 'Preview' })
const file = (page: Page) => preview(page).getByRole('region', { name: 'The file' })
const lint = (page: Page) => preview(page).getByRole('status', { name: 'GitLab’s lint' })
const opener = (page: Page) => preview(page).getByRole('button', { name: 'Open a merge request' })
const proposals = async () =>
  (await gitlab<MergeRequest[]>(berth, `${helloApp}/merge_requests?state=opened&per_page=100`)).filter(
    ({ source_branch: branch }) => branch.startsWith('berth/pipeline-'),
  )

test('the file follows the choices, the address keeps them, and every choice says what it does', async ({
  browser,
}) => {
  const page = await pageOf(browser, 'kenta', helloApp)
  await page.getByRole('link', { name: 'Pipeline', exact: true }).click()
  await expect(file(page)).toContainText('bundle exec rake db:seed')
  await expect(file(page)).toContainText('auto_stop_in: 1 week')

  await page.getByRole('radio', { name: 'Node' }).check()
  await expect(file(page)).toContainText('npm test')
  await expect(file(page)).not.toContainText('db:seed')
  await page.getByRole('radio', { name: 'Heroku, production by a tag' }).check()
  await expect(file(page)).toContainText('dpl heroku api')
  await page.getByLabel('Stops after').fill('3 days')
  await expect(file(page)).toContainText('auto_stop_in: 3 days')
  await expect(page.getByText('also when nobody remembers it')).toBeVisible()

  await page.reload()
  await expect(page.getByRole('radio', { name: 'Heroku, production by a tag' })).toBeChecked()
  await expect(page.getByLabel('Stops after')).toHaveValue('3 days')
  await expect(file(page)).toContainText('npm test')

  await page.getByRole('radio', { name: 'The syntax of 2017' }).check()
  await expect(file(page)).toContainText('only:')
  await expect(file(page)).not.toContainText('rules:')
  await page.context().close()
})

test('what cannot be meant is marked where it stands, and GitLab is not asked', async ({ browser }) => {
  const page = await pageOf(browser, 'kenta')
  await expect(lint(page)).toContainText('the file is valid')
  await page.getByLabel('Dokku host', { exact: true }).fill('host; rm -rf /')
  await expect(page.getByText('A host’s name or address, without a port')).toBeVisible()
  await expect(lint(page)).toContainText('Correct what is marked')
  await expect(opener(page)).toBeDisabled()
  await page.context().close()
})

test('the file is copied and downloaded as it is shown', async ({ browser }) => {
  const page = await pageOf(browser, 'kenta')
  await expect(lint(page)).toContainText('the file is valid')
  await preview(page).getByRole('button', { name: 'Whole file' }).click()
  await preview(page).getByRole('button', { name: 'Copy' }).click()
  await expect(preview(page).getByText('Copied.')).toBeVisible()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toContain('brakeman')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    preview(page).getByRole('button', { name: 'Download' }).click(),
  ])
  expect(readFileSync(await download.path(), 'utf8')).toBe(copied)
  await page.context().close()
})

test('a merge request is opened in the person’s name, once, and keeps the jobs that were there', async ({
  browser,
}) => {
  const page = await pageOf(browser, 'kenta')
  await preview(page).getByRole('button', { name: 'Changes' }).click()
  const changes = preview(page).getByRole('region', { name: 'Changed lines' })
  await expect(changes).toContainText('added: - dokku apps:exists')
  await expect(preview(page)).toContainText(/Kept as it is:.* brakeman/)
  await expect(lint(page)).toContainText('What review deploys can be stopped.')

  await opener(page).click()
  const answer = preview(page).getByRole('status', { name: 'Merge request' })
  await expect(answer).toContainText(/Opened !\d+/)
  const [made, ...others] = await proposals()
  expect(others).toEqual([])
  expect(made?.author.username).toBe('kenta')
  await expect(answer.getByRole('link')).toHaveAttribute('href', new RegExp(`/merge_requests/${made?.iid}$`))

  const text = await fileAt(made?.source_branch ?? '')
  expect(text).toContain(
    '# Finds what a review may miss.\nbrakeman:\n  stage: test\n  script: bundle exec brakeman   # fails on warnings\n',
  )
  expect(text).toContain('GIT_STRATEGY: none')
  const [commit] = await gitlab<{ author_name: string }[]>(
    berth,
    `${helloApp}/repository/commits?ref_name=${encodeURIComponent(made?.source_branch ?? '')}&per_page=1`,
  )
  expect(commit?.author_name).toMatch(/Kenta|健太/i)

  await opener(page).click()
  await expect(answer).toContainText('proposes just this already')
  expect(await proposals()).toHaveLength(1)
  const audit = await berth.sql<{ actor: string; outcome: string }>(
    `SELECT actor, outcome FROM "AuditEntry" WHERE action = 'pipeline.propose' ORDER BY id`,
  )
  expect(audit.map(({ actor, outcome }) => [actor, outcome])).toEqual([
    ['kenta', 'succeeded'],
    ['kenta', 'succeeded'],
  ])
  await page.context().close()
})

test('the same by the API, for a program', async () => {
  const api = await request.newContext({
    baseURL: berth.url,
    extraHTTPHeaders: { authorization: `Bearer ${berth.token('wiring')}` },
  })
  const read = await api.get(`/api/v1${helloApp}/pipeline?language=node&database=no`)
  expect(read.status()).toBe(200)
  expect(await read.json()).toMatchObject({ options: { language: 'node', database: false }, lint: { valid: true } })
  const asked = await api.post(`/api/v1${helloApp}/pipeline`, { data: { language: 'node', database: false } })
  expect(asked.status()).toBe(200)
  const { became, mergeRequest } = await asked.json()
  expect(became).toBe('changed')
  expect((await proposals()).map(({ iid }) => iid)).toEqual([mergeRequest.iid])
  const refused = await api.post(`/api/v1${helloApp}/pipeline`, { data: { reviewHost: '; rm' } })
  expect(refused.status()).toBe(422)
})

test('what GitLab’s lint refuses is said in its words, and not proposed', async ({ browser }) => {
  await commitFile('stages: [test]\n\nbroken:\n  stage: nowhere\n  script: a\n')
  const page = await pageOf(browser, 'marta')
  await expect(lint(page)).toContainText('broken job: chosen stage nowhere does not exist')
  await expect(opener(page)).toBeDisabled()
  await page.context().close()
})

test('a reporter sees the file, and why they propose nothing', async ({ browser }) => {
  const page = await pageOf(browser, 'midori')
  await expect(file(page)).toContainText('stop_review:')
  await expect(preview(page)).toContainText('takes a developer')
  await expect(opener(page)).toHaveCount(0)
  await page.context().close()
})

async function fileAt(ref: string): Promise<string> {
  const { content } = await gitlab<{ content: string }>(
    berth,
    `${helloApp}/repository/files/.gitlab-ci.yml?ref=${encodeURIComponent(ref)}`,
  )
  return Buffer.from(content, 'base64').toString()
}
