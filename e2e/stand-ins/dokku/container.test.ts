import type { Client } from 'ssh2'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect, control, open, run, startTestDokku, visit } from './test-client.ts'

let dokku: Awaited<ReturnType<typeof startTestDokku>>
beforeEach(async () => {
  dokku = await startTestDokku()
})
afterEach(() => dokku.remove())

const stays = { repo: null, sha: 'a'.repeat(40) }

describe('a program that ends at once', () => {
  it('is started again ten times, and then no more', async () => {
    await dokku.remove()
    dokku = await startTestDokku({ restartDelayMs: 0.1 })
    await dokku.seed([{ name: 'web1', ...stays }])
    const client = await connect(dokku)
    await control(dokku, 'crash', { app: 'web1' })
    await expect.poll(async () => (await run(client, 'ps:report web1')).stdout).toContain('exited (CID: ')
    const inspected = JSON.parse((await run(client, 'ps:inspect web1')).stdout)
    expect(inspected).toMatchObject([{ RestartCount: 10, State: { ExitCode: 1, Status: 'exited' } }])
    client.end()
  })

  it('can be held where it is, with its count', async () => {
    await dokku.seed([{ name: 'web1', ...stays }])
    const client = await connect(dokku)
    await control(dokku, 'crash', { app: 'web1', status: 'restarting', restarts: 4, exitCode: 137, oomKilled: true })
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
    expect(await visit(dokku, 'web1')).toBe(200)
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
    await control(dokku, 'flood', { app: 'web1', megabytes: 20 })
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
