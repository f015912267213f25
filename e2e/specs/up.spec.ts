import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, type Page, test } from '@playwright/test'

const root = path.join(import.meta.dirname, '..', '..')
const password = 'chosen in the browser'
const demo = 'Demo: this GitLab and these Dokku hosts are stand-ins on this machine.'

/** `npm run up` in a terminal of its own. */
interface Terminal {
  process: ChildProcess
  printed(): string
}

let clone: string
let terminal: Terminal | null = null
test.beforeAll(() => {
  clone = mkdtempSync(path.join(tmpdir(), 'berth-clone-'))
  // As root, PostgreSQL runs as somebody else, who must be able to enter.
  chmodSync(clone, 0o755)
  execFileSync('git', ['clone', '--quiet', root, clone])
})
test.afterAll(async () => {
  if (terminal) await pressControlC(terminal)
  rmSync(clone, { recursive: true, force: true })
})

test('a fresh clone comes up by one command, ends by Ctrl-C, and comes up again on the same data', async ({ page }) => {
  test.setTimeout(600_000)
  terminal = up()
  const url = await printedUrl(terminal)
  expect(terminal.printed()).toContain('Installing packages …')
  expect(terminal.printed()).toContain('Building the pages …')
  expect((await fetch(`${url}/api/health`)).status).toBe(200)
  expect((await fetch(`${url}/api/ready`)).status).toBe(200)
  expect(execFileSync('git', ['status', '--porcelain'], { cwd: clone, encoding: 'utf8' })).toBe('')

  await choosePassword(page, url, setupCodeIn(terminal.printed()))
  await lookAround(page)

  const gitlabUrl = /stand-ins for GitLab \((\S+)\)/.exec(terminal.printed())?.[1] ?? ''
  await pressControlC(terminal)
  for (const gone of [url, gitlabUrl]) await expect(fetch(gone)).rejects.toThrow()
  expect(runningIn(clone)).toEqual([])

  terminal = up()
  const again = await printedUrl(terminal)
  expect(terminal.printed()).not.toContain('Installing packages …')
  expect(terminal.printed()).not.toContain('Building the pages …')
  expect(terminal.printed()).not.toContain('Setup code')
  await page.context().clearCookies()
  await page.goto(again)
  await page.getByText('Sign in as the operator').click()
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await lookAround(page)
  await pressControlC(terminal)
  expect(runningIn(clone)).toEqual([])
})

/** With what a user has: the machine's own npm and Node, and no setting of Berth. */
function up(): Terminal {
  const env: NodeJS.ProcessEnv = { ...process.env, PORT: '0' }
  for (const name of Object.keys(env)) {
    if (/^(npm_|BERTH_|PLAYWRIGHT_|TEST_)/i.test(name) || name === 'DATABASE_URL' || name === 'NODE_ENV')
      delete env[name]
  }
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  env.PATH = folders.filter((folder) => !folder.startsWith(root)).join(path.delimiter)
  // A group of its own is what a terminal gives a command.
  const child = spawn('npm', ['run', 'up'], { cwd: clone, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk))
  return { process: child, printed: () => printed }
}

function printedUrl({ process: child, printed }: Terminal): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', () => {
      const url = /^Berth is at (\S+)$/m.exec(printed())?.[1]
      if (url) resolve(url)
    })
    child.once('exit', () => reject(new Error(`It ended before it was up:\n${printed()}`)))
  })
}

const setupCodeIn = (printed: string): string => /^Setup code, .*: (\S+)$/m.exec(printed)?.[1] ?? ''

async function choosePassword(page: Page, url: string, code: string): Promise<void> {
  await page.goto(url)
  await expect(page.getByRole('button', { name: 'Sign in with GitLab' })).toBeVisible()
  await page.getByText('Choose the operator’s password').click()
  await expect(page.getByText(demo)).toBeVisible()
  await fillIn(page, 'guessed')
  await expect(page.getByRole('alert').filter({ hasText: 'That is not the setup code' })).toBeVisible()
  await fillIn(page, code)
  await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible()
}

async function fillIn(page: Page, code: string): Promise<void> {
  await page.getByLabel('Setup code').fill(code)
  await page.getByLabel('New password').fill(password)
  await page.getByLabel('The same again').fill(password)
  await page.getByRole('button', { name: 'Set password and sign in' }).click()
}

/** Fleet, project and environment, each of which says that it is the demo. */
async function lookAround(page: Page): Promise<void> {
  for (const [link, heading] of [
    ['hello-app', 'hello-app'],
    ['production', 'production'],
  ] as const) {
    await expect(page.getByText(demo)).toBeVisible()
    await page.getByRole('link', { name: link, exact: true }).first().click()
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible()
  }
  await expect(page.getByText(demo)).toBeVisible()
}

/** A terminal sends the signal to everything that the command started in it. */
async function pressControlC({ process: child }: Terminal): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  if (child.pid) process.kill(-child.pid, 'SIGINT')
  await ended
}

/** Command lines of what still runs from a folder. */
function runningIn(folder: string): string[] {
  const lines = execFileSync('ps', ['-A', '-ww', '-o', 'args='], { encoding: 'utf8' }).split('\n')
  return lines.filter((line) => line.includes(folder))
}
