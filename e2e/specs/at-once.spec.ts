import { expect, type Page, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { deployButton, openProject, openPromoteSheet } from '../steps.ts'
import { control, deployedSha, environmentNamed, plays, pushToStaging, visit } from '../world.ts'

const project = 'hello/hello-app'
const projectId = 42

let instance: Instance
test.beforeAll(async () => {
  test.setTimeout(180_000)
  instance = await startInstance()
})
test.afterAll(() => instance?.stop())

test('a double click promotes once', async ({ page }) => {
  const sha = await deployedSha(instance, projectId, 'staging')
  await openProject(page, instance, 'hello-app')
  const sheet = await openPromoteSheet(page)
  // Both clicks in one turn, before the page can have drawn the button disabled.
  await sheet.getByRole('button', { name: deployButton(sha) }).evaluate((button: HTMLButtonElement) => {
    button.click()
    button.click()
  })
  await expect(sheet).toContainText(`Promoted ${sha.slice(0, 8)} to production`, { timeout: 30_000 })
  await expectOnePromotion(sha)
})

test('two browsers and a script that promote at the same moment promote once', async ({ page, browser, request }) => {
  const sha = await pushToStaging(instance, project, 'Press me at once')
  const production = await environmentNamed(instance, projectId, 'production')
  const authorization = `Bearer ${instance.token('release-bot')}`
  const otherContext = await browser.newContext()
  const pages = [page, await otherContext.newPage()]
  for (const each of pages) {
    await openProject(each, instance, 'hello-app')
    await expect((await openPromoteSheet(each)).getByRole('button', { name: deployButton(sha) })).toBeVisible()
  }
  await control(instance, 'gitlab', 'DELETE /requests')

  // GitLab is slow to answer, so that all three have decided before the first has begun.
  await control(instance, 'gitlab', 'POST /faults', { match: 'GET /projects/*/environments/*', delayMs: 1500 })
  const [answer] = await Promise.all([
    request.post(`${instance.url}/api/v1/projects/${projectId}/promotions`, {
      headers: { authorization },
      data: { environmentId: production.id, sha },
    }),
    ...pages.map((each) => each.getByRole('button', { name: deployButton(sha) }).click()),
  ])
  const { id } = (await answer.json()) as { id: string }
  for (const each of pages) {
    await expect.poll(() => operationIn(each)).toBe(id)
    await expect(each.getByRole('dialog')).toContainText(`Promoted ${sha.slice(0, 8)} to production`)
  }
  await control(instance, 'gitlab', 'DELETE /faults')
  await expectOnePromotion(sha)
  await otherContext.close()
})

const operationIn = (page: Page): string | null => new URL(page.url()).searchParams.get('operation')

/** One operation, one press at GitLab, and everybody's wish in the audit. */
async function expectOnePromotion(sha: string): Promise<void> {
  const title = `${sha.slice(0, 8)} to production`
  const operations = await instance.sql<{ id: string }>(`SELECT id FROM "Operation" WHERE input->>'sha' = $1`, [sha])
  expect(operations).toHaveLength(1)
  expect(await plays(instance)).toBe(1)
  expect(await visit(instance, 'production', 'hello-app')).toEqual({ status: 200, sha })
  const audit = await instance.sql<{ outcome: string }>(
    'SELECT outcome FROM "AuditEntry" WHERE target = $1 AND "operationId" = $2',
    [title, operations[0]?.id],
  )
  expect(audit.filter(({ outcome }) => outcome === 'succeeded')).toHaveLength(1)
  expect(audit.filter(({ outcome }) => outcome === 'requested').length).toBeGreaterThan(1)
}
