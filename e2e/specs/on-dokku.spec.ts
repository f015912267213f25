import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#lib/db/embedded-postgres.ts'
import { freePort } from '#lib/db/port.ts'
import { gitEnvironment } from '../stand-ins/dokku/repository.ts'
import { connect, run, startTestDokku, testKey } from '../stand-ins/dokku/test-client.ts'
import { sshAbsent } from '../stand-ins/dokku/test-work-tree.ts'

const root = path.join(import.meta.dirname, '..', '..')

let dir: string
let checkout: string
let dokku: Awaited<ReturnType<typeof startTestDokku>>
let database: EmbeddedPostgres
const processes: ChildProcess[] = []

test.beforeAll(async () => {
  test.setTimeout(180_000)
  dir = mkdtempSync(path.join(tmpdir(), 'berth-on-dokku-'))
  checkout = path.join(dir, 'checkout')
  cleanCheckout()
  dokku = await startTestDokku()
  database = await startEmbeddedPostgres(path.join(dir, 'data'), { settings: ['fsync=off'] })
})

test.afterAll(async () => {
  for (const child of processes.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await database?.stop()
  await dokku?.remove()
  rmSync(dir, { recursive: true, force: true })
})

/** What git has of this repository, or would have at the next commit, and nothing else. */
function cleanCheckout(): void {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  for (const file of list.toString().split('\0').filter(Boolean))
    cpSync(path.join(root, file), path.join(checkout, file), { recursive: true })
}

const who = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@b' }

const git = (...args: string[]): string =>
  execFileSync('git', ['-C', checkout, ...args], {
    env: gitEnvironment(who),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })

/** As `git push dokku@host:berth` with OpenSSH, which the host's key is known to. The host is in this process, so git is not waited for by blocking it. */
async function push(): Promise<void> {
  const [key, known] = [path.join(dir, 'id'), path.join(dir, 'known_hosts')]
  writeFileSync(key, testKey.private, { mode: 0o600 })
  writeFileSync(known, `[127.0.0.1]:${dokku.sshPort} ${dokku.hostKeyLine}\n`)
  const GIT_SSH_COMMAND = `ssh -F none -i ${key} -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=${known}`
  const address = `ssh://dokku@127.0.0.1:${dokku.sshPort}/berth`
  await promisify(execFile)('git', ['-C', checkout, 'push', '--quiet', address, 'HEAD:refs/heads/master'], {
    env: gitEnvironment({ ...who, GIT_SSH_COMMAND }),
  })
}

/** A process of the Procfile, started as in its container. */
function start(type: string, env: Record<string, string>): { child: ChildProcess; output: () => string } {
  const command = new RegExp(`^${type}: (.+)$`, 'm').exec(readFileSync(path.join(checkout, 'Procfile'), 'utf8'))?.[1]
  if (!command) throw new Error(`The Procfile has no ${type}.`)
  const child = spawn('sh', ['-c', `exec ${command}`], { cwd: checkout, env: { ...process.env, ...env } })
  processes.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  return { child, output: () => output }
}

test('whoever runs Dokku pushes Berth to it, and its processes are there', async () => {
  test.skip(sshAbsent !== false, String(sshAbsent))
  test.setTimeout(240_000)
  const client = await connect(dokku)
  const tell = async (line: string) => {
    const answer = await run(client, line)
    expect(answer, line).toMatchObject({ exitCode: 0 })
    return answer.stdout
  }
  // The lines of docs/on-dokku.md.
  await tell('apps:create berth')
  await tell('postgres:create berth-database')
  await tell('postgres:link berth-database berth')
  const port = await freePort()
  await tell(`config:set --no-restart berth BERTH_URL=http://localhost:${port} BERTH_SECRET=${'s'.repeat(48)}`)
  await tell('ps:scale --skip-deploy berth web=1 worker=1')

  git('init', '--quiet', '--initial-branch', 'main')
  git('add', '--all')
  git('commit', '--quiet', '-m', 'Berth')
  await push()
  expect(await tell('git:report berth --git-sha')).toBe(git('rev-parse', 'HEAD'))
  const report = JSON.parse(await tell('ps:report berth --format json'))
  expect(report).toMatchObject({ deployed: 'true', running: 'true', 'can-scale': 'true' })
  expect(report['status-web.1']).toMatch(/^running/)
  expect(report['status-worker.1']).toMatch(/^running/)
  const config = JSON.parse(await tell('config:export --format json berth'))
  expect(config.DATABASE_URL).toMatch(/^postgres:\/\//)
  client.end()

  // The stand-in builds no image. What the image would hold and run is tried here: packages and pages are those of this test's run.
  for (const built of ['node_modules', '.next']) symlinkSync(path.join(root, built), path.join(checkout, built))
  mkdirSync(path.join(checkout, 'lib/db'), { recursive: true })
  cpSync(path.join(root, 'lib/db/generated'), path.join(checkout, 'lib/db/generated'), { recursive: true })
  const env = { ...config, DATABASE_URL: database.url, PORT: String(port), NODE_ENV: 'production' }

  const refused = start('web', { ...env, DATABASE_URL: '', BERTH_SECRET: '' })
  await once(refused.child, 'close')
  expect(refused.child.exitCode).toBe(1)
  expect(refused.output()).toContain('without DATABASE_URL, BERTH_SECRET')

  for (const words of [/^Migrated: \d+/, 'The database is at this version already.']) {
    const release = start('release', env)
    await once(release.child, 'close')
    expect(release.output()).toMatch(words)
    expect(release.child.exitCode).toBe(0)
  }

  const [web, worker] = [start('web', env), start('worker', env)]
  const { healthchecks } = JSON.parse(readFileSync(path.join(checkout, 'app.json'), 'utf8'))
  for (const check of healthchecks.web) {
    const status = () =>
      fetch(`http://127.0.0.1:${port}${check.path}`).then(
        (answer) => answer.status,
        () => null,
      )
    await expect.poll(status, { timeout: 60_000 }).toBe(200)
  }
  expect(web.output()).toMatch(/Setup code, to choose the operator's password in the browser: \w+/)
  await expect.poll(worker.output, { timeout: 60_000 }).toContain('The worker observes and follows operations.')
  for (const { child } of [web, worker]) {
    // Dokku ends a process so; who does not go is killed.
    child.kill('SIGTERM')
    await once(child, 'exit')
    expect(child.signalCode).not.toBe('SIGKILL')
  }
})

test('the image and the package pin one Node', () => {
  const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const bases = [...readFileSync(path.join(root, 'Dockerfile'), 'utf8').matchAll(/^FROM node:(\S+?)-slim/gm)]
  expect(bases.map(([, version]) => version)).toEqual([dependencies.node, dependencies.node])
})
