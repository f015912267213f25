import { expect, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { lane, openProject, openPromoteSheet, step } from '../steps.ts'
import { control, deployments, environmentNamed, expectStagingWell, plays, pushToStaging, visit } from '../world.ts'

const project = 'hello/hello-app'
const projectId = 42

let instance: Instance
let token: string
test.beforeAll(async () => {
  test.setTimeout(180_000)
  instance = await startInstance()
  token = instance.token('restarts')
})
test.afterAll(() => instance?.stop())
test.beforeEach(() => control(instance, 'gitlab', 'DELETE /requests'))
test.afterEach(async () => {
  await control(instance, 'gitlab', 'DELETE /faults')
  await control(instance, 'production', 'POST /slow', { factor: 1 })
})

test('the page follows a promotion through a killed worker and a killed machine', async ({ page }) => {
  test.setTimeout(120_000)
  const sha = await pushToStaging(instance, project, 'Kill me while the job runs')
  await openProject(page, instance, 'hello-app')
  const sheet = await openPromoteSheet(page)
  await control(instance, 'production', 'POST /slow', { factor: 200 })
  await sheet.getByRole('button', { name: `Deploy ${sha.slice(0, 8)} to production` }).click()
  await expect(step(sheet, 'Deploy')).toContainText('Job production is running.')

  await instance.kill('worker')
  const started = /worker │ The worker observes and follows operations/g
  await expect.poll(() => instance.output().match(started)?.length).toBe(2)
  await instance.kill('machine')
  await expect(page.getByText('Reconnecting')).toBeVisible()
  await instance.start()
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await expect(step(sheet, 'Deploy')).toContainText('Job production is running.')
  await control(instance, 'production', 'POST /slow', { factor: 1 })

  await expect(sheet).toContainText(`Promoted ${sha.slice(0, 8)} to production`, { timeout: 60_000 })
  await sheet.getByRole('link', { name: 'Done' }).click()
  await expect(lane(page)).toContainText('In step')
  await expectPromoted(sha)
})

test('killed before GitLab was asked to play, it plays after the start', async () => {
  test.setTimeout(120_000)
  const sha = await newOnStaging('Kill me before the play')
  const { jobId } = await productionJob(sha)
  await control(instance, 'gitlab', 'POST /faults', { match: `GET /projects/*/jobs/${jobId}`, hang: true })
  const answer = promote(sha)
  await expect.poll(() => operationOf(sha)).toMatchObject({ status: 'running' })
  await instance.kill('machine')
  expect(await answer).toBeNull()
  expect(await plays(instance)).toBe(0)
  await control(instance, 'gitlab', 'DELETE /faults')
  await instance.start()
  await expectEnd(sha, 'succeeded')
  await expectPromoted(sha)
})

test('killed before GitLab’s answer to the play came back, it does not play again', async () => {
  test.setTimeout(120_000)
  const sha = await newOnStaging('Kill me before the answer')
  await control(instance, 'gitlab', 'POST /faults', { match: 'POST /projects/*/jobs/*/play', delayMs: 3000 })
  const answer = promote(sha)
  await expect.poll(() => plays(instance)).toBe(1)
  await instance.kill('all')
  expect(await answer).toBeNull()
  await control(instance, 'gitlab', 'DELETE /faults')
  await instance.start()
  await expectEnd(sha, 'succeeded')
  await expectPromoted(sha)
})

test('a job that failed while Berth was down ends as failed', async () => {
  test.setTimeout(120_000)
  const sha = await newOnStaging('Fail while nobody looks')
  const [before] = (await deployments(instance, projectId, 'production')).filter(({ status }) => status === 'success')
  await control(instance, 'gitlab', 'POST /speed', { jobMs: 3000 })
  await control(instance, 'gitlab', 'POST /jobs/fail', { name: 'production' })
  expect(await promote(sha)).toBe(202)
  await instance.kill('all')
  await expect
    .poll(async () => (await deployments(instance, projectId, 'production'))[0], { timeout: 20_000 })
    .toMatchObject({ sha, status: 'failed' })
  await control(instance, 'gitlab', 'POST /speed', { jobMs: 500 })
  await instance.start()
  await expectEnd(sha, 'failed')
  expect(await plays(instance)).toBe(1)
  expect(await visit(instance, 'production', 'hello-app')).toEqual({ status: 200, sha: before?.sha })
})

test('killed while it looks on Dokku, it looks again', async () => {
  test.setTimeout(120_000)
  const sha = await newOnStaging('Kill me at the last look')
  await control(instance, 'production', 'POST /slow', { factor: 50 })
  expect(await promote(sha)).toBe(202)
  // Berth hears of the job's end only when the host is closed already, so the last look cannot have been over.
  const { jobId } = await productionJob(sha)
  await control(instance, 'gitlab', 'POST /faults', { match: `GET /projects/*/jobs/${jobId}`, status: 502 })
  await control(instance, 'production', 'POST /slow', { factor: 1 })
  await expect.poll(async () => (await productionJob(sha)).status).toBe('success')
  await control(instance, 'production', 'POST /unreachable', { on: true })
  await control(instance, 'gitlab', 'DELETE /faults')
  await expect.poll(() => operationOf(sha), { timeout: 40_000 }).toMatchObject({ step: 'verify' })
  await instance.kill('machine')
  await instance.start()
  await expect.poll(() => operationOf(sha), { timeout: 40_000 }).toMatchObject({ status: 'running', step: 'verify' })
  await control(instance, 'production', 'POST /unreachable', { on: false })
  await expectEnd(sha, 'succeeded')
  await expectPromoted(sha)
})

/** A new commit that staging runs, and well as far as Berth has seen. */
async function newOnStaging(message: string): Promise<string> {
  const sha = await pushToStaging(instance, project, message)
  await expectStagingWell(instance, { token, projectId })
  return sha
}

/** Asks by the API, where no browser stands between; `null` when Berth was killed before it answered. */
async function promote(sha: string): Promise<number | null> {
  const { id } = await environmentNamed(instance, projectId, 'production')
  const response = await fetch(`${instance.url}/api/v1/projects/${projectId}/promotions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ environmentId: id, sha }),
  }).catch(() => null)
  return response?.status ?? null
}

/** Production's deployment of a commit, and its job. */
async function productionJob(sha: string): Promise<{ jobId: number | undefined; status: string | undefined }> {
  const found = (await deployments(instance, projectId, 'production')).find((deployment) => deployment.sha === sha)
  return { jobId: found?.deployable?.id, status: found?.status }
}

/** How Berth's database has the promotion of a commit: its status, and the step that runs. */
async function operationOf(sha: string): Promise<{ status: string; step: string | undefined } | undefined> {
  interface Row {
    status: string
    steps: { name: string; status: string }[]
  }
  const [row] = await instance.sql<Row>(`SELECT status, steps FROM "Operation" WHERE input->>'sha' = $1`, [sha])
  return row && { status: row.status, step: row.steps.find(({ status }) => status === 'running')?.name }
}

/** Ends as said, with that end in the audit once. A killed process holds its operations for 15 s more. */
async function expectEnd(sha: string, status: 'succeeded' | 'failed'): Promise<void> {
  await expect.poll(() => operationOf(sha), { timeout: 60_000 }).toMatchObject({ status })
  const ends = await instance.sql<{ outcome: string }>(
    `SELECT outcome FROM "AuditEntry" WHERE target = $1 AND outcome <> 'requested'`,
    [`${sha.slice(0, 8)} to production`],
  )
  expect(ends).toEqual([{ outcome: status }])
}

/** Production serves the commit, and GitLab was asked for it once. */
async function expectPromoted(sha: string): Promise<void> {
  expect(await plays(instance)).toBe(1)
  expect((await deployments(instance, projectId, 'production'))[0]).toMatchObject({ sha, status: 'success' })
  expect(await visit(instance, 'production', 'hello-app')).toEqual({ status: 200, sha })
}
