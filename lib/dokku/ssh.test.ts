import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { type Answer, anotherPrivateKey, finish, pour, type ScriptedHost, scriptedHost } from './scripted-host.ts'
import { createSsh, type Ssh, type SshOptions } from './ssh.ts'

const opened: { stop(): Promise<void> | void }[] = []

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.stop()
})

async function hostThat(answer: Answer, more: { maxSessions?: number } = {}): Promise<ScriptedHost> {
  const host = await scriptedHost({ answer, ...more })
  opened.push({ stop: () => host.stop().catch(() => {}) })
  return host
}

function sshTo(
  host: ScriptedHost,
  options: Partial<SshOptions> = {},
  fingerprint = host.settings.hostKeyFingerprint,
): Ssh {
  const settings = { ...host.settings, hostKeyFingerprint: fingerprint }
  const ssh = createSsh(settings, { privateKey: host.privateKey, backoffMs: 200, ...options })
  opened.push({ stop: () => ssh.close() })
  return ssh
}

const echo: Answer = (channel, line) => finish(channel, `${line}\n`)

const unavailable = (words: string) =>
  expect.objectContaining({ kind: 'unavailable', system: 'dokku', message: expect.stringContaining(words) })

test('a command ends with its output and exit code', async () => {
  const host = await hostThat((channel) => finish(channel, 'out é\n', { exitCode: 20, stderr: ' !     no\n' }))
  expect(await sshTo(host).run('apps:list')).toEqual({ exitCode: 20, stdout: 'out é\n', stderr: ' !     no\n' })
})

test('many commands share one connection, at most eight sessions at once', async () => {
  const host = await hostThat(async (channel, line) => {
    await wait(10)
    finish(channel, line)
  })
  const ssh = sshTo(host)
  const outputs = await Promise.all(Array.from({ length: 40 }, (_, index) => ssh.run(`ps:report app${index}`)))
  expect(outputs.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 40 }, (_, index) => `ps:report app${index}`))
  expect(host.connectionCount).toBe(1)
  expect(host.mostSessions).toBe(8)
  expect(ssh.connectionCount).toBe(1)
  expect(ssh.commandCount).toBe(40)
})

test('a session that the host has no room for is asked for again', async () => {
  const host = await hostThat(
    async (channel, line) => {
      await wait(30)
      finish(channel, line)
    },
    { maxSessions: 3 },
  )
  const ssh = sshTo(host)
  const outputs = await Promise.all(Array.from({ length: 8 }, (_, index) => ssh.run(`n${index}`)))
  expect(outputs.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 8 }, (_, index) => `n${index}`))
  expect(host.lines).toHaveLength(8)
  expect(host.connectionCount).toBe(1)
})

test('another key than the pinned one is refused, with both fingerprints and the way out', async () => {
  const host = await hostThat(echo)
  const pinned = `SHA256:${'A'.repeat(43)}`
  const ssh = sshTo(host, {}, pinned)
  const shown = host.settings.hostKeyFingerprint as string
  await expect(ssh.run('version')).rejects.toMatchObject({
    kind: 'refused',
    system: 'dokku',
    message: expect.stringMatching(/ssh-keygen -lf \/etc\/ssh\/ssh_host_ed25519_key\.pub/),
  })
  await expect(ssh.run('version')).rejects.toThrowError(pinned)
  await expect(ssh.run('version')).rejects.toThrowError(shown)
  expect(ssh.refusedKey).toBe(shown)
  expect(host.lines).toEqual([])
})

test('without a pinned key every host is refused, and the key that it showed is told', async () => {
  const host = await hostThat(echo)
  const ssh = sshTo(host, {}, null)
  await expect(ssh.run('version')).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringContaining(host.settings.hostKeyFingerprint as string),
  })
  expect(ssh.refusedKey).toBe(host.settings.hostKeyFingerprint)
})

test('a key that the host does not know is forbidden, with the command that adds it', async () => {
  const host = await hostThat(echo)
  const ssh = sshTo(host, { privateKey: anotherPrivateKey() })
  await expect(ssh.run('version')).rejects.toMatchObject({
    kind: 'forbidden',
    message: expect.stringMatching(/echo "ssh-ed25519 [A-Za-z0-9+/=]+" \| sudo dokku ssh-keys:add/),
  })
  expect(ssh.refusedKey).toBeNull()
})

test.each([[null], ['not a key'], ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJv']])(
  '%j is no private key',
  async (key) => {
    const host = await hostThat(echo)
    await expect(sshTo(host, { privateKey: key }).run('version')).rejects.toMatchObject({ kind: 'invalid' })
    expect(host.connectionCount).toBe(0)
  },
)

test('a failed attempt is remembered until its backoff is over, then the host is tried again', async () => {
  const host = await hostThat(echo)
  const ssh = sshTo(host)
  await host.stop()
  await expect(ssh.run('version')).rejects.toEqual(unavailable('ECONNREFUSED'))
  await host.start()
  await expect(ssh.run('version')).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringMatching(/ECONNREFUSED.* since 20\d\d-.*next attempt/),
    retryAfterSeconds: 1,
  })
  expect(host.connectionCount).toBe(0)
  await wait(220)
  expect((await ssh.run('version')).stdout).toBe('version\n')
})

test('callers at one time share one attempt', async () => {
  const host = await hostThat(echo)
  const ssh = sshTo(host, {}, `SHA256:${'A'.repeat(43)}`)
  const results = await Promise.allSettled([ssh.run('a'), ssh.run('b'), ssh.run('c')])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(host.connectionCount).toBe(1)
})

test('a host that accepts and says nothing is given up', async () => {
  const sockets = new Set<Socket>()
  const silent = createServer((socket) => sockets.add(socket))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  opened.push({
    stop: () => {
      for (const socket of sockets) socket.destroy()
      silent.close()
    },
  })
  const { port } = silent.address() as AddressInfo
  const ssh = createSsh(
    { name: 'review', address: '127.0.0.1', port, user: 'dokku', hostKeyFingerprint: null },
    { privateKey: anotherPrivateKey(), connectTimeoutMs: 100 },
  )
  opened.push({ stop: () => ssh.close() })
  await expect(ssh.run('version')).rejects.toEqual(unavailable('Timed out'))
})

test('a read under which the connection was lost is sent once more', async () => {
  let deaths = 0
  const host = await hostThat((channel, line, connection) => {
    if (deaths++ === 0) connection.end()
    else finish(channel, line)
  })
  expect((await sshTo(host).run('apps:list', { repeatable: true })).stdout).toBe('apps:list')
  expect(host.lines).toEqual(['apps:list', 'apps:list'])
  expect(host.connectionCount).toBe(2)
})

test('a change under which the connection was lost is never repeated', async () => {
  const host = await hostThat((_channel, _line, connection) => connection.end())
  await expect(sshTo(host).run('apps:destroy web1 --force')).rejects.toEqual(
    unavailable('lost in the middle of apps:destroy, and what came of it is not known'),
  )
  expect(host.lines).toEqual(['apps:destroy web1 --force'])
})

test('a read that kills every connection is not repeated for ever', async () => {
  const host = await hostThat((_channel, _line, connection) => connection.end())
  await expect(sshTo(host).run('apps:list', { repeatable: true })).rejects.toEqual(unavailable('lost in the middle'))
  expect(host.lines).toHaveLength(2)
})

test('a connection that was lost while idle is opened again', async () => {
  const host = await hostThat(echo)
  const ssh = sshTo(host)
  await ssh.run('one')
  for (const connection of host.connections) connection.end()
  await wait(20)
  expect((await ssh.run('two')).stdout).toBe('two\n')
  expect(ssh.connectionCount).toBe(2)
})

test('a connection that falls silent without closing is noticed', async () => {
  const host = await hostThat(echo)
  const sockets: Socket[] = []
  const proxy = createServer((near) => {
    const far = connect(host.settings.port, '127.0.0.1')
    near.pipe(far).pipe(near)
    sockets.push(near, far)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  opened.push({
    stop: () => {
      for (const socket of sockets) socket.destroy()
      proxy.close()
    },
  })
  const { port } = proxy.address() as AddressInfo
  const ssh = createSsh({ ...host.settings, port }, { privateKey: host.privateKey, keepaliveMs: 30 })
  opened.push({ stop: () => ssh.close() })
  await ssh.run('one')
  for (const socket of sockets) socket.unpipe().pause()
  expect((await ssh.run('two', { repeatable: true })).stdout).toBe('two\n')
  expect(ssh.connectionCount).toBe(2)
})

test('half an answer is not an answer', async () => {
  const host = await hostThat((channel, _line, connection) => {
    channel.write('["web1"]\n')
    setTimeout(() => connection.end(), 20)
  })
  await expect(sshTo(host).run('apps:list --format json')).rejects.toEqual(unavailable('lost in the middle'))
})

test('a slow command is given up, its channel closed, and the connection lives on', async () => {
  let closed = false
  const host = await hostThat((channel, line) => {
    if (line !== 'slow') return finish(channel, line)
    channel.on('close', () => {
      closed = true
    })
  })
  const ssh = sshTo(host, { commandTimeoutMs: 100 })
  await expect(ssh.run('slow', { repeatable: true })).rejects.toEqual(unavailable('within 0.1 s'))
  expect((await ssh.run('quick')).stdout).toBe('quick')
  expect(host.connectionCount).toBe(1)
  expect(closed).toBe(true)
})

test('an asker who gives up ends the command on the host', async () => {
  let closed = false
  const host = await hostThat((channel) => {
    channel.on('close', () => {
      closed = true
    })
  })
  const ssh = sshTo(host)
  const asker = new AbortController()
  const running = ssh.run('logs web1 --num 10', { signal: asker.signal })
  setTimeout(() => asker.abort(), 100)
  await expect(running).rejects.toEqual(unavailable('given up'))
  await expect.poll(() => closed).toBe(true)
  await expect(ssh.run('version', { signal: AbortSignal.abort() })).rejects.toEqual(unavailable('given up'))
})

test('50 MB are no answer: they are cut off, and the connection lives on', async () => {
  const flood = 50 * 1024 * 1024
  let poured = { bytes: 0, closed: false }
  const host = await hostThat((channel, line) => {
    if (line === 'version') return finish(channel, line)
    poured = pour(channel, flood)
  })
  const ssh = sshTo(host)
  await expect(ssh.run('apps:report')).rejects.toEqual(
    unavailable('answered apps:report with more than 16777216 bytes'),
  )
  expect((await ssh.run('version')).stdout).toBe('version')
  await vi.waitUntil(() => poured.closed, { timeout: 4000 })
  expect(poured.bytes).toBeLessThan(flood / 2)
  expect(host.connectionCount).toBe(1)
})

test('of a change that prints 50 MB the end is kept', async () => {
  const host = await hostThat((channel) => {
    channel.write('beginning\n')
    channel.stderr.write(' !     App build failed\n')
    pour(channel, 50 * 1024 * 1024, Buffer.from(`${'x'.repeat(1023)}\n`.repeat(64)))
  })
  const { stdout, stderr, exitCode } = await sshTo(host).run('ps:rebuild web1', { tailBytes: 4096 })
  expect(exitCode).toBe(0)
  expect(stdout).toHaveLength(3 * 1024)
  expect(stderr).toBe(' !     App build failed\n')
})

test('seconds are those in which a session was open', async () => {
  const host = await hostThat(async (channel, line) => {
    await wait(50)
    finish(channel, line)
  })
  const ssh = sshTo(host)
  expect(ssh.commandSeconds).toBe(0)
  await Promise.all(Array.from({ length: 16 }, (_, index) => ssh.run(`n${index}`)))
  // Half of them waited for a session: with their waiting it would be 24 times 50 ms.
  expect(ssh.commandSeconds).toBeGreaterThan(15 * 0.05)
})

test('a command that a signal ended has no exit code', async () => {
  const host = await hostThat((channel) => {
    channel.exit('KILL', false, '')
    channel.end()
  })
  expect((await sshTo(host).run('version')).exitCode).toBeNull()
})

test('closing ends what runs, without sending it again; the next command opens a new connection', async () => {
  const host = await hostThat((channel, line) => {
    if (line !== 'slow') finish(channel, line)
  })
  const ssh = sshTo(host)
  const running = ssh.run('slow', { repeatable: true })
  await ssh.run('quick')
  const ended = expect(running).rejects.toEqual(unavailable('Berth closed the connection'))
  ssh.close()
  await ended
  expect(host.lines.filter((line) => line === 'slow')).toHaveLength(1)
  expect((await ssh.run('quick')).stdout).toBe('quick')
  expect(ssh.connectionCount).toBe(2)
})
