import { AxeBuilder } from '@axe-core/playwright'
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { signIn } from '../steps.ts'
import { control, environmentNamed, projects } from '../world.ts'

const sizes = {
  desk: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
}

let berth: Instance
let storageState: Awaited<ReturnType<BrowserContext['storageState']>>
let reviewId: number
let crashingId: number
let findingId: string
let channelId: string

test.beforeAll(async ({ browser }) => {
  test.setTimeout(240_000)
  berth = await startInstance({ jobMs: 300 })
  const page = await browser.newPage()
  await signIn(page, berth)
  storageState = await page.context().storageState()
  await page.close()
  reviewId = (await environmentNamed(berth, projects.helloApp, 'review/feature/two-factor')).id
  crashingId = (await environmentNamed(berth, projects.helloApp, 'review/feature/pdf-export')).id
  await expect.poll(openFinding).toBeTruthy()
  findingId = (await openFinding()) ?? ''
  channelId = await channelWithDeadLetter()
})
test.afterAll(() => berth.stop())

async function openFinding(): Promise<string | undefined> {
  const rows = await berth.sql<{ id: string }>('SELECT id FROM "Finding" WHERE "closedAt" IS NULL LIMIT 1')
  return rows[0]?.id
}

/** A channel that gave something up, which a page shows. */
async function channelWithDeadLetter(): Promise<string> {
  const rules = [{ events: ['operation-failed', 'approval-wanted'], environments: ['production', 'review/*'] }]
  const response = await fetch(`${berth.url}/api/v1/projects/${projects.helloApp}/channels`, {
    method: 'POST',
    headers: { authorization: `Bearer ${berth.token('screens')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'slack', name: 'deploys', rules, url: 'https://hooks.slack.com/services/x' }),
  })
  const { id } = (await response.json()) as { id: string }
  const letter = { event: 'operation-failed', title: 'Did not promote a1b2c3d4 to production', at: new Date() }
  await berth.sql(
    `INSERT INTO "OutboxMessage" (id, "channelId", value, status, "nextAt", "lastError", "createdAt", "endedAt")
     VALUES (gen_random_uuid(), $1, $2, 'dead', now(), 'hooks.slack.com answered 404: no_service.', now(), now())`,
    [id, JSON.stringify(letter)],
  )
  return id
}

/** Every screen: where it is, and what is there when it is all there. */
const screens: { name: string; place: () => string; ready: (page: Page) => Promise<void>; isPublic?: boolean }[] = [
  { name: 'fleet', place: () => '/', ready: shows('heading', /^Projects/) },
  { name: 'project', place: () => '/projects/42', ready: shows('heading', /^Branches/) },
  {
    name: 'project in which all is well',
    place: () => '/projects/43',
    ready: (page) => expect(page.getByText('Nothing needs attention.')).toBeVisible(),
  },
  { name: 'nothing found', place: () => '/projects/42?q=zzz', ready: shows('heading', /^Branches/) },
  {
    name: 'promote sheet',
    place: () => '/projects/42?promote=3',
    ready: shows('button', /^Deploy [0-9a-f]{8}|already runs/),
  },
  { name: 'stop dialog', place: () => `/projects/42?stop=${reviewId}`, ready: shows('button', /^Stop review/) },
  {
    name: 'environment with its app and the app’s log',
    place: () => `/projects/42/environments/${reviewId}`,
    ready: async (page) => {
      await expect(page.getByRole('heading', { level: 1, name: 'review/feature/two-factor' })).toBeVisible()
      await expect(page.getByRole('list', { name: 'Names of config variables' })).toBeVisible()
      // After minutes of being probed the log's last lines no longer hold its first.
      await expect(page.getByRole('log')).toContainText(/starting web on 5000|Completed 200/)
    },
  },
  {
    name: 'environment with the log of a job',
    place: () => `/projects/42/environments/${reviewId}?log=job`,
    ready: (page) => expect(page.getByRole('log')).toContainText('Job succeeded'),
  },
  {
    name: 'environment with findings',
    place: () => `/projects/42/environments/${crashingId}`,
    ready: shows('button', /^Pause/),
  },
  {
    name: 'sheet of a command',
    place: () => `/projects/42/environments/${reviewId}?ask=scale`,
    ready: (page) => expect(page.getByRole('dialog').getByRole('spinbutton')).toBeVisible(),
  },
  { name: 'settings', place: () => '/projects/42/settings', ready: shows('heading', 'Notifications') },
  {
    name: 'channels of a project',
    place: () => '/projects/42/settings/channels',
    ready: shows('button', /^Send again/),
  },
  {
    name: 'sheet of a channel',
    place: () => `/projects/42/settings/channels?channel=${channelId}`,
    ready: shows('button', 'Save'),
  },
  {
    name: 'sheet of a new channel',
    place: () => '/projects/42/settings/channels?channel=new',
    ready: shows('button', 'Add channel'),
  },
  { name: 'channels for every project', place: () => '/channels', ready: shows('heading', 'Nobody is told yet') },
  { name: 'findings', place: () => '/findings', ready: shows('heading', /^Findings \d/) },
  { name: 'findings that ended', place: () => '/findings?state=closed', ready: shows('heading', /^Findings \d/) },
  {
    name: 'snooze sheet',
    place: () => `/findings?snooze=${findingId}`,
    ready: (page) => expect(page.getByRole('dialog').getByRole('button', { name: 'Snooze' })).toBeVisible(),
  },
  { name: 'hosts', place: () => '/hosts', ready: shows('heading', /^Dokku hosts/) },
  { name: 'host', place: () => '/hosts/review', ready: shows('heading', /^Apps/) },
  { name: 'host that is not there', place: () => '/hosts/nowhere', ready: shows('heading', /./) },
  { name: 'connections', place: () => '/settings/connections', ready: shows('heading', 'Connections') },
  { name: 'setup of GitLab', place: () => '/setup/gitlab', ready: shows('heading', 'Connect your GitLab') },
  { name: 'setup of hosts', place: () => '/setup/hosts', ready: shows('heading', 'Add your Dokku hosts') },
  { name: 'sweep', place: () => '/projects/42/sweep', ready: shows('heading', 'Sweep') },
  { name: 'wiring', place: () => '/projects/42/wiring', ready: shows('heading', 'Wiring') },
  { name: 'pipeline', place: () => '/projects/42/pipeline', ready: shows('button', 'Open a merge request') },
  { name: 'not found', place: () => '/projects/999', ready: shows('heading', 'Nothing is moored here') },
  { name: 'sign-in', place: () => '/sign-in', ready: shows('heading', 'Sign in to Berth'), isPublic: true },
]

function shows(role: 'heading' | 'button', name: string | RegExp) {
  return (page: Page) => expect(page.getByRole(role, { name }).first()).toBeVisible()
}

for (const theme of ['light', 'dark'] as const) {
  for (const [size, viewport] of Object.entries(sizes)) {
    test(`nothing for axe to find: ${theme}, ${size}`, async ({ browser }) => {
      test.setTimeout(600_000)
      const context = await browser.newContext({ viewport, reducedMotion: 'reduce', storageState })
      await context.addCookies([{ name: 'berth-theme', value: theme, url: berth.url }])
      const page = await context.newPage()
      for (const { name, place, ready, isPublic } of screens) {
        await test.step(name, async () => {
          if (isPublic) await context.clearCookies({ name: 'berth_session' })
          await page.goto(berth.url + place())
          await ready(page)
          // Whether there is a title is asked here: Next brings it later than the page when that takes longer.
          await expect(page).toHaveTitle(/Berth/)
          const { violations } = await new AxeBuilder({ page }).disableRules('document-title').analyze()
          const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n  ')}`)
          expect.soft(found, `${name}, ${theme}, ${size}`).toEqual([])
          await expectNoSidewaysScroll(page, `${name}, ${size}`)
        })
      }
      await context.close()
    })
  }
}

async function expectNoSidewaysScroll(page: Page, words: string): Promise<void> {
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect.soft(tooWide, `${words}: pixels that stick out at the side`).toBeLessThanOrEqual(0)
}

test.describe('on a phone', () => {
  test.use({ viewport: sizes.phone, hasTouch: true, isMobile: true })

  test('one promotes with a thumb', async ({ context, page }) => {
    await context.addCookies(storageState.cookies)
    await page.goto(`${berth.url}/projects/42`)
    await page.getByRole('link', { name: 'Promote to production' }).tap()
    const sheet = page.getByRole('dialog', { name: 'Promote to production' })
    const deploy = sheet.getByRole('button', { name: /^Deploy/ })
    await expect(deploy).toBeInViewport({ ratio: 1 })
    expect((await deploy.boundingBox())?.height).toBeGreaterThanOrEqual(40)
    await deploy.tap()
    await expect(sheet.getByRole('status')).toContainText('Promoted', { timeout: 30_000 })
    await expectNoSidewaysScroll(page, 'promoting')
  })

  test('one stops with a thumb', async ({ context, page }) => {
    await context.addCookies(storageState.cookies)
    await page.goto(`${berth.url}/projects/42?q=docs/api-guide`)
    await page.getByRole('row').getByRole('link', { name: 'Stop docs/api-guide' }).tap()
    const dialog = page.getByRole('dialog', { name: 'Stop review/docs/api-guide' })
    const stop = dialog.getByRole('button', { name: 'Stop review/docs/api-guide' })
    await expect(stop).toBeInViewport({ ratio: 1 })
    await stop.tap()
    await expect(dialog.getByRole('status')).toContainText('Stopped', { timeout: 30_000 })
  })
})

test.describe('names as people write them', () => {
  const names = [
    `it's "odd" & <i>bold</i>`.replaceAll(' ', '-'),
    '機能/検索候補を出す',
    'feature/🚢🚢🚢',
    'مرحبا/بالعالم',
    `feature/${'long-'.repeat(45)}name`,
    `feature/${'x'.repeat(220)}`,
    '%41%00%2F;drop',
    '__proto__',
    'e1',
  ]

  test.beforeAll(async () => {
    for (const branch of names) {
      await control(berth, 'gitlab', 'POST /push', {
        project: 'hello/hello-app',
        branch,
        message: `Say "hi" <script>alert(1)</script> & 😀 ${branch} [skip ci]`,
        files: { 'a.txt': branch },
      })
    }
  })

  for (const [size, viewport] of Object.entries(sizes)) {
    test(`are shown as text and break no layout: ${size}`, async ({ browser }) => {
      test.setTimeout(120_000)
      const context = await browser.newContext({ viewport, storageState })
      const page = await context.newPage()
      page.on('dialog', () => expect.soft(false, 'a script in a name ran').toBe(true))
      await page.goto(`${berth.url}/projects/${projects.helloApp}`)
      for (const name of names) {
        const link = page.getByRole('link', { name, exact: true })
        await expect(link).toBeVisible()
        await expect(link).toHaveAttribute('title', name)
        const box = await link.boundingBox()
        expect((box?.x ?? 0) + (box?.width ?? 0), name).toBeLessThanOrEqual(viewport.width)
      }
      await expectNoSidewaysScroll(page, size)
      const heights = await page
        .getByRole('row')
        .evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height))
      expect(Math.max(...heights), 'the highest row').toBeLessThan(size === 'desk' ? 160 : 420)
      await context.close()
    })
  }

  test('a link to such a branch at GitLab names exactly that branch', async ({ context, page }) => {
    await context.addCookies(storageState.cookies)
    await page.goto(`${berth.url}/projects/${projects.helloApp}`)
    for (const name of names) {
      const href = await page.getByRole('link', { name, exact: true }).getAttribute('href')
      expect(decodeURIComponent(new URL(href ?? '').pathname), name).toBe(`/hello/hello-app/-/tree/${name}`)
    }
  })
})

test('no page asks another server for anything', async ({ context, page }) => {
  await context.addCookies(storageState.cookies)
  const foreign: string[] = []
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (origin !== berth.url && protocol !== 'data:') foreign.push(request.url())
  })
  for (const { place, ready, isPublic } of screens) {
    await page.goto(berth.url + place())
    if (!isPublic) await ready(page)
  }
  expect(foreign).toEqual([])
})
