import { expect, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { branchRow, lane, openProject, openStopDialog, step } from '../steps.ts'
import { control, environmentNamed, onDokku, visit } from '../world.ts'

const projectId = 42

let instance: Instance
test.beforeAll(async () => {
  test.setTimeout(180_000)
  instance = await startInstance()
})
test.afterAll(() => instance?.stop())

test('what nobody needs goes away on GitLab, on Dokku and on the page', async ({ page }) => {
  const branch = 'feature/two-factor'
  const { slug: app } = await environmentNamed(instance, projectId, `review/${branch}`)
  const database = `${app}-database`
  const before = await onDokku(instance, 'review')
  expect(before.apps).toContain(app)
  expect(before.databases).toContain(database)

  await openProject(page, instance, 'hello-app')
  await expect(branchRow(page, branch)).toContainText(database)
  const dialog = await openStopDialog(page, branch)
  const victims = dialog.getByRole('listitem')
  await expect(victims).toHaveCount(3)
  await expect(victims.nth(0)).toContainText(`review/${branch}stopped`)
  await expect(victims.nth(1)).toContainText(`${app}destroyed`)
  await expect(victims.nth(2)).toContainText(`${database}destroyed`)
  await expect(dialog).toContainText('The data in the database cannot be brought back.')

  await dialog.getByRole('button', { name: `Stop review/${branch}` }).click()
  await expect(dialog.getByRole('log')).toContainText(`apps:destroy ${app}`)
  await expect(dialog.getByRole('status')).toContainText(`Stopped review/${branch}`)
  await expect(step(dialog, 'Look on Dokku')).toContainText(`App ${app} and database ${database} are gone from review.`)

  expect(await environmentNamed(instance, projectId, `review/${branch}`)).toMatchObject({ state: 'stopped' })
  const after = await onDokku(instance, 'review')
  expect(after.apps).toEqual(before.apps.filter((name) => name !== app))
  expect(after.databases).toEqual(before.databases.filter((name) => name !== database))
  expect(await visit(instance, 'review', app)).toMatchObject({ status: null })

  await dialog.getByRole('link', { name: 'Done' }).click()
  const row = branchRow(page, branch)
  await expect(row).toContainText('stopped')
  await expect(row).toContainText('gone')
  await expect(row).not.toContainText(database)
  await expect(row.getByRole('link', { name: `Stop ${branch}` })).toHaveCount(0)
  expect(await auditOf('stop', `review/${branch}`)).toEqual(['page requested', 'system succeeded'])
})

test('staging and production offer no stop, and none is accepted', async ({ page, request }) => {
  await openProject(page, instance, 'hello-app')
  await expect(lane(page).getByRole('link', { name: 'Promote to production' })).toBeVisible()
  await expect(lane(page).getByText('Stop')).toHaveCount(0)
  const token = instance.token('stopper')
  await control(instance, 'gitlab', 'DELETE /requests')
  for (const name of ['staging', 'production']) {
    const { id } = await environmentNamed(instance, projectId, name)
    const place = `projects/${projectId}/environments/${id}`
    await page.goto(`${instance.url}/${place}?stop=${id}`)
    const dialog = page.getByRole('dialog', { name: `Stop ${name}` })
    await expect(dialog).toContainText(`${name} is a ${name} environment; Berth stops only review apps.`)
    await expect(dialog.getByRole('button', { name: /^Stop/ })).toHaveCount(0)
    await dialog.getByRole('link', { name: 'Keep it' }).click()
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
    await expect(page.getByRole('link', { name: 'Stop' })).toHaveCount(0)

    const answer = await request.post(`${instance.url}/api/v1/${place}/stop`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(answer.status()).toBe(409)
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('Berth stops only review apps') })
    expect(await auditOf('stop', `environment ${id} of project ${projectId}`)).toEqual(['api refused'])
    expect(await environmentNamed(instance, projectId, name)).toMatchObject({ state: 'available' })
  }
  const { byRoute } = await control<{ byRoute: Record<string, number> }>(instance, 'gitlab', 'GET /requests')
  expect(Object.keys(byRoute).filter((route) => route.startsWith('POST'))).toEqual([])
})

test('a stop that tore nothing down is told as a failure, whatever GitLab says', async ({ page, context }) => {
  test.setTimeout(120_000)
  const [hidden, jobless] = ['docs/api-guide', 'fix/timezone-in-mailer']
  const hiddenApp = (await environmentNamed(instance, projectId, `review/${hidden}`)).slug
  const joblessApp = (await environmentNamed(instance, projectId, `review/${jobless}`)).slug
  const stateOf = async (branch: string) => (await environmentNamed(instance, projectId, `review/${branch}`)).state
  await openProject(page, instance, 'hello-app')
  const otherPage = await context.newPage()
  await otherPage.goto(page.url())

  // The job's commands end in `|| echo $?`: it succeeds though the host let nobody in.
  const dialog = await openStopDialog(page, hidden)
  await control(instance, 'review', 'POST /unreachable', { on: true })
  await dialog.getByRole('button', { name: `Stop review/${hidden}` }).click()
  await expect(dialog.getByRole('log')).toContainText('Job succeeded')
  await expect.poll(() => stateOf(hidden)).toBe('stopped')
  await control(instance, 'review', 'POST /unreachable', { on: false })

  // Its deployment failed, so its pipeline never came to the stop job.
  const otherDialog = await openStopDialog(otherPage, jobless)
  await otherDialog.getByRole('button', { name: `Stop review/${jobless}` }).click()

  const ended = { timeout: 60_000 }
  await expect(dialog.getByRole('status')).toContainText(`Did not stop review/${hidden}`, ended)
  await expect(dialog).toContainText(`app ${hiddenApp} is still on Dokku host review`)
  await expect(dialog).toContainText(`database ${hiddenApp}-database is still on Dokku host review`)
  await expect(dialog).toContainText('the stop job did not tear it down')

  await expect(otherDialog.getByRole('status')).toContainText(`Did not stop review/${jobless}`, ended)
  await expect(step(otherDialog, 'Run the stop job')).toContainText('started no job for it')
  await expect(otherDialog).toContainText(`app ${joblessApp} is still on Dokku host review`)
  await expect(otherDialog).toContainText('GitLab ran no stop job')
  expect(await stateOf(jobless)).toBe('stopped')

  expect((await onDokku(instance, 'review')).apps).toEqual(expect.arrayContaining([hiddenApp, joblessApp]))
  await dialog.getByRole('link', { name: 'Done' }).click()
  for (const branch of [hidden, jobless]) {
    await expect(branchRow(page, branch)).toContainText('still up')
    expect(await auditOf('stop', `review/${branch}`)).toEqual(['page requested', 'system failed'])
  }
})

async function auditOf(action: string, target: string): Promise<string[]> {
  const entries = await instance.sql<{ via: string; outcome: string }>(
    'SELECT via, outcome FROM "AuditEntry" WHERE action = $1 AND target = $2 ORDER BY id',
    [action, target],
  )
  return entries.map(({ via, outcome }) => `${via} ${outcome}`)
}
