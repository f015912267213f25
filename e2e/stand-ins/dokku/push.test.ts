import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, run, startTestDokku } from './test-client.ts'
import { openWorkTree, sshAbsent, type WorkTree } from './test-work-tree.ts'

describe.skipIf(sshAbsent)('git push', () => {
  let dokku: Awaited<ReturnType<typeof startTestDokku>>
  let work: WorkTree
  beforeAll(async () => {
    dokku = await startTestDokku()
    work = await openWorkTree(dokku.dir)
  })
  afterAll(() => dokku.remove())

  const push = (app: string) => work.push(dokku, app)

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

  const slow = (factor: number) =>
    fetch(`http://127.0.0.1:${dokku.httpPort}/__control/slow`, { method: 'POST', body: JSON.stringify({ factor }) })

  async function ask(line: string): Promise<string> {
    const client = await connect(dokku)
    const { stdout } = await run(client, line)
    client.end()
    return stdout
  }

  it('makes the app, deploys the commit, and serves its page', async () => {
    const sha = await work.commit({ 'index.html': '<h1>first</h1>' })
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
    await work.commit({ 'index.html': '<h1>broken</h1>', 'fail-build': '' })
    const pushed = await push('web1')
    expect(pushed.stderr).toContain('remote:  !     App build failed')
    expect(pushed.stderr).toContain('! [remote rejected] main -> master (pre-receive hook declined)')
    expect(pushed.exitCode).toBe(1)
    expect(await visit('web1')).toEqual(good)
    expect(await ask('git:report web1 --git-sha')).toBe(`${good?.sha}\n`)
  })

  it('calls a crash loop running and answers 502', async () => {
    await work.commit({
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
    await work.commit({ 'fail-check': '' })
    const pushed = await push('failcheck')
    expect(pushed.stderr).toContain('remote:  !     Could not start due to 1 failed checks (web.1)')
    expect(pushed.exitCode).toBe(1)
    expect(await ask('ps:report failcheck --deployed')).toBe('false\n')
  })

  it('pushes onto a seeded app from where the seed left it, and keeps it over a restart', async () => {
    const seeded = await work.commit({ 'index.html': '<h1>seeded</h1>' })
    await dokku.seed([{ name: 'seeded', repo: work.path, sha: seeded }])
    expect((await visit('seeded')).body).toBe('<h1>seeded</h1>')
    expect((await push('seeded')).stderr).toContain('Everything up-to-date')
    const sha = await work.commit({ 'index.html': '<h1>next</h1>' })
    expect((await push('seeded')).stderr).toContain(`${seeded.slice(0, 7)}..${sha.slice(0, 7)}  main -> master`)
    const key = dokku.hostKeyFingerprint
    await dokku.stop()
    dokku = await startTestDokku({ dir: dokku.dir })
    expect(dokku.hostKeyFingerprint).toBe(key)
    expect(await visit('seeded')).toEqual({ status: 200, sha, body: '<h1>next</h1>' })
  })

  it('aborts the deploy when the pusher hangs up, and lets the next one in', async () => {
    const before = await visit('web1')
    await work.commit({ 'index.html': '<h1>interrupted</h1>' })
    await slow(10)
    const pushing = work.beginPush(dokku, 'web1')
    await new Promise<void>((resolve) => pushing.stderr?.once('data', () => resolve()))
    process.kill(-(pushing.pid ?? 0), 'SIGKILL')
    await slow(1)
    await expect.poll(() => ask('git:report web1 --git-sha')).toBe(`${before.sha}\n`)
    expect(await visit('web1')).toEqual(before)
    const again = await push('web1')
    expect(again.exitCode).toBe(0)
    expect((await visit('web1')).body).toBe('<h1>interrupted</h1>')
  })

  it('hangs up on a visitor of a host that no app has, and serves an added domain', async () => {
    await expect(visit('nobody')).rejects.toThrow('socket hang up')
    await ask('domains:add seeded shop.localhost')
    expect((await visit('shop')).body).toBe('<h1>next</h1>')
  })
})
