import { createHmac } from 'node:crypto'
import { expect, type Page, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { type HooksReceiver, startHooksReceiver } from '../receivers/hooks.ts'
import { type MailReceiver, startMailReceiver } from '../receivers/mail.ts'
import { signIn } from '../steps.ts'
import { deployedSha, destroyReviewApp, environmentNamed, projects } from '../world.ts'

const projectId = projects.helloApp
const channels = `/projects/${projectId}/settings/channels`
const secret = '/hooks/nobody-sees-this-again'
const signingKey = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

let berth: Instance
let hooks: HooksReceiver
let mail: MailReceiver
let token: string

test.beforeAll(async () => {
  test.setTimeout(180_000)
  hooks = await startHooksReceiver()
  mail = await startMailReceiver()
  berth = await startInstance({
    jobMs: 300,
    env: {
      BERTH_NOTIFY_NETWORKS: '127.0.0.0/8',
      BERTH_SMTP_URL: `smtp://${mail.host}`,
      BERTH_MAIL_FROM: 'Berth <berth@example.jp>',
    },
  })
  token = berth.token('notifications')
})
test.afterAll(async () => {
  await berth?.stop()
  await hooks?.close()
  await mail?.close()
})

test.beforeEach(({ page }) => signIn(page, berth))

/** Asks the API for something and answers what came back. */
async function api<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await fetch(`${berth.url}/api/v1${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as Answer
}

const channel = (page: Page, name: string) => page.getByRole('article', { name, exact: true })
const textsOf = (path: string) =>
  hooks.delivered.filter((one) => one.path === path).map(({ body }) => (JSON.parse(body) as { text: string }).text)

test('a maintainer adds a channel, and the test button says what the receiver answered', async ({ page }) => {
  await page.goto(`${berth.url}/projects/${projectId}/settings`)
  await page.getByRole('region', { name: 'Notifications' }).getByRole('link', { name: 'Channels' }).click()
  await page.getByRole('link', { name: 'Add a channel' }).click()
  const sheet = page.getByRole('dialog', { name: 'Add a channel' })
  await sheet.getByText('Mattermost', { exact: true }).click()
  await sheet.getByLabel('Name').fill('deploys')
  await sheet.getByLabel('Address').fill(hooks.url + secret)
  for (const event of ['Failed', 'Finding', 'Approval wanted', 'Policy warning'])
    await sheet.getByRole('checkbox', { name: event, exact: false }).first().uncheck()
  for (const event of ['Started', 'Finished']) await sheet.getByRole('checkbox', { name: event }).check()
  await sheet.getByLabel('Environments').fill('production')
  await sheet.getByRole('button', { name: 'Add channel' }).click()

  const deploys = channel(page, 'deploys')
  await expect(deploys).toContainText('Mattermost 127.0.0.1')
  await expect(deploys).toContainText('Started, finished of production')
  expect(await page.content()).not.toContain(secret)

  await deploys.getByRole('button', { name: 'Test deploys' }).click()
  await expect(deploys.getByRole('status')).toHaveText('127.0.0.1 answered 200: ok.')
  expect(textsOf(secret)).toEqual([expect.stringContaining('A test of this channel')])
  hooks.answers.set(secret, { status: 403, text: 'no such hook' })
  await deploys.getByRole('button', { name: 'Test deploys' }).click()
  await expect(deploys.getByRole('alert')).toHaveText('127.0.0.1 answered 403: no such hook.')
  hooks.answers.clear()

  await deploys.getByRole('link', { name: 'Change deploys' }).click()
  const changing = page.getByRole('dialog', { name: 'Change deploys' })
  await expect(changing).toContainText('Leads to 127.0.0.1')
  await changing.getByLabel('Name').fill('ships')
  await changing.getByRole('button', { name: 'Save' }).click()
  await expect(channel(page, 'ships')).toContainText('Started, finished of production')
  hooks.delivered.length = 0
})

test('what happens reaches the channels that ask for it, and no others', async ({ page }) => {
  const all = ['*']
  const ofProject = `/projects/${projectId}/channels`
  await api('POST', ofProject, {
    kind: 'webhook',
    name: 'approvals',
    rules: [{ events: ['approval-wanted'], environments: all }],
    url: `${hooks.url}/approvals`,
    signingKey,
  })
  await api('POST', ofProject, {
    kind: 'email',
    name: 'findings',
    rules: [{ events: ['finding-opened'], environments: ['review/docs/*'] }],
    recipients: ['aiko@example.jp'],
  })
  for (const [path, url] of [
    ['/channels', `${hooks.url}/failures`],
    [`/projects/${projects.handbook}/channels`, `${hooks.url}/handbook`],
  ] as const) {
    const events = path === '/channels' ? ['operation-failed'] : ['operation-started', 'operation-succeeded']
    await api('POST', path, { kind: 'slack', name: 'others', rules: [{ events, environments: all }], url })
  }

  const { id: environmentId } = await environmentNamed(berth, projectId, 'production')
  const sha = await deployedSha(berth, projectId, 'staging')
  await api('POST', `/projects/${projectId}/approvals`, { environmentId, sha, reason: 'The release of today' })
  await api('POST', `/projects/${projectId}/promotions`, { environmentId, sha })
  await destroyReviewApp(berth, 'docs/api-guide')
  await destroyReviewApp(berth, 'feature/two-factor')

  const short = sha.slice(0, 8)
  const look = `[Look in Berth](${berth.url}/projects/${projectId}/environments/${environmentId})`
  await expect
    .poll(() => textsOf(secret), { timeout: 40_000 })
    .toEqual([
      expect.stringMatching(new RegExp(`^\\*\\*Promoting ${short} to production\\*\\*`)),
      expect.stringMatching(new RegExp(`^\\*\\*Promoted ${short} to production\\*\\*`)),
    ])
  for (const text of textsOf(secret)) expect(text).toContain(look)
  await expect.poll(() => mail.messages, { timeout: 40_000 }).toHaveLength(1)
  expect(mail.messages[0]).toContain('Subject: [Berth] review/docs/api-guide: app missing')
  expect(mail.commands).toContain('RCPT TO:<aiko@example.jp>')

  const others = hooks.delivered.filter(({ path }) => path !== secret)
  expect(others.map(({ path }) => path)).toEqual(['/approvals'])
  const [{ headers, body }] = others as [(typeof others)[number]]
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const key = Buffer.from(signingKey.slice('whsec_'.length), 'base64')
  expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`)
  expect(JSON.parse(body)).toMatchObject({
    type: 'approval-wanted',
    data: {
      title: `notifications wants to deploy ${short} to production`,
      words: 'The release of today',
      project: { id: projectId, path: 'hello/hello-app' },
      environment: 'production',
      url: `${berth.url}/projects/${projectId}?promote=${environmentId}`,
    },
  })

  await page.goto(berth.url)
  await page.getByRole('link', { name: 'Channels' }).click()
  await expect(channel(page, 'others')).toContainText('nothing sent yet')
})

test('a receiver that fails is tried again and again, then given up with the reason; sent again it arrives', async ({
  page,
}) => {
  const path = '/reviews'
  hooks.answers.set(path, { status: 500, text: 'out of order' })
  await api('POST', `/projects/${projectId}/channels`, {
    kind: 'mattermost',
    name: 'reviews',
    rules: [{ events: ['operation-started'], environments: ['review/*'] }],
    url: hooks.url + path,
  })
  await page.goto(berth.url + channels)
  const reviews = channel(page, 'reviews')
  const { id } = await environmentNamed(berth, projectId, 'review/feature/invoice-emails')
  await api('POST', `/projects/${projectId}/environments/${id}/restart`)
  await expect(reviews).toContainText('failing, 1 waits')
  await reviews.getByText('Last messages').click()
  await expect(reviews).toContainText('127.0.0.1 answered 500: out of order.')

  // The hours between the tries go by.
  await expect
    .poll(
      async () => {
        await berth.sql(`UPDATE "OutboxMessage" SET "nextAt" = now() WHERE status = 'waiting' AND "lastError" <> ''`)
        return textsOf(path).length
      },
      { timeout: 40_000, intervals: [300] },
    )
    .toBe(8)
  const dead = reviews.getByRole('region', { name: /^Given up/ })
  await expect(dead).toContainText('A message was given up')
  await expect(dead.getByRole('listitem')).toContainText(
    '127.0.0.1 answered 500: out of order. Given up after 8 tries.',
  )
  await expect(dead.getByRole('listitem')).toContainText('review/feature/invoice-emails')

  hooks.answers.clear()
  await dead.getByRole('button', { name: /^Send again/ }).click()
  await expect(dead).toHaveCount(0)
  await expect(reviews).toContainText('delivered')
  const ids = hooks.delivered.filter((one) => one.path === path).map(({ body }) => body)
  expect(ids).toHaveLength(9)
  expect(new Set(ids).size, 'all tries said the same').toBe(1)

  hooks.answers.set(path, { status: 410, text: 'gone' })
  await api('POST', `/projects/${projectId}/environments/${id}/restart`)
  await expect(dead).toContainText('127.0.0.1 answered 410: gone.')
  await dead.getByRole('button', { name: /^Drop/ }).click()
  await expect(dead).toHaveCount(0)

  await reviews.getByRole('button', { name: 'Switch off reviews' }).click()
  await expect(reviews).toContainText('switched off')
  await reviews.getByRole('link', { name: 'Remove reviews' }).click()
  await page.getByRole('dialog', { name: 'Remove reviews' }).getByRole('button', { name: 'Remove reviews' }).click()
  await expect(reviews).toHaveCount(0)
  const audit = await berth.sql<{ action: string; actor: string }>(
    `SELECT action, actor FROM "AuditEntry" WHERE target = 'mattermost channel reviews' ORDER BY id`,
  )
  expect(audit.map(({ action, actor }) => `${action} ${actor}`)).toEqual([
    'channel.create notifications',
    'channel.resend operator',
    'channel.drop operator',
    'channel.change operator',
    'channel.remove operator',
  ])
})
