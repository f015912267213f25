import { once } from 'node:events'
import { get as httpGet, type IncomingMessage } from 'node:http'
import { type PeerCertificate, connect as tlsConnect } from 'node:tls'
import type { Client, ClientChannel } from 'ssh2'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { generateKeyPair } from './key-pair.ts'
import { connect, run, startTestDokku } from './test-client.ts'

let dokku: Awaited<ReturnType<typeof startTestDokku>>
beforeEach(async () => {
  dokku = await startTestDokku()
})
afterEach(() => dokku.remove())

async function control(path: string, body?: object, method = 'POST'): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${dokku.httpPort}/__control/${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  expect(answer.status).toBe(200)
  return answer.json()
}

function open(client: Client, line: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(line, (error, channel) => (error ? reject(error) : resolve(channel)))
  })
}

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
    await control('host-key/rotate')
    await dropped
    expect(dokku.hostKeyFingerprint).not.toBe(before)
    const again = await connect(dokku)
    expect((await run(again, 'version')).exitCode).toBe(0)
    again.end()
  })

  it('make the host unreachable and reachable again on the same port', async () => {
    const port = dokku.sshPort
    await control('unreachable', { on: true })
    await expect(connect(dokku)).rejects.toThrow('ECONNREFUSED')
    await control('unreachable', { on: false })
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
    await control('crash', { app: 'web1', process: 'web', status: 'restarting' })
    await control('apps/destroy', { app: 'web2' })
    expect((await run(client, 'ps:report web1')).stdout).toContain('restarting (CID: ')
    expect((await run(client, 'apps:list --format json')).stdout).toBe('["web1"]\n')
    expect((await run(client, 'postgres:list')).stdout).toContain('web2-database')
    await control('reset')
    expect((await run(client, 'apps:list --format json')).stdout).toBe('["web1","web2"]\n')
    expect((await run(client, 'ps:report web1 --running')).stdout).toBe('true\n')
    client.end()
  })

  it('tell every command with its words, exit code and times', async () => {
    const client = await connect(dokku)
    await run(client, 'apps:exists nosuch')
    client.end()
    expect(await control('commands', undefined, 'GET')).toEqual([
      {
        line: 'apps:exists nosuch',
        words: ['apps:exists', 'nosuch'],
        exitCode: 20,
        startedAt: expect.any(String),
        endedAt: expect.any(String),
      },
    ])
    await control('commands', undefined, 'DELETE')
    expect(await control('commands', undefined, 'GET')).toEqual([])
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
    await control('slow', { factor: 10 })
    const channel = await open(client, 'ps:restart web1')
    await new Promise<void>((resolve) => channel.once('data', () => resolve()))
    await expect(run(client, 'ps:restart web1')).resolves.toMatchObject({
      stderr: 'web1 currently has a deploy lock in place. Exiting...\n',
      exitCode: 1,
    })
    channel.close()
    await control('slow', { factor: 1 })
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
    await control('crash', { app: 'web1', process: 'web' })
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

describe('the plugin berth', () => {
  interface Snapshot {
    apps: { name: string; processes: Record<string, unknown>[]; [fact: string]: unknown }[]
    services: Record<string, unknown>[]
    [fact: string]: unknown
  }

  beforeEach(async () => {
    await dokku.seed([
      { name: 'web1', ...stays, createdAt: new Date('2026-11-01T00:00:00Z'), database: { name: 'db1', linked: true } },
      { name: 'never1', repo: null, sha: null },
    ])
  })

  async function snapshot(client: Client, flags = ''): Promise<Snapshot> {
    return JSON.parse((await run(client, `berth:snapshot${flags}`)).stdout)
  }

  it('is there only when it is installed', async () => {
    const client = await connect(dokku)
    const absent = ' !     `berth:snapshot` is not a dokku command.'
    expect((await run(client, 'berth:snapshot')).stderr).toContain(absent)
    expect((await run(client, 'plugin:list')).stdout).not.toContain('berth')
    await control('plugin', { on: true })
    expect((await run(client, 'plugin:list')).stdout).toContain(
      '  berth                0.1.0 enabled    Berth: one cheap look at everything\n',
    )
    expect((await run(client, 'berth:snapshot')).exitCode).toBe(0)
    await control('plugin', { on: false })
    expect((await run(client, 'berth:snapshot')).stderr).toContain(absent)
    client.end()
  })

  it('tells the whole host at once, and what it uses only when asked', async () => {
    await control('plugin', { on: true })
    await control('disk', { totalBytes: 1000, freeBytes: 10 })
    const client = await connect(dokku)
    const whole = await snapshot(client)
    expect(whole).toMatchObject({
      format: 1,
      plugin: '0.1.0',
      dokku: '0.38.27',
      'service-plugins': ['postgres'],
      disk: { 'total-bytes': 1000, 'free-bytes': 10 },
      services: [{ plugin: 'postgres', name: 'db1', status: 'running', links: ['web1'] }],
    })
    expect(whole.apps).toMatchObject([
      { name: 'never1', deployed: false, sha: '', 'deployed-at': null, processes: [] },
      {
        name: 'web1',
        'created-at': Date.parse('2026-11-01T00:00:00Z') / 1000,
        deployed: true,
        locked: false,
        sha: stays.sha,
        domains: ['web1.localhost'],
        scale: { web: 1 },
        processes: [{ type: 'web', index: 1, status: 'running', restarts: 0, 'memory-bytes': null }],
      },
    ])
    expect(JSON.stringify(whole)).not.toContain('postgres://')
    expect(whole.services[0]?.['size-bytes']).toBeNull()
    const used = await snapshot(client, ' --usage')
    expect(used.apps[1]?.processes[0]?.['memory-bytes']).toEqual(expect.any(Number))
    expect(used.services[0]?.['size-bytes']).toEqual(expect.any(Number))
    expect((await run(client, 'berth:snapshot web1')).exitCode).toBe(1)
    client.end()
  })

  it('streams what happens to apps, from their creation to their end', async () => {
    await control('plugin', { on: true })
    const client = await connect(dokku)
    const stream = await open(client, 'berth:events')
    let heard = ''
    stream.on('data', (chunk: Buffer) => {
      heard += chunk
    })
    const lines = () =>
      heard
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    await expect.poll(() => lines()).toMatchObject([{ kind: 'ready', at: expect.any(String) }])
    for (const line of ['apps:create web2', 'apps:lock web2', 'ps:stop web1', 'ps:scale web1 web=2'])
      await run(client, line)
    await control('crash', { app: 'web1', process: 'web.2', status: 'restarting', restarts: 3 })
    await run(client, 'apps:destroy web1 --force')
    const told = (kinds: string[]) =>
      lines()
        .slice(1)
        .filter(({ kind }) => kinds.includes(kind))
        .map(({ app, kind, process }) => [app, kind, process].filter(Boolean).join(' '))
    // What Docker tells comes at once and in order; what is seen by looking, with the next look.
    await expect
      .poll(() => told(['stopped', 'started', 'deployed', 'died']))
      .toEqual([
        'web1 stopped web.1',
        'web1 started web.1',
        'web1 started web.2',
        'web1 deployed',
        'web1 died web.2',
        'web1 stopped web.1',
        'web1 stopped web.2',
      ])
    expect(lines().find(({ kind }) => kind === 'died').words).toBe('web.2 died with exit code 1.')
    await expect
      .poll(() => told(['created', 'destroyed', 'locked', 'unlocked', 'scaled']), { timeout: 5000 })
      .toEqual(['web1 destroyed', 'web2 created', 'web2 locked'])
    stream.close()
    client.end()
  })
})

describe('a program that ends at once', () => {
  it('is started again ten times, and then no more', async () => {
    await dokku.remove()
    dokku = await startTestDokku({ restartDelayMs: 0.1 })
    await dokku.seed([{ name: 'web1', ...stays }])
    const client = await connect(dokku)
    await control('crash', { app: 'web1' })
    await expect.poll(async () => (await run(client, 'ps:report web1')).stdout).toContain('exited (CID: ')
    const inspected = JSON.parse((await run(client, 'ps:inspect web1')).stdout)
    expect(inspected).toMatchObject([{ RestartCount: 10, State: { ExitCode: 1, Status: 'exited' } }])
    client.end()
  })

  it('can be held where it is, with its count', async () => {
    await dokku.seed([{ name: 'web1', ...stays }])
    const client = await connect(dokku)
    await control('crash', { app: 'web1', status: 'restarting', restarts: 4, exitCode: 137, oomKilled: true })
    const inspected = JSON.parse((await run(client, 'ps:inspect web1')).stdout)
    expect(inspected).toMatchObject([
      { RestartCount: 4, State: { ExitCode: 137, OOMKilled: true, Status: 'restarting' } },
    ])
    client.end()
  })
})

describe('a log that is followed', () => {
  async function follow(client: Client, line: string): Promise<{ text(): string; ended: Promise<void> }> {
    const channel = await open(client, line)
    let text = ''
    channel.on('data', (chunk: Buffer) => {
      text += chunk
    })
    return { text: () => text, ended: new Promise((resolve) => channel.on('close', () => resolve())) }
  }

  beforeEach(() => dokku.seed([{ name: 'web1', ...stays }]))

  it.each(['apps:destroy web1 --force', 'ps:restart web1', 'ps:stop web1'])(
    'ends with its container, after %s',
    async (line) => {
      const client = await connect(dokku)
      const followed = await follow(client, 'logs web1 --tail --quiet')
      await expect.poll(followed.text).toBe('starting web on 5000\n')
      await run(client, line)
      await followed.ended
      expect(followed.text()).toBe('starting web on 5000\n')
      client.end()
    },
  )

  it('of a container that does not run has nothing to follow', async () => {
    const client = await connect(dokku)
    await run(client, 'ps:stop web1')
    expect(await run(client, 'logs web1 --tail --quiet')).toMatchObject({
      stdout: 'starting web on 5000\n',
      exitCode: 0,
    })
    client.end()
  })

  it('shows each request, and begins anew with a new container', async () => {
    const client = await connect(dokku)
    const headers = { host: `web1.localhost:${dokku.httpPort}` }
    const socket = await get(headers)
    expect(socket).toBe(200)
    const lines = (await run(client, 'logs web1 --quiet')).stdout
    expect(lines).toMatch(/Started GET "\/posts" for 172\.17\.0\.1/)
    expect(lines).toContain('\u001b[1m\u001b[36mPost Load')
    await run(client, 'ps:restart web1')
    expect((await run(client, 'logs web1 --quiet')).stdout).toBe('starting web on 5000\n')
    client.end()
  })

  it('floods as fast as the reader takes it, and waits for a reader who does not', async () => {
    const client = await connect(dokku)
    const channel = await open(client, 'logs web1 --tail')
    await new Promise<void>((resolve) => channel.once('data', () => resolve()))
    channel.pause()
    let received = 0
    await control('flood', { app: 'web1', megabytes: 20 })
    const before = process.memoryUsage().arrayBuffers
    await run(client, 'apps:list')
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000)
    channel.on('data', (chunk: Buffer) => {
      received += chunk.length
    })
    channel.resume()
    await expect.poll(() => received, { timeout: 20_000 }).toBeGreaterThanOrEqual(20_000_000)
    channel.close()
    client.end()
  })
})

describe('a bad host', () => {
  beforeEach(() => dokku.seed(['web1', 'web2', 'web3'].map((name) => ({ name, ...stays }))))

  it('loses the connection in the middle of one answer, and is well afterwards', async () => {
    const whole = await connect(dokku)
    const { stdout } = await run(whole, 'apps:report')
    await control('die', { command: 'apps:report' })
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
    await control('garbage', { command: 'apps:list', text: 'perl: warning: Setting locale failed.\n' })
    await control('garbage', { command: '*', text: 'noise\n', stream: 'stderr' })
    expect(await run(client, 'apps:list --format json')).toEqual({
      stdout: 'perl: warning: Setting locale failed.\n["web1","web2","web3"]\n',
      stderr: '',
      exitCode: 0,
    })
    expect((await run(client, 'version')).stderr).toBe('noise\n')
    await control('garbage', undefined, 'DELETE')
    expect((await run(client, 'version')).stderr).toBe('')
    client.end()
  })

  it('has other service plugins, and another version', async () => {
    const client = await connect(dokku)
    await control('services', { plugins: ['redis'] })
    await control('version', { version: '0.37.2' })
    expect((await run(client, 'postgres:list')).exitCode).toBe(1)
    expect((await run(client, 'redis:list')).stderr).toBe(' !     There are no Redis services\n')
    expect((await run(client, 'version')).stdout).toBe('dokku version 0.37.2\n')
    client.end()
  })

  it('cannot destroy an app whose files it may not remove, and can once it may', async () => {
    await dokku.seed([{ name: 'web1', ...stays, database: { name: 'db1', linked: true } }])
    await control('destroy-fails', { app: 'web1' })
    const client = await connect(dokku)
    expect(await run(client, 'apps:destroy web1 --force')).toMatchObject({
      stderr: ' !     unlinkat /var/lib/dokku/data/apps/web1/tmp: permission denied\n',
      exitCode: 1,
    })
    expect((await run(client, 'ps:report web1')).stdout).toContain('missing (CID: ')
    expect((await run(client, 'postgres:links db1')).stdout).toBe('')
    await control('destroy-fails', { app: 'web1', on: false })
    expect((await run(client, 'apps:destroy web1 --force')).exitCode).toBe(0)
    client.end()
  })

  it('is as large as asked', async () => {
    await control('seed', { apps: 500 })
    const client = await connect(dokku)
    const names = JSON.parse((await run(client, 'apps:list --format json')).stdout)
    expect(names).toHaveLength(503)
    expect(names.slice(0, 1)).toEqual(['load-0001'])
    client.end()
  })
})

describe('the proxy', () => {
  beforeEach(() => dokku.seed([{ name: 'web1', ...stays }]))

  const visit = () => get({ host: `web1.localhost:${dokku.httpPort}` })

  it('answers for one app as asked, while its processes are well', async () => {
    expect(await visit()).toBe(200)
    await control('web', { app: 'web1', status: 503 })
    expect(await visit()).toBe(503)
    const client = await connect(dokku)
    expect((await run(client, 'ps:report web1 --running')).stdout).toBe('true\n')
    client.end()
    await control('web', { app: 'web1', redirect: 'http://10.0.0.1/' })
    expect(await visit()).toBe(302)
    await control('web', { app: 'web1' })
    expect(await visit()).toBe(200)
  })

  it('serves an app with a certificate over HTTPS, sends others there, and shakes hands for no other name', async () => {
    await control('certificate', { app: 'web1', expiresInDays: 9 })
    expect(await visit()).toBe(301)
    const shown = await certificateOf('web1.localhost')
    const days = (Date.parse(shown.valid_to) - Date.now()) / (24 * 3_600_000)
    expect(Math.round(days)).toBe(9)
    await expect(certificateOf('web2.localhost')).rejects.toThrow()
    await control('certificate', { app: 'web1', expiresInDays: null })
    await expect(certificateOf('web1.localhost')).rejects.toThrow()
  })
})

async function get(headers: { host: string }): Promise<number | undefined> {
  const request = httpGet({ host: '127.0.0.1', port: dokku.httpPort, path: '/posts', headers })
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  answer.resume()
  return answer.statusCode
}

async function certificateOf(servername: string): Promise<PeerCertificate> {
  const socket = tlsConnect({ host: '127.0.0.1', port: dokku.httpsPort, servername, rejectUnauthorized: false })
  try {
    await once(socket, 'secureConnect')
    return socket.getPeerCertificate()
  } finally {
    socket.destroy()
  }
}
