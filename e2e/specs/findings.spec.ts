import { expect, type Locator, type Page, test } from '@playwright/test'
import { environmentFindingKinds, type FindingKind, findingKinds, herokuFindingKinds } from '#lib/domain/finding.ts'
import { type Disagreement, type DokkuFindingKind, prepare, settings } from '../disagreements.ts'
import { type Instance, startInstance } from '../instance.ts'
import { findingLine, signIn } from '../steps.ts'
import { projects } from '../world.ts'

// Each story goes on from where the one before has left the world.
test.describe.configure({ mode: 'serial' })

let berth: Instance
let disagreements: Record<DokkuFindingKind, Disagreement>

test.beforeAll(async () => {
  test.setTimeout(180_000)
  berth = await startInstance({ jobMs: 300, env: settings, plugin: ['review', 'production'] })
  disagreements = await prepare(berth)
})
test.afterAll(() => berth?.stop())

test.beforeEach(({ page }) => signIn(page, berth))

/** While a host cannot be talked to nothing else is found on it: these have stories of their own. */
const ofTheConnection: readonly DokkuFindingKind[] = ['host-unreachable', 'host-key-changed']
const onHeroku: readonly FindingKind[] = [...herokuFindingKinds, 'release-failed']
const ofEnvironments: readonly FindingKind[] = environmentFindingKinds
const isOnDokku = (kind: FindingKind): kind is DokkuFindingKind => !onHeroku.includes(kind)
const kindsAtOnce = findingKinds.filter(isOnDokku).filter((kind) => !ofTheConnection.includes(kind))

/** Facts come at the next look, those of a URL after two or three probes. */
const patience = { timeout: 45_000 }

test('every kind of disagreement is found and told on its own page', async ({ page }) => {
  test.setTimeout(240_000)
  await Promise.all(kindsAtOnce.map((kind) => disagreements[kind].make(page)))
  await onEachPage(page, (kind) => expect(openLine(page, kind)).toBeVisible(patience))
})

test('the lists of findings and of a project’s troubles name every kind', async ({ page }) => {
  await open(page, `/projects/${projects.helloApp}`)
  const troubles = page.getByRole('list', { name: 'Kinds of trouble' })
  for (const kind of kindsAtOnce.filter((one) => ofEnvironments.includes(one)))
    await expect(troubles.getByText(disagreements[kind].title)).toBeVisible()
  await open(page, '/findings')
  const kinds = page.getByRole('list', { name: 'Kinds' })
  for (const kind of kindsAtOnce) {
    await expect(kinds.getByRole('link', { name: new RegExp(`^${disagreements[kind].title} \\d`) })).toBeVisible()
    await expect(openLine(page, kind).filter(about(kind))).toBeVisible()
  }
})

test('while a host is silent, what was found on it stays, and whether it still holds is unknown', async ({ page }) => {
  const { make, resolve, place } = disagreements['host-unreachable']
  const onHost = openLine(page, 'database-unlinked')
  const inDoubt = onHost.filter({ hasText: 'Whether it still holds is unknown since' })
  await open(page, place)
  await make(page)
  await expect(openLine(page, 'host-unreachable')).toBeVisible(patience)
  await expect(onHost).toBeVisible()
  await expect(inDoubt).toBeHidden()
  // A host counts as silent after five minutes.
  await berth.sql(`UPDATE "Source" SET "observedAt" = "observedAt" - interval '6 minutes' WHERE id = 'dokku:review'`)
  await expect(inDoubt).toBeVisible(patience)

  await resolve()
  await expect(openLine(page, 'host-unreachable')).toBeHidden(patience)
  await expect(onHost).toBeVisible()
  await expect(inDoubt).toBeHidden()
  await open(page, '/findings?state=closed')
  await expect(endedLine(page, 'host-unreachable')).toBeVisible()
})

test('every finding ends by itself when its disagreement is resolved', async ({ page }) => {
  test.setTimeout(240_000)
  await Promise.all(kindsAtOnce.map((kind) => disagreements[kind].resolve()))
  await onEachPage(page, (kind) => expect(openLine(page, kind)).toBeHidden(patience))
  await open(page, '/findings?state=closed')
  // What was told to GitLab a moment before Dokku had it was missing then, too.
  for (const kind of kindsAtOnce) await expect(endedLine(page, kind).first()).toBeVisible()
})

test('a host that shows another key is a finding until the key is pinned', async ({ page }) => {
  const { make, resolve, place } = disagreements['host-key-changed']
  await open(page, place)
  await make(page)
  await expect(openLine(page, 'host-key-changed')).toBeVisible(patience)
  // The web server waits for its open pages before it ends.
  await page.goto('about:blank')
  await resolve()
  await open(page, place)
  await expect(openLine(page, 'host-key-changed')).toBeHidden(patience)
  await open(page, '/findings?state=closed')
  await expect(endedLine(page, 'host-key-changed')).toBeVisible()
})

/** Goes to each page that some of the findings have and looks at those. */
async function onEachPage(page: Page, look: (kind: DokkuFindingKind) => Promise<void>): Promise<void> {
  for (const [place, kinds] of Map.groupBy(kindsAtOnce, (kind) => disagreements[kind].place)) {
    await open(page, place)
    for (const kind of kinds) await test.step(kind, () => look(kind))
  }
}

async function open(page: Page, place: string): Promise<void> {
  await page.goto(berth.url + place)
  // What is not to be seen counts only once the page is there.
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
}

function openLine(page: Page, kind: DokkuFindingKind): Locator {
  const { severity, title, words } = disagreements[kind]
  return findingLine(page, `${severity}: `, title, words)
}

function endedLine(page: Page, kind: DokkuFindingKind): Locator {
  const { title, words } = disagreements[kind]
  return findingLine(page, 'ended: ', title, words).filter(about(kind))
}

/** Where all findings stand together each names what it is about. */
const about = (kind: DokkuFindingKind) => ({ hasText: disagreements[kind].subject })
