import { type Browser, expect, type Locator, type Page, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import {
  browserOf,
  deployButton,
  expectSameDocument,
  hearNothing,
  lane,
  markDocument,
  openPromoteSheet,
  promoteSheet,
} from '../steps.ts'
import {
  control,
  deployedSha,
  deployments,
  environmentNamed,
  gitlab,
  plays,
  projects,
  pushToStaging,
  visit,
} from '../world.ts'

const project = 'hello/hello-app'
const helloApp = `/projects/${projects.helloApp}`
const demand = 'Let a second person approve it.'
const refusal = `A second person has to agree to what is deployed to production. ${demand}`

/** As long as a crowded machine may take for what takes a few seconds. */
const inTime = { timeout: 60_000 }

let berth: Instance
let environmentId: number
/** Two maintainers and a developer, each in a browser of their own. */
let hanako: Page
let marta: Page
let kenta: Page

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000)
  berth = await startInstance({ oauth: true })
  environmentId = (await environmentNamed(berth, projects.helloApp, 'production')).id
  ;[hanako, marta, kenta] = await signedIn(browser)
})
test.afterAll(async () => {
  for (const page of [hanako, marta, kenta]) await page?.context().close()
  await berth?.stop()
})

async function signedIn(browser: Browser): Promise<[Page, Page, Page]> {
  const enter = (username: string) => browserOf(browser, berth.url, username)
  return [await enter('hanako'), await enter('marta'), await enter('kenta')]
}

test('a maintainer asks the project for a second person, and nobody deploys alone any more', async () => {
  await hanako.goto(`${berth.url}${helloApp}/settings`)
  await hanako.getByRole('checkbox', { name: 'A second person agrees to every deployment to production' }).check()
  await hanako.getByRole('button', { name: 'Save' }).click()
  await expect(hanako.getByText('Changed by hanako')).toBeVisible()

  const sha = await deployedSha(berth, projects.helloApp, 'staging')
  const sheet = await openedSheet(hanako)
  await expect(guard(sheet)).toContainText('A second person has to agree to what is deployed to production.')
  await expect(sheet.getByRole('button', { name: demand })).toBeDisabled()
  await expectRefused(hanako, { who: 'hanako', sha })
  const bearer = await fetch(`${berth.url}/api/v1${helloApp}/promotions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${berth.token('release-bot')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ environmentId, sha }),
  })
  expect([bearer.status, ((await bearer.json()) as Problem).detail]).toEqual([409, refusal])
  expect(await lastAudit('promote')).toEqual({ actor: 'release-bot', outcome: 'refused', words: refusal })
  expect(await plays(berth)).toBe(0)
})

test('one asks, another agrees, and the promotion runs as who asked, before the eyes of both', async () => {
  const sha = await deployedSha(berth, projects.helloApp, 'staging')
  const title = `${sha.slice(0, 8)} to production`
  for (const page of [marta, kenta]) {
    await page.goto(`${berth.url}${helloApp}`)
    await expect(lane(page)).toBeVisible()
  }
  const sheet = await openedSheet(hanako)
  for (const page of [hanako, marta, kenta]) await markDocument(page)

  await ask(sheet, 'The new price list')
  await expect(guard(sheet)).toContainText('You asked')
  await expect(guard(sheet)).toContainText('somebody else has to answer')
  await expect(sheet.getByRole('button', { name: 'Approve', exact: true })).toHaveCount(0)
  const approvalId = await newestApproval()
  await expectNoAnswer(hanako, approvalId, {
    who: 'hanako',
    because: 'Somebody else has to agree to what you ask for.',
  })

  const waiting = (page: Page) => page.getByRole('region', { name: 'Waiting for approval' })
  for (const page of [marta, kenta])
    await expect(waiting(page)).toContainText(`hanako wants to deploy ${title}: The new price list`)
  await waiting(kenta).getByRole('link', { name: 'Review' }).click()
  const theirs = promoteSheet(kenta)
  await expect(guard(theirs)).toContainText('“The new price list”')
  await expect(theirs.getByRole('button', { name: /^(Approve|Decline|Take it back)$/ })).toHaveCount(0)
  await expectNoAnswer(kenta, approvalId, {
    who: 'kenta',
    because: 'kenta is a developer here; this takes a maintainer.',
  })
  await expectRefused(hanako, { who: 'hanako', sha })
  expect(await plays(berth)).toBe(0)

  await waiting(marta).getByRole('link', { name: 'Review' }).click()
  const other = promoteSheet(marta)
  await answer(other, 'Approve', 'Prices are checked')
  await expect(guard(other)).toContainText('marta agreed')
  await expect(guard(sheet)).toContainText('marta agreed')
  await expect(guard(sheet)).toContainText('“Prices are checked”')

  // The host builds slowly, so that both can be seen to watch it.
  await control(berth, 'production', 'POST /slow', { factor: 20 })
  await sheet.getByRole('button', { name: deployButton(sha) }).click()
  for (const each of [sheet, other]) {
    await expect(each).toContainText(`Promoting ${title}`)
    await expect(each).toContainText('asked by hanako')
  }
  await control(berth, 'production', 'POST /slow', { factor: 1 })
  for (const each of [sheet, other]) await expect(each).toContainText(`Promoted ${title}`, inTime)
  for (const page of [hanako, marta, kenta]) await expectSameDocument(page)

  expect(await visit(berth, 'production', 'hello-app')).toEqual({ status: 200, sha })
  expect(await plays(berth)).toBe(1)
  const [newest] = await deployments(berth, projects.helloApp, 'production')
  const job = await gitlab(berth, `${helloApp}/jobs/${newest?.deployable?.id}`)
  expect(job).toMatchObject({ name: 'production', status: 'success', user: { username: 'hanako' } })
  const [requested] = await berth.sql(
    `SELECT actor, target, details->>'approvedBy' AS "approvedBy" FROM "AuditEntry"
      WHERE action = 'promote' AND outcome = 'requested' ORDER BY id DESC LIMIT 1`,
  )
  expect(requested).toEqual({ actor: 'hanako', target: title, approvedBy: 'marta' })
})

test('a wish that was declined or taken back lets nobody through, agreed to or not', async () => {
  const sha = await pushToStaging(berth, project, 'Ask, and think again')
  await berthOffers(sha)
  const before = await plays(berth)
  const sheet = await openedSheet(hanako)
  await ask(sheet, 'In a hurry')
  const other = await openedSheet(marta)
  await answer(other, 'Decline', 'Not on a Friday')
  await expect(guard(sheet)).toContainText('marta declined.')
  await expect(guard(sheet)).toContainText('“Not on a Friday”')
  await expect(sheet.getByRole('button', { name: demand })).toBeDisabled()
  await expectRefused(hanako, { who: 'hanako', sha })

  await ask(sheet, 'On Monday, then')
  await expect(other.getByRole('button', { name: 'Approve', exact: true })).toBeVisible()
  const taken = await newestApproval()
  await sheet.getByRole('button', { name: 'Take it back' }).click()
  await expect(guard(sheet)).toContainText('You took it back.')
  await expect(guard(other)).toContainText('hanako took it back.')
  await expect(other.getByRole('button', { name: 'Approve', exact: true })).toHaveCount(0)
  await expectNoAnswer(marta, taken, {
    who: 'marta',
    because: 'Nobody waits for this answer any more: it is withdrawn.',
    status: 409,
  })

  await ask(sheet, 'On Monday after all')
  await answer(other, 'Approve', '')
  await expect(sheet.getByRole('button', { name: deployButton(sha) })).toBeEnabled()
  // Another window of the same person, which hears nothing of it.
  const elsewhere = await hanako.context().newPage()
  await hearNothing(elsewhere)
  const old = await openedSheet(elsewhere)
  await sheet.getByRole('button', { name: 'Take it back' }).click()
  await expect(sheet.getByRole('button', { name: demand })).toBeDisabled()
  await expectClickRefused(old, sha)
  await expectRefused(hanako, { who: 'hanako', sha })
  expect(await plays(berth)).toBe(before)
  await elsewhere.close()
})

test('one that has expired lets nobody through, and is not answered any more', async () => {
  const sha = await pushToStaging(berth, project, 'Ask, and wait too long')
  await berthOffers(sha)
  const before = await plays(berth)
  await hearNothing(marta)
  const sheet = await openedSheet(hanako)
  await ask(sheet, 'Whenever you like')
  const unanswered = await newestApproval()
  const other = await openedSheet(marta)
  await expect(other.getByRole('button', { name: 'Approve', exact: true })).toBeEnabled()
  await expire(unanswered)
  await other.getByRole('button', { name: 'Approve', exact: true }).click()
  const late = 'Nobody waits for this answer any more: it is expired.'
  await expect(other.getByRole('alert')).toHaveText(late)
  await expectNoAnswer(marta, unanswered, { who: 'marta', because: late, status: 409 })

  await hanako.reload()
  await expect(guard(sheet)).toContainText('The last approval has expired.')
  await ask(sheet, 'Now, please')
  const agreed = await openedSheet(marta)
  await answer(agreed, 'Approve', '')
  await expect(guard(agreed)).toContainText('marta agreed')
  await hearNothing(hanako)
  const old = await openedSheet(hanako)
  await expect(old.getByRole('button', { name: deployButton(sha) })).toBeEnabled()
  await expire(await newestApproval())
  await expectClickRefused(old, sha)
  await expect(guard(old)).toContainText('The last approval has expired.')
  await expectRefused(hanako, { who: 'hanako', sha })
  expect(await plays(berth)).toBe(before)
  expect(await visit(berth, 'production', 'hello-app')).not.toMatchObject({ sha })
})

interface Problem {
  detail: string
}

async function openedSheet(page: Page): Promise<Locator> {
  await page.goto(`${berth.url}${helloApp}`)
  return openPromoteSheet(page)
}

/** What the sheet says of the second person. */
const guard = (sheet: Locator): Locator =>
  sheet.getByRole('listitem').filter({ has: sheet.page().getByText('A second person', { exact: true }) })

async function ask(sheet: Locator, about: string): Promise<void> {
  await expect(sheet.getByLabel('What it is about')).toHaveValue('')
  await sheet.getByLabel('What it is about').fill(about)
  await sheet.getByRole('button', { name: 'Ask for approval' }).click()
  await expect(guard(sheet)).toContainText(`“${about}”`)
}

async function answer(sheet: Locator, word: 'Approve' | 'Decline', words: string): Promise<void> {
  await expect(sheet.getByLabel('Your answer'), 'nothing is left of an earlier one').toHaveValue('')
  await sheet.getByLabel('Your answer').fill(words)
  await sheet.getByRole('button', { name: word, exact: true }).click()
  await expect(sheet.getByRole('button', { name: word, exact: true })).toHaveCount(0)
}

/** Waits until Berth's own pages offer the commit. */
const berthOffers = (sha: string): Promise<void> =>
  expect(async () => {
    const sheet = await openedSheet(hanako)
    await expect(sheet.getByRole('listitem').filter({ hasText: sha.slice(0, 8) })).toBeVisible({ timeout: 2000 })
    await expect(sheet.getByRole('button', { name: demand })).toBeDisabled({ timeout: 2000 })
  }).toPass(inTime)

/** A raw request with the session of whoever has signed in there. */
const post = (page: Page, path: string, data: Record<string, unknown>) =>
  page.request.post(`${berth.url}/api/v1${path}`, { headers: { 'sec-fetch-site': 'same-origin' }, data })

/** The API lets nobody through, and the audit keeps why. */
async function expectRefused(page: Page, { who, sha }: { who: string; sha: string }): Promise<void> {
  const refused = await post(page, `${helloApp}/promotions`, { environmentId, sha })
  expect([refused.status(), ((await refused.json()) as Problem).detail]).toEqual([409, refusal])
  expect(await lastAudit('promote')).toEqual({ actor: who, outcome: 'refused', words: refusal })
}

/** The button of a sheet that shows an approval which counts no longer. */
async function expectClickRefused(sheet: Locator, sha: string): Promise<void> {
  await sheet.getByRole('button', { name: deployButton(sha) }).click()
  await expect(sheet.getByRole('alert')).toHaveText(refusal)
  await expect(sheet.getByRole('button', { name: demand })).toBeDisabled()
  expect(await lastAudit('promote')).toEqual({ actor: 'hanako', outcome: 'refused', words: refusal })
}

/** The API takes nobody's yes who may not give it, nor one that comes too late, and the audit keeps why. */
async function expectNoAnswer(
  page: Page,
  approvalId: string,
  { who, because, status = 403 }: { who: string; because: string; status?: number },
): Promise<void> {
  const refused = await post(page, `/approvals/${approvalId}`, { answer: 'approved' })
  expect([refused.status(), ((await refused.json()) as Problem).detail]).toEqual([status, because])
  expect(await lastAudit('approval.approve')).toEqual({ actor: who, outcome: 'refused', words: because })
}

async function lastAudit(action: string): Promise<object | undefined> {
  const [entry] = await berth.sql<object>(
    'SELECT actor, outcome, words FROM "AuditEntry" WHERE action = $1 ORDER BY id DESC LIMIT 1',
    [action],
  )
  return entry
}

async function newestApproval(): Promise<string> {
  const [newest] = await berth.sql<{ id: string }>('SELECT id FROM "Approval" ORDER BY "requestedAt" DESC LIMIT 1')
  return newest?.id ?? ''
}

/** The hours that it was good for have passed. */
const expire = (approvalId: string) =>
  berth.sql(`UPDATE "Approval" SET "expiresAt" = now() - interval '1 second' WHERE id = $1`, [approvalId])
