import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect, control, run, startTestDokku } from './test-client.ts'

let dokku: Awaited<ReturnType<typeof startTestDokku>>
beforeEach(async () => {
  dokku = await startTestDokku()
})
afterEach(() => dokku.remove())

const stays = { repo: null, sha: 'a'.repeat(40) }

describe('a bad host', () => {
  beforeEach(() => dokku.seed(['web1', 'web2', 'web3'].map((name) => ({ name, ...stays }))))

  it('loses the connection in the middle of one answer, and is well afterwards', async () => {
    const whole = await connect(dokku)
    const { stdout } = await run(whole, 'apps:report')
    await control(dokku, 'die', { command: 'apps:report' })
    const dropped = new Promise<void>((resolve) => whole.on('close', () => resolve()))
    const cut = await run(whole, 'apps:report')
    expect(cut).toMatchObject({ stdout: stdout.slice(0, stdout.length / 2), exitCode: null })
    await dropped
    const again = await connect(dokku)
    expect((await run(again, 'apps:report')).stdout).toBe(stdout)
    again.end()
  })

  it('says something else before its answers, on either stream', async () => {
    const client = await connect(dokku)
    await control(dokku, 'garbage', { command: 'apps:list', text: 'perl: warning: Setting locale failed.\n' })
    await control(dokku, 'garbage', { command: '*', text: 'noise\n', stream: 'stderr' })
    expect(await run(client, 'apps:list --format json')).toEqual({
      stdout: 'perl: warning: Setting locale failed.\n["web1","web2","web3"]\n',
      stderr: '',
      exitCode: 0,
    })
    expect((await run(client, 'version')).stderr).toBe('noise\n')
    await control(dokku, 'garbage', undefined, 'DELETE')
    expect((await run(client, 'version')).stderr).toBe('')
    client.end()
  })

  it('has other service plugins, and another version', async () => {
    const client = await connect(dokku)
    await control(dokku, 'services', { plugins: ['redis'] })
    await control(dokku, 'version', { version: '0.37.2' })
    expect((await run(client, 'postgres:list')).exitCode).toBe(1)
    expect((await run(client, 'redis:list')).stderr).toBe(' !     There are no Redis services\n')
    expect((await run(client, 'version')).stdout).toBe('dokku version 0.37.2\n')
    client.end()
  })

  it('cannot destroy an app whose files it may not remove, and can once it may', async () => {
    await dokku.seed([{ name: 'web1', ...stays, database: { name: 'db1', linked: true } }])
    await control(dokku, 'destroy-fails', { app: 'web1' })
    const client = await connect(dokku)
    expect(await run(client, 'apps:destroy web1 --force')).toMatchObject({
      stderr: ' !     unlinkat /var/lib/dokku/data/apps/web1/tmp: permission denied\n',
      exitCode: 1,
    })
    expect((await run(client, 'ps:report web1')).stdout).toContain('missing (CID: ')
    expect((await run(client, 'postgres:links db1')).stdout).toBe('')
    await control(dokku, 'destroy-fails', { app: 'web1', on: false })
    expect((await run(client, 'apps:destroy web1 --force')).exitCode).toBe(0)
    client.end()
  })

  it('is as large as asked', async () => {
    await control(dokku, 'seed', { apps: 500 })
    const client = await connect(dokku)
    const names = JSON.parse((await run(client, 'apps:list --format json')).stdout)
    expect(names).toHaveLength(503)
    expect(names.slice(0, 1)).toEqual(['load-0001'])
    client.end()
  })
})
