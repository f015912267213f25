import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gitEnvironment } from './repository.ts'
import { connect, run, startTestDokku, testKey } from './test-client.ts'

const absent = spawnSync('ssh', ['-V']).error ? 'there is no ssh on this machine' : false

interface Pushed {
  exitCode: number
  stderr: string
}

describe.skipIf(absent)('git push', () => {
  let dokku: Awaited<ReturnType<typeof startTestDokku>>
  let work: string
  beforeAll(async () => {
    dokku = await startTestDokku()
    work = join(dokku.dir, 'work')
    mkdirSync(work)
    writeFileSync(join(dokku.dir, 'id'), testKey.private, { mode: 0o600 })
    await git('init', '--quiet', '--initial-branch', 'main')
  })
  afterAll(() => dokku.remove())

  async function git(...words: string[]): Promise<Pushed & { stdout: string }> {
    const known = join(dokku.dir, 'known_hosts')
    writeFileSync(known, `[127.0.0.1]:${dokku.sshPort} ${dokku.hostKeyLine}\n`)
    const ssh = `ssh -F none -i ${join(dokku.dir, 'id')} -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=${known}`
    const person = {
      GIT_AUTHOR_NAME: 'A',
      GIT_AUTHOR_EMAIL: 'a@b',
      GIT_COMMITTER_NAME: 'A',
      GIT_COMMITTER_EMAIL: 'a@b',
    }
    return new Promise((resolve) => {
      const env = gitEnvironment({ ...person, GIT_SSH_COMMAND: ssh })
      execFile('git', ['-C', work, ...words], { env }, (error, stdout, stderr) =>
        resolve({ exitCode: error ? Number(error.code) : 0, stdout: stdout.trim(), stderr }),
      )
    })
  }

  async function commit(files: Record<string, string>): Promise<string> {
    await git('rm', '-rfq', '--ignore-unmatch', '.')
    for (const [name, content] of Object.entries(files)) writeFileSync(join(work, name), content)
    await git('add', '--all')
    await git('commit', '--quiet', '--allow-empty', '-m', Object.keys(files).join(' '))
    return (await git('rev-parse', 'HEAD')).stdout
  }

  const push = (app: string) => git('push', `ssh://dokku@127.0.0.1:${dokku.sshPort}/${app}`, 'main:master')

  async function visit(app: string): Promise<{ status: number | undefined; sha: string | undefined; body: string }> {
    return new Promise((resolve, reject) => {
      const headers = { host: `${app}.localhost:${dokku.httpPort}` }
      request({ host: '127.0.0.1', port: dokku.httpPort, headers }, async (answer) => {
        const sha = answer.headers['x-berth-sha']
        resolve({ status: answer.statusCode, sha: typeof sha === 'string' ? sha : undefined, body: await text(answer) })
      })
        .on('error', reject)
        .end()
    })
  }

  async function ask(line: string): Promise<string> {
    const client = await connect(dokku)
    const { stdout } = await run(client, line)
    client.end()
    return stdout
  }

  it('makes the app, deploys the commit, and serves its page', async () => {
    const sha = await commit({ 'index.html': '<h1>first</h1>' })
    const pushed = await push('web1')
    expect(pushed.stderr).toContain(' !     No web listeners specified for web1\n')
    expect(pushed.stderr).toContain('remote: -----> Building web1 from Dockerfile')
    expect(pushed.stderr).toContain('remote: =====> Application deployed:')
    expect(pushed.exitCode).toBe(0)
    expect(await visit('web1')).toEqual({ status: 200, sha, body: '<h1>first</h1>' })
    expect(await ask('git:report web1 --git-sha')).toBe(`${sha}\n`)
    expect(await ask('apps:report web1 --app-deploy-source-metadata')).toBe(`${sha}\n`)
  })

  it('goes on serving the old commit when the build fails', async () => {
    const [good] = [await visit('web1')]
    await commit({ 'index.html': '<h1>broken</h1>', 'fail-build': '' })
    const pushed = await push('web1')
    expect(pushed.stderr).toContain('remote:  !     App build failed')
    expect(pushed.stderr).toContain('! [remote rejected] main -> master (pre-receive hook declined)')
    expect(pushed.exitCode).toBe(1)
    expect(await visit('web1')).toEqual(good)
    expect(await ask('git:report web1 --git-sha')).toBe(`${good?.sha}\n`)
  })

  it('calls a crash loop running and answers 502', async () => {
    await commit({
      crash: '',
      Procfile: 'web: start\nworker: work\n',
      'app.json': '{"formation":{"worker":{"quantity":1}}}',
    })
    expect((await push('crashed1')).exitCode).toBe(0)
    const report = JSON.parse(await ask('ps:report crashed1 --format json'))
    expect(report).toMatchObject({ running: 'true', 'can-scale': 'false', processes: '2' })
    expect(report['status-web.1']).toMatch(/^restarting \(CID: /)
    expect(report['status-worker.1']).toMatch(/^restarting \(CID: /)
    expect((await visit('crashed1')).status).toBe(502)
  })

  it('refuses a commit that does not pass its checks', async () => {
    await commit({ 'fail-check': '' })
    const pushed = await push('failcheck')
    expect(pushed.stderr).toContain('remote:  !     Could not start due to 1 failed checks (web.1)')
    expect(pushed.exitCode).toBe(1)
    expect(await ask('ps:report failcheck --deployed')).toBe('false\n')
  })

  it('pushes onto a seeded app from where the seed left it, and keeps it over a restart', async () => {
    const seeded = await commit({ 'index.html': '<h1>seeded</h1>' })
    await dokku.seed([{ name: 'seeded', repo: work, sha: seeded }])
    expect((await visit('seeded')).body).toBe('<h1>seeded</h1>')
    expect((await push('seeded')).stderr).toContain('Everything up-to-date')
    const sha = await commit({ 'index.html': '<h1>next</h1>' })
    expect((await push('seeded')).stderr).toContain(`${seeded.slice(0, 7)}..${sha.slice(0, 7)}  main -> master`)
    const key = dokku.hostKeyFingerprint
    await dokku.stop()
    dokku = await startTestDokku({ dir: dokku.dir })
    expect(dokku.hostKeyFingerprint).toBe(key)
    expect(await visit('seeded')).toEqual({ status: 200, sha, body: '<h1>next</h1>' })
  })

  it('answers 404 for a host that no app has, and serves an added domain', async () => {
    expect((await visit('nobody')).status).toBe(404)
    await ask('domains:add seeded shop.localhost')
    expect((await visit('shop')).body).toBe('<h1>next</h1>')
  })
})
