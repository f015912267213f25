import { expect, type Locator, type Page, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { signIn } from '../steps.ts'
import { gitlab, projects } from '../world.ts'

let berth: Instance
let large: string
let page: Page

test.beforeAll(async ({ browser }) => {
  test.setTimeout(300_000)
  berth = await startInstance({ large: true })
  large = `${berth.url}/projects/${projects.monolith}`
  page = await browser.newPage()
  await signIn(page, berth)
  await page.goto(large)
  await expect(page.getByRole('heading', { name: 'Branches 5,000' })).toBeVisible({ timeout: 120_000 })
})
test.afterAll(() => berth.stop())

const box = (): Locator => page.getByRole('searchbox', { name: 'Search branches' })
const rows = (): Locator => page.getByRole('table').getByRole('row')
/** The row that stands first below the heads. */
const firstRow = (): Locator => rows().nth(1)
const matches = (): Locator => page.getByRole('heading', { name: /^Branches/ })
const filter = (words: string): Locator =>
  page.getByRole('navigation', { name: 'Filter' }).getByRole('link', { name: words })

async function typeAnew(words: string): Promise<void> {
  await box().fill('')
  await box().pressSequentially(words)
}

test('every character narrows the table, the focus stays, and the address follows', async () => {
  await page.goto(large)
  await box().press('k')
  await expect(page).toHaveURL(/\?q=k$/)
  await expect(box()).toBeFocused()
  for (const [typed, url] of [
    ['alen', /\?q=kalen$/],
    ['dar speed', /\?q=kalendar\+speed$/],
  ] as const) {
    await page.keyboard.type(typed)
    await expect(page).toHaveURL(url)
    await expect(box()).toBeFocused()
  }
  await expect(page.getByText('Nothing matches “kalendar speed”')).toBeVisible()
  await typeAnew('calendar speed 0025')
  await expect(matches()).toHaveText('Branches1 match')
  await expect(firstRow()).toContainText('calendar/speed-up-calendar-0025')
  await expect(box()).toBeFocused()
  await box().press('Escape')
  await expect(page).toHaveURL(/projects\/1001\?$|projects\/1001$/)
  await expect(matches()).toHaveText('Branches5,000')
})

test('finds by branch, merge request, author, SHA and app alike', async () => {
  const [environment] = await gitlab<{ slug: string }[]>(
    berth,
    `/projects/${projects.monolith}/environments?name=${encodeURIComponent('review/signup/add-signup-0002')}`,
  )
  const branch = await gitlab<{ commit: { id: string } }>(
    berth,
    `/projects/${projects.monolith}/repository/branches/${encodeURIComponent('signup/add-signup-0002')}`,
  )
  const [mergeRequest] = await gitlab<{ iid: number }[]>(
    berth,
    `/projects/${projects.monolith}/merge_requests?state=all&source_branch=${encodeURIComponent('signup/add-signup-0002')}`,
  )
  for (const words of [
    'up-0002',
    'SIGNUP/ADD-SIGNUP-0002',
    `!${mergeRequest?.iid} work on signup/add`,
    branch.commit.id,
    branch.commit.id.slice(0, 8),
    environment?.slug ?? 'no environment',
  ]) {
    await typeAnew(words)
    await expect(matches(), words).toHaveText('Branches1 match')
    await expect(firstRow(), words).toContainText('signup/add-signup-0002')
  }
  await typeAnew('佐藤')
  await expect(firstRow()).toContainText('佐藤 健太')
  await expect(matches()).toHaveText(/\d+ matches$/)
})

test('filter, sort and page survive a reload and the back button', async () => {
  await page.goto(large)
  await filter('Open MR').click()
  await expect(page).toHaveURL(/\?filter=open$/)
  await page.getByRole('columnheader', { name: 'Branch', exact: true }).getByRole('link').click()
  await expect(page).toHaveURL(/\?filter=open&sort=branch$/)
  await expect(page.getByRole('columnheader', { name: 'Branch', exact: true })).toHaveAttribute(
    'aria-sort',
    'ascending',
  )
  await expect(firstRow()).toContainText('admin/add-admin-')
  const pages = page.getByRole('navigation', { name: 'Pages' })
  await pages.getByRole('link', { name: 'Next' }).click()
  await expect(pages).toContainText(/51–100 of \d,\d{3}(?!\+)/)
  const second = await firstRow().textContent()

  await page.reload()
  await expect(pages).toContainText(/51–100 of \d,\d{3}(?!\+)/)
  expect(await firstRow().textContent()).toBe(second)
  await expect(filter('Open MR')).toHaveAttribute('aria-current', 'true')

  await page.goBack()
  await expect(pages).toContainText(/1–50 of \d,\d{3}(?!\+)/)
  await page.goBack()
  await expect(page).toHaveURL(/\?filter=open$/)
  await expect(page.getByRole('columnheader', { name: 'Branch', exact: true })).not.toHaveAttribute('aria-sort')
  await page.goForward()
  await expect(firstRow()).toContainText('admin/add-admin-')
})

test('the box follows the address when one goes back', async () => {
  await page.goto(`${large}?q=billing`)
  await expect(box()).toHaveValue('billing')
  await filter('Up').click()
  await expect(page).toHaveURL(/q=billing&filter=up/)
  await page.goto(`${large}?q=export`)
  await page.goBack()
  await expect(box()).toHaveValue('billing')
  await expect(firstRow()).toContainText('billing')
  await filter('All').click()
  await expect(page).toHaveURL(/\?q=billing$/)
  await box().fill('webhooks')
  await expect(firstRow()).toContainText('webhooks')
  await page.goBack()
  await expect(firstRow()).toContainText('billing')
  await expect(box()).toHaveValue('billing')
  await page.getByRole('link', { name: 'Berth, all projects' }).click()
  await expect(page.getByRole('heading', { name: /^Projects/ })).toBeVisible()
  await page.goBack()
  await expect(box()).toHaveValue('billing')
})

test('a new search begins at the first page', async () => {
  await page.goto(`${large}?page=3`)
  await box().fill('billing')
  await expect(page.getByRole('navigation', { name: 'Pages' })).toContainText(/^1–50 of \d+/)
})

test('the last page is the end, and what lies behind it shows the last page', async () => {
  await page.goto(`${large}?q=billing&page=2`)
  const pages = page.getByRole('navigation', { name: 'Pages' })
  await expect(pages).toContainText(/^51–100 of \d+/)
  await page.goto(`${large}?q=billing&page=9999`)
  await expect(pages).toContainText(/^(\d+)–(\d+) of \2/)
  await expect(pages.getByRole('button', { name: 'Next' })).toBeDisabled()
  await page.goto(`${large}?page=9999`)
  await expect(pages).toContainText('4,951–5,000 of 5,000')
  expect(await rows().count()).toBeGreaterThan(1)
})

test('by keyboard alone: / to search, j and k through the rows, Enter to open', async () => {
  await page.goto(large)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await page.keyboard.press('/')
  await expect(box()).toBeFocused()
  await expect(box()).toHaveValue('')
  await page.keyboard.type('billing j/k')
  await expect(box()).toHaveValue('billing j/k')
  await box().fill('add-billing-00')
  await expect(matches()).toHaveText(/Branches\d+ match/)
  await expect(firstRow()).toContainText('add-billing-00')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect(box()).not.toBeFocused()
  await expect(matches()).toHaveText('Branches5,000')
  await page.keyboard.press('j')
  await expect(firstRow().getByRole('link').first()).toBeFocused()
  await page.keyboard.press('j')
  await expect(rows().nth(2).getByRole('link').first()).toBeFocused()
  await page.keyboard.press('k')
  await expect(firstRow().getByRole('link').first()).toBeFocused()
  await page.keyboard.press('k')
  await expect(firstRow().getByRole('link').first()).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/environments\/\d+$/)
})

const hostile = [
  '"',
  '\'; DROP TABLE "BoardRow"; --',
  '%',
  '_',
  '\\',
  '<img src=x onerror=alert(1)>',
  '😀👩‍👩‍👧',
  '$(id)',
  '{{constructor}}',
  '../../etc/passwd',
  'ﷺ‮txet',
]

for (const words of hostile) {
  test(`searches for ${JSON.stringify(words)} as for any other words`, async () => {
    await page.goto(large)
    await box().fill(words)
    await expect(page.getByText(`Nothing matches “${words}”`)).toBeVisible()
    await expect(box()).toHaveValue(words)
    await expect(box()).toBeFocused()
    await page.reload()
    await expect(page.getByText(`Nothing matches “${words}”`)).toBeVisible()
    await expect(box()).toHaveValue(words)
  })
}

test('finds what only looks hostile', async () => {
  for (const words of ['"quoted"', 'ünï', '😀', '<b>&amp;</b>', '“as they']) {
    await page.goto(`${berth.url}/projects/${projects.helloApp}`)
    await box().fill(words)
    await expect(matches(), words).toHaveText('Branches1 match')
    await expect(firstRow(), words).toContainText('fix/"quoted"-ünï-😀')
  }
})

test('10 kB of words find nothing, break nothing, and can be taken back', async () => {
  await page.goto(large)
  await box().fill('x'.repeat(10_000))
  await expect(page.getByText('Nothing matches “xxx')).toBeVisible()
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
  await page.getByRole('link', { name: 'Show all branches' }).click()
  await expect(matches()).toHaveText('Branches5,000')
  await expect(box()).toHaveValue('')
})

for (const address of [
  '?page=-1',
  '?page=1e9',
  '?page=ten',
  '?sort=;DROP&direction=;&filter=;',
  '?sort=branch&sort=author',
  '?q=%00',
  '?q=%ED%A0%80',
  '?q[]=x&filter[]=up',
  '?__proto__=x&constructor=y',
]) {
  test(`the address ${address} shows the table`, async () => {
    const response = await page.goto(large + address)
    expect(response?.status()).toBe(200)
    await expect(matches()).toBeVisible()
    await expect(page.getByRole('heading', { name: 'This page could not be shown' })).toBeHidden()
    if (!address.includes('q=%ED')) await expect(rows()).toHaveCount(51)
  })
}

for (const place of ['?promote=0', '?promote=-1&stop=x', '?stop=999999999999999999999', '?stop=5&operation=%00']) {
  test(`the address ${place} shows a page of Berth and no error`, async () => {
    const response = await page.goto(large + place)
    expect(response?.status()).toBeLessThan(500)
    await expect(page.getByRole('heading', { name: 'This page could not be shown' })).toBeHidden()
  })
}
