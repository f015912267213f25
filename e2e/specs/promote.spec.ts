import { expect, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { expectSameDocument, lane, markDocument, openPromoteSheet, signIn, step } from '../steps.ts'
import { control, deployedSha, deployments, gitlab, plays, visit } from '../world.ts'

const projectId = 42

let instance: Instance
test.beforeAll(async () => {
  test.setTimeout(180_000)
  instance = await startInstance({ jobMs: 1000 })
})
test.afterAll(() => instance?.stop())

test('whoever ships gives production the commit that staging runs', async ({ page }) => {
  const from = await deployedSha(instance, projectId, 'production')
  const sha = await deployedSha(instance, projectId, 'staging')
  const { commits } = await gitlab<{ commits: { short_id: string; title: string }[] }>(
    instance,
    `/projects/${projectId}/repository/compare?from=${from}&to=${sha}`,
  )
  expect(commits.length).toBeGreaterThan(0)
  expect(await visit(instance, 'production', 'hello-app')).toEqual({ status: 200, sha: from })

  await signIn(page, instance)
  const fleetRow = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'hello-app', exact: true }) })
  await expect(fleetRow).toContainText(`${commits.length} commits`)
  await fleetRow.getByRole('link', { name: 'hello-app', exact: true }).click()
  await expect(lane(page)).toContainText(`${commits.length} commits`)

  const sheet = await openPromoteSheet(page)
  await markDocument(page)
  for (const { title } of commits) await expect(sheet.getByRole('listitem').filter({ hasText: title })).toBeVisible()
  for (const title of ['!7 CSV 取り込み', '!8 Dark mode'])
    await expect(sheet.getByRole('link', { name: title })).toBeVisible()

  // The host builds slowly, so that the log can be seen while it grows.
  await control(instance, 'production', 'POST /slow', { factor: 20 })
  await sheet.getByRole('button', { name: `Deploy ${sha.slice(0, 8)} to production` }).click()
  const log = sheet.getByRole('log')
  await expect(step(sheet, 'Start the deployment')).toContainText('Started job production.')
  await expect(log).toContainText('git push dokku@')
  await expect(step(sheet, 'Deploy')).toContainText('Job production is running.')
  await expect(log).not.toContainText('Job succeeded')
  expect(await visit(instance, 'production', 'hello-app')).toEqual({ status: 200, sha: from })
  await control(instance, 'production', 'POST /slow', { factor: 1 })

  await expect(sheet).toContainText(`Promoted ${sha.slice(0, 8)} to production`, { timeout: 40_000 })
  await expect(log).toContainText('Job succeeded')
  await expect(step(sheet, 'Look on Dokku')).toContainText(`App hello-app on production runs ${sha.slice(0, 8)}`)
  expect(await visit(instance, 'production', 'hello-app')).toEqual({ status: 200, sha })
  const [newest] = await deployments(instance, projectId, 'production')
  expect(newest).toMatchObject({ sha, status: 'success', deployable: { name: 'production', status: 'success' } })
  expect(await plays(instance)).toBe(1)

  await sheet.getByRole('link', { name: 'Done' }).click()
  await expect(lane(page)).toContainText('In step')
  await expect(lane(page).getByRole('link', { name: 'Promote to production' })).toHaveCount(0)
  await expectSameDocument(page)

  const audit = await instance.sql(
    `SELECT actor, via, action, "projectId", target, outcome FROM "AuditEntry" WHERE action = 'promote' ORDER BY id`,
  )
  const entry = { action: 'promote', projectId, target: `${sha.slice(0, 8)} to production`, actor: 'operator' }
  expect(audit).toEqual([
    { ...entry, via: 'page', outcome: 'requested' },
    { ...entry, via: 'system', outcome: 'succeeded' },
  ])
})
