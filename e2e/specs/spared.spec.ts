import { expect, type Page, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { environmentSlug } from '../stand-ins/gitlab/slug.ts'
import { claimNames, findingLine, findings, namingRule, signIn } from '../steps.ts'
import { control, environmentNamed, projects } from '../world.ts'

/** Somebody else's app on the review host. */
const neighbour = 'wiki'
/** Merged, still up, and to be kept. */
const keptEnvironment = 'review/feature/dark-mode'
const keptApp = environmentSlug(keptEnvironment)

const lane = (app: string) => ({
  staging: { host: 'production', app: `${app}-staging` },
  production: { host: 'production', app },
})

/** Read again at each start. */
const settings: Record<string, string> = {
  BERTH_MAPPINGS: JSON.stringify({
    'hello/hello-app': { reviewHost: 'review', keep: [keptApp], named: lane('hello-app') },
    'hello/handbook': { reviewHost: 'review', named: lane('handbook') },
  }),
}

let berth: Instance
test.beforeAll(async () => {
  test.setTimeout(180_000)
  berth = await startInstance({ env: settings, plugin: ['review', 'production'] })
  await control(berth, 'review', 'POST /seed', { apps: [{ name: neighbour, sha: 'c'.repeat(40) }] })
})
test.afterAll(() => berth?.stop())

test.beforeEach(({ page }) => signIn(page, berth))

async function open(page: Page, place: string): Promise<void> {
  await page.goto(berth.url + place)
  // What is not to be seen counts only once the page is there.
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
}

const handbook = `/projects/${projects.handbook}`
const sweep = `/projects/${projects.helloApp}/sweep`
const victims = (page: Page) => page.getByRole('region', { name: 'What goes' })
const spared = (page: Page) => page.getByRole('region', { name: 'What stays' })

test('a finding that somebody snoozed is out of the way, with who and why, until the snooze ends', async ({ page }) => {
  const strip = page.getByRole('region', { name: 'Needs attention' })
  const states = page.getByRole('navigation', { name: 'State' })
  await open(page, handbook)
  await expect(strip).toContainText('Nothing needs attention.')
  await control(berth, 'production', 'POST /apps/destroy', { app: 'handbook-staging' })
  await expect(strip).toContainText('has no app handbook-staging.')

  await strip.getByRole('link', { name: 'staging' }).click()
  await page.getByRole('link', { name: 'Snooze app missing of staging' }).click()
  const dialog = page.getByRole('dialog', { name: 'Snooze app missing' })
  await dialog.getByText('a week').click()
  await dialog.getByLabel('Why').fill('The handbook moves to another host')
  await dialog.getByRole('button', { name: 'Snooze' }).click()
  const snoozed = findingLine(page, /Snoozed until .* by operator: The handbook moves to another host/)
  await expect(snoozed).toBeVisible()

  await open(page, handbook)
  await expect(strip).toContainText('Nothing needs attention.')
  await open(page, `/findings?project=${projects.handbook}`)
  await expect(page.getByText('No such finding')).toBeVisible()
  await states.getByRole('link', { name: 'Snoozed 1' }).click()
  await expect(snoozed).toContainText('app missing')

  await snoozed.getByRole('link', { name: 'End snooze of app missing of staging' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End snooze' }).click()
  await expect(page.getByText('No such finding')).toBeVisible()
  await states.getByRole('link', { name: 'Open 1' }).click()
  await expect(findingLine(page, 'app missing', 'has no app handbook-staging.')).toBeVisible()
  await open(page, handbook)
  await expect(strip).toContainText('has no app handbook-staging.')
})

test('an app that is not ours can be swept only while a person claims its name', async ({ page }) => {
  const found = findingLine(page, 'app without environment', `App ${neighbour} is on review, but `)
  await expectSpared(page)
  await open(page, '/hosts/review')
  const row = page.getByRole('row').filter({ has: page.getByRole('cell', { name: neighbour, exact: true }) })
  await expect(row).toContainText('not ours')
  await expect(found).toBeHidden()
  await claimNames(page, { pattern: 'wik*', project: 'hello/hello-app' })
  await expect(row).toContainText('claimed by its name')
  await expect(found).toBeVisible()

  await open(page, sweep)
  const victim = victims(page)
    .getByRole('listitem')
    .filter({ has: page.getByLabel(`Sweep ${neighbour}`) })
  await expect(victim).toContainText(`${neighbour} on review`)

  await open(page, '/hosts/review')
  await namingRule(page, 'wik*').getByRole('button', { name: 'Withdraw' }).click()
  await expect(found).toBeHidden()
  await expect(row).toContainText('not ours')
  await expectSpared(page)
})

/** Neither by itself nor when somebody asks for it. */
async function expectSpared(page: Page): Promise<void> {
  await open(page, `${sweep}?subject=app:review/${neighbour}`)
  await expect(spared(page)).toContainText(`App ${neighbour} is not ours: no environment maps to it`)
  await expect(victims(page)).toBeHidden()
  await open(page, sweep)
  await expect(victims(page)).toBeVisible()
  await expect(page.getByRole('main')).not.toContainText(neighbour)
}

test('an app on the keep list is spared with its reason', async ({ page }) => {
  const { id } = await environmentNamed(berth, projects.helloApp, keptEnvironment)
  await open(page, `/projects/${projects.helloApp}/environments/${id}`)
  await expect(findingLine(page, 'merged, still up')).toBeVisible()
  await findings(page)
    .getByRole('link', { name: `Sweep ${keptEnvironment}` })
    .click()
  await expect(spared(page)).toContainText(`App ${keptApp} is on the keep list (${keptApp}).`)
  await expect(page.getByRole('button', { name: /^Sweep/ })).toBeHidden()
})

test('who may only look sees findings and no way to act on them', async ({ page }) => {
  // The web server waits for its open pages before it ends.
  await page.goto('about:blank')
  settings.BERTH_READ_ONLY = 'true'
  await berth.restart()
  await open(page, '/findings')
  await expect(findingLine(page, 'merged, still up')).toBeVisible()
  await expect(page.getByRole('link', { name: /^(Snooze|Stop|Sweep|Restart|Rebuild|Redeploy) / })).toHaveCount(0)
  await open(page, '/hosts/review')
  await expect(page.getByRole('heading', { name: 'Naming rules' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Claim' })).toHaveCount(0)
})
