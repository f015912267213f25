import type { Client } from 'ssh2'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect, control, open, run, startTestDokku } from './test-client.ts'

let dokku: Awaited<ReturnType<typeof startTestDokku>>
beforeEach(async () => {
  dokku = await startTestDokku()
})
afterEach(() => dokku.remove())

const stays = { repo: null, sha: 'a'.repeat(40) }

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
    await control(dokku, 'plugin', { on: true })
    expect((await run(client, 'plugin:list')).stdout).toContain(
      '  berth                0.1.0 enabled    Berth: one cheap look at everything\n',
    )
    expect((await run(client, 'berth:snapshot')).exitCode).toBe(0)
    await control(dokku, 'plugin', { on: false })
    expect((await run(client, 'berth:snapshot')).stderr).toContain(absent)
    client.end()
  })

  it('tells the whole host at once, and what it uses only when asked', async () => {
    await control(dokku, 'plugin', { on: true })
    await control(dokku, 'disk', { totalBytes: 1000, freeBytes: 10 })
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
    await control(dokku, 'plugin', { on: true })
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
    await control(dokku, 'crash', { app: 'web1', process: 'web.2', status: 'restarting', restarts: 3 })
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
