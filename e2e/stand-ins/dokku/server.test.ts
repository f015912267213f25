import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { generateKeyPair } from './key-pair.ts'
import { connect, control, open, run, startTestDokku } from './test-client.ts'

let dokku: Awaited<ReturnType<typeof startTestDokku>>
beforeEach(async () => {
  dokku = await startTestDokku()
})
afterEach(() => dokku.remove())

const stays = { repo: null, sha: 'a'.repeat(40) }

describe('signing in', () => {
  it('refuses a key it does not know and a user who is not dokku', async () => {
    const stranger = generateKeyPair()
    await expect(connect(dokku, { privateKey: stranger.private })).rejects.toThrow('authentication')
    await expect(connect(dokku, { username: 'root' })).rejects.toThrow('authentication')
  })

  it('refuses the eleventh channel of a connection and goes on with the other ten', async () => {
    await dokku.seed([{ name: 'web1', ...stays }])
    const client = await connect(dokku)
    const tails = await Promise.all(Array.from({ length: 10 }, () => open(client, 'logs web1 --tail')))
    await expect(open(client, 'version')).rejects.toThrow('Channel open failure')
    for (const tail of tails) tail.close()
    await expect.poll(() => run(client, 'version').catch(() => null)).toMatchObject({ exitCode: 0 })
    client.end()
  })
})

describe('the control doors', () => {
  it('rotate the host key and drop who is connected', async () => {
    const before = dokku.hostKeyFingerprint
    const client = await connect(dokku)
    const dropped = new Promise<void>((resolve) => client.on('close', () => resolve()))
    await control(dokku, 'host-key/rotate')
    await dropped
    expect(dokku.hostKeyFingerprint).not.toBe(before)
    const again = await connect(dokku)
    expect((await run(again, 'version')).exitCode).toBe(0)
    again.end()
  })

  it('make the host unreachable and reachable again on the same port', async () => {
    const port = dokku.sshPort
    await control(dokku, 'unreachable', { on: true })
    await expect(connect(dokku)).rejects.toThrow('ECONNREFUSED')
    await control(dokku, 'unreachable', { on: false })
    expect(dokku.sshPort).toBe(port)
    const client = await connect(dokku)
    client.end()
  })

  it('crash an app, destroy one behind everybody, and put both back', async () => {
    await dokku.seed([
      { name: 'web1', ...stays },
      { name: 'web2', ...stays, database: { name: 'web2-database', linked: true } },
    ])
    const client = await connect(dokku)
    await control(dokku, 'crash', { app: 'web1', process: 'web', status: 'restarting' })
    await control(dokku, 'apps/destroy', { app: 'web2' })
    expect((await run(client, 'ps:report web1')).stdout).toContain('restarting (CID: ')
    expect((await run(client, 'apps:list --format json')).stdout).toBe('["web1"]\n')
    expect((await run(client, 'postgres:list')).stdout).toContain('web2-database')
    await control(dokku, 'reset')
    expect((await run(client, 'apps:list --format json')).stdout).toBe('["web1","web2"]\n')
    expect((await run(client, 'ps:report web1 --running')).stdout).toBe('true\n')
    client.end()
  })

  it('tell every command with its words, exit code and times', async () => {
    const client = await connect(dokku)
    await run(client, 'apps:exists nosuch')
    client.end()
    expect(await control(dokku, 'commands', undefined, 'GET')).toEqual([
      {
        line: 'apps:exists nosuch',
        words: ['apps:exists', 'nosuch'],
        exitCode: 20,
        startedAt: expect.any(String),
        endedAt: expect.any(String),
      },
    ])
    await control(dokku, 'commands', undefined, 'DELETE')
    expect(await control(dokku, 'commands', undefined, 'GET')).toEqual([])
  })
})

describe('time', () => {
  it('is spent by one process report after the other, while a list does not wait', async () => {
    await dokku.remove()
    dokku = await startTestDokku({ pace: 0.1 })
    await dokku.seed(Array.from({ length: 6 }, (_, index) => ({ name: `web${index}`, ...stays })))
    const client = await connect(dokku)
    const startedAt = performance.now()
    const finished: string[] = []
    const ask = async (line: string) => {
      await run(client, line)
      finished.push(line)
    }
    const reports = Array.from({ length: 6 }, (_, index) => ask(`ps:report web${index}`))
    await Promise.all([...reports, ask('apps:list')])
    expect(finished.indexOf('apps:list')).toBeLessThan(3)
    // Six times 0.4 seconds at a tenth of the recorded pace.
    expect(performance.now() - startedAt).toBeGreaterThan(230)
    client.end()
  })

  it('of a deploy ends when the caller hangs up, and the old containers stay', async () => {
    await dokku.seed([{ name: 'web1', ...stays }])
    const client = await connect(dokku)
    const before = (await run(client, 'ps:report web1')).stdout
    await control(dokku, 'slow', { factor: 10 })
    const channel = await open(client, 'ps:restart web1')
    await new Promise<void>((resolve) => channel.once('data', () => resolve()))
    await expect(run(client, 'ps:restart web1')).resolves.toMatchObject({
      stderr: 'web1 currently has a deploy lock in place. Exiting...\n',
      exitCode: 1,
    })
    channel.close()
    await control(dokku, 'slow', { factor: 1 })
    expect((await run(client, 'ps:report web1')).stdout).toBe(before)
    await expect.poll(async () => (await run(client, 'ps:restart web1')).exitCode).toBe(0)
    client.end()
  })
})

describe('an old version', () => {
  beforeEach(async () => {
    await dokku.remove()
    dokku = await startTestDokku({ version: '0.30.4', plugins: [] })
    await dokku.seed([{ name: 'web1', ...stays }])
  })

  it('knows reports as text only', async () => {
    const client = await connect(dokku)
    expect(await run(client, 'git:report --format json')).toMatchObject({
      stdout: '',
      stderr: expect.stringContaining(' !     Invalid flag passed, valid flags: --git-deploy-branch'),
      exitCode: 0,
    })
    expect(await run(client, 'ps:report web1 --format json')).toMatchObject({ stdout: '', exitCode: 1 })
    expect(await run(client, 'apps:list --format json')).toMatchObject({ stdout: '', exitCode: 2 })
    expect((await run(client, 'git:report')).stdout).toContain(`Git sha:                  ${'a'.repeat(40)}\n`)
    client.end()
  })

  it('without the plugin has no database commands', async () => {
    const client = await connect(dokku)
    expect(await run(client, 'postgres:list')).toMatchObject({
      stderr: expect.stringContaining(' !     `postgres:list` is not a dokku command.'),
      exitCode: 1,
    })
    client.end()
  })
})

describe('an app', () => {
  beforeEach(async () => {
    await dokku.seed([
      {
        name: 'web1',
        ...stays,
        processes: [
          { type: 'web', index: 1, status: 'running' },
          { type: 'worker', index: 1, status: 'restarting' },
        ],
      },
    ])
  })

  it('tells its log by process, count and without decoration, and follows it until the channel closes', async () => {
    const client = await connect(dokku)
    expect((await run(client, 'logs web1 --ps web')).stdout).toMatch(
      /^\u001b\[36m\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z app\[web\.1\]:\u001b\[0m starting web on 5000\n$/,
    )
    expect((await run(client, 'logs web1 --quiet --num 1')).stdout).toBe('starting web on 5000\nworker failing again\n')
    const tail = await open(client, 'logs web1 --tail --quiet --ps web')
    let followed = ''
    tail.on('data', (chunk: Buffer) => {
      followed += chunk
    })
    await expect.poll(() => followed).toBe('starting web on 5000\n')
    await control(dokku, 'crash', { app: 'web1', process: 'web' })
    await expect.poll(() => followed).toBe('starting web on 5000\nweb failing again\n')
    tail.close()
    client.end()
  })

  it('is destroyed without --force only when its name is typed', async () => {
    const client = await connect(dokku)
    const wrong = await open(client, 'apps:destroy web1')
    wrong.end('web2\n')
    await new Promise<void>((resolve) => wrong.resume().on('close', () => resolve()))
    expect((await run(client, 'apps:exists web1')).exitCode).toBe(0)
    const right = await open(client, 'apps:destroy web1')
    right.end('web1\n')
    await new Promise<void>((resolve) => right.resume().on('close', () => resolve()))
    expect((await run(client, 'apps:exists web1')).exitCode).toBe(20)
    client.end()
  })
})
