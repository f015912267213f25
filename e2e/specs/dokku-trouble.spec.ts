import path from 'node:path'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { type Instance, startInstance } from '../instance.ts'
import { startDokku } from '../stand-ins/dokku/server.ts'
import { keyPair } from '../stand-ins/keys.ts'
import { signIn } from '../steps.ts'
import { control, destroyReviewApp, projects, reviewAppOf, visit } from '../world.ts'

let berth: Instance
/** Read again at each start, as a person edits the settings and starts Berth again. */
const settings: Record<string, string> = {}

test.beforeAll(async () => {
  test.setTimeout(240_000)
  berth = await startInstance({ jobMs: 300, env: settings })
})
test.afterAll(() => berth.stop())

test.beforeEach(async ({ page }) => {
  await signIn(page, berth)
  await openBoard(page)
})

async function openBoard(page: Page): Promise<void> {
  await page.goto(`${berth.url}/projects/${projects.helloApp}`)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
}

const banner = (page: Page, host: string): Locator =>
  page.getByRole('status').filter({ hasText: `Dokku host ${host} has not answered` })

const branchRow = (page: Page, branch: string): Locator => page.getByRole('row').filter({ hasText: branch })

/** Something that only GitLab knows: a branch without a pipeline. */
function pushToGitlab(branch: string): Promise<unknown> {
  return control(berth, 'gitlab', 'POST /push', {
    project: 'hello/hello-app',
    branch,
    message: `Begin ${branch} [skip ci]`,
    files: { 'notes.txt': `${branch}\n` },
  })
}

async function restartBerth(): Promise<void> {
  await berth.kill('all')
  await berth.start()
}

test('a host that cannot be reached keeps its last facts, the rest stays live, and it heals by itself', async ({
  page,
}) => {
  test.setTimeout(120_000)
  const row = branchRow(page, 'feature/login-with-passkey')
  await expect(row).toContainText('running')
  await control(berth, 'review', 'POST /unreachable', { on: true })
  await expect(banner(page, 'review')).toHaveText(
    /has not answered since \d\d:\d\d · what you see is from \d\d:\d\d · Dokku host "review" cannot be reached: /,
  )
  await expect(row).toContainText('running')
  await expect(banner(page, 'production')).toBeHidden()

  await pushToGitlab('quiet/while-review-is-away')
  await expect(branchRow(page, 'quiet/while-review-is-away')).toBeVisible()

  const before = (await visit(berth, 'production', 'hello-app')).sha
  await page.getByRole('link', { name: 'Promote to production' }).click()
  const sheet = page.getByRole('dialog', { name: 'Promote to production' })
  await sheet.getByRole('button', { name: /^Deploy [0-9a-f]{8} to production$/ }).click()
  await expect(sheet.getByRole('status')).toContainText('Promoted', { timeout: 30_000 })
  expect((await visit(berth, 'production', 'hello-app')).sha).not.toBe(before)
  await sheet.getByRole('link', { name: 'Done' }).click()

  await control(berth, 'review', 'POST /unreachable', { on: false })
  await expect(banner(page, 'review')).toBeHidden({ timeout: 45_000 })
  await destroyReviewApp(berth, 'feature/login-with-passkey')
  await expect(row).toContainText('missing')
})

test('a slow host delays its own facts and nothing else', async ({ page }) => {
  test.setTimeout(120_000)
  await control(berth, 'review', 'POST /slow', { factor: 200 })
  const row = branchRow(page, 'feature/comment-threads')
  await expect(row).not.toContainText('missing')
  await destroyReviewApp(berth, 'feature/comment-threads')
  await pushToGitlab('quiet/while-review-is-slow')
  await expect(branchRow(page, 'quiet/while-review-is-slow')).toBeVisible()
  await expect(row).toContainText('missing', { timeout: 60_000 })
  await expect(banner(page, 'review')).toBeHidden()
  await control(berth, 'review', 'POST /slow', { factor: 1 })
})

test('a host whose key changed is never talked to; both keys and the way to check are shown', async ({ page }) => {
  test.setTimeout(180_000)
  const pinned = /production=\S+#(SHA256:\S+)$/.exec(berth.standIns.dokkuHosts)?.[1] ?? 'no key'
  const { hostKeyFingerprint: shown } = await control<{ hostKeyFingerprint: string }>(
    berth,
    'production',
    'POST /host-key/rotate',
  )
  await control(berth, 'production', 'DELETE /commands')

  const words = page.getByRole('status').filter({ hasText: `showed the key ${shown}` })
  await expect(words).toContainText('Dokku host production is not trusted since')
  await expect(words).toContainText(`${pinned} is pinned`)
  await expect(words).toContainText('ssh-keygen -lf /etc/ssh/ssh_host_')
  await expect(page.getByRole('region', { name: 'Lane' })).toContainText('hello-app-staging')
  await pushToGitlab('quiet/while-the-key-is-strange')
  await expect(branchRow(page, 'quiet/while-the-key-is-strange')).toBeVisible()
  await page.reload()
  await expect(words).toBeVisible()
  expect(await control(berth, 'production', 'GET /commands')).toEqual([])

  settings.BERTH_DOKKU_HOSTS = berth.standIns.dokkuHosts.replace(pinned, shown)
  await restartBerth()
  await openBoard(page)
  await expect(words).toBeHidden({ timeout: 45_000 })
  await expect.poll(() => control(berth, 'production', 'GET /commands')).not.toEqual([])
})

test('a host with Dokku 0.30, which knows no JSON, is read as well', async ({ page }) => {
  test.setTimeout(180_000)
  const old = await startDokku({
    name: 'review',
    dir: path.join(berth.dataDir, 'old-review'),
    version: '0.30.4',
    authorizedKeys: [keyPair(berth.standIns.dokkuKeyFile).publicKey],
  })
  try {
    await old.seed([
      { name: await reviewAppOf(berth, 'docs/api-guide'), repo: null, sha: 'c'.repeat(40) },
      {
        name: await reviewAppOf(berth, 'feature/two-factor'),
        repo: null,
        sha: 'd'.repeat(40),
        processes: [{ type: 'web', index: 1, status: 'exited' }],
      },
    ])
    const hosts = settings.BERTH_DOKKU_HOSTS ?? berth.standIns.dokkuHosts
    settings.BERTH_DOKKU_HOSTS = hosts.replace(
      /review=[^,]+/,
      `review=ssh://dokku@127.0.0.1:${old.sshPort}#${old.hostKeyFingerprint}`,
    )
    await restartBerth()
    await openBoard(page)
    // What a killed worker held is free only when its lease has lapsed.
    await expect(branchRow(page, 'docs/api-guide')).toContainText('cccccccc', { timeout: 45_000 })
    await expect(branchRow(page, 'feature/two-factor')).toContainText('stopped')
    await expect(branchRow(page, 'feature/pdf-export')).toContainText('missing')
    await expect(banner(page, 'review')).toBeHidden()
  } finally {
    await old.stop()
  }
})
