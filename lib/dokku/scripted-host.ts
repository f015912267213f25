import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import ssh2, { type ServerChannel, type Connection as ServerConnection } from 'ssh2'
import type { DokkuHostSettings } from './contract.ts'
import { hostKeyOf } from './host-key.ts'

/** For tests: a real SSH server on loopback whose answers the test writes. */
export interface ScriptedHost {
  settings: DokkuHostSettings
  privateKey: string
  /** The lines that arrived, in order. */
  lines: string[]
  connections: Set<ServerConnection>
  /** Connections accepted so far. */
  connectionCount: number
  /** The most sessions that were open at once. */
  mostSessions: number
  /** Closes the port and every connection; the address stays known. */
  stop(): Promise<void>
  /** Opens the port again. */
  start(): Promise<void>
}

export type Answer = (channel: ServerChannel, line: string, connection: ServerConnection) => void

export interface ScriptedHostOptions {
  answer: Answer
  /** Sessions that one connection may have open; sshd's default. */
  maxSessions?: number
}

/** One in 256 pairs that ssh2 makes is malformed (its public half begins with a zero byte): such a pair is thrown away. */
function keyPair(): { public: string; private: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519')
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair
  }
}

export async function scriptedHost({ answer, maxSessions = 10 }: ScriptedHostOptions): Promise<ScriptedHost> {
  const hostKey = keyPair()
  const clientKey = keyPair()
  const allowed = publicPart(clientKey.public)
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (connection) => {
    host.connections.add(connection)
    host.connectionCount++
    // The types leave this method out; without it every answer waits 40 ms to be acknowledged.
    if ('setNoDelay' in connection && typeof connection.setNoDelay === 'function') connection.setNoDelay(true)
    connection.on('error', () => {})
    connection.on('close', () => host.connections.delete(connection))
    connection.on('authentication', (auth) =>
      auth.method === 'publickey' && auth.key.data.equals(allowed) ? auth.accept() : auth.reject(['publickey']),
    )
    connection.on('ready', () => serveSessions(connection))
  })

  function serveSessions(connection: ServerConnection): void {
    let open = 0
    connection.on('session', (accept, reject) => {
      if (open >= maxSessions) return reject()
      open++
      host.mostSessions = Math.max(host.mostSessions, open)
      const session = accept()
      session.on('close', () => open--)
      session.on('exec', (acceptExec, _reject, { command }) => {
        host.lines.push(command)
        const channel = acceptExec()
        // A channel whose input nobody reads never says that it was closed.
        channel.resume()
        answer(channel, command, connection)
      })
    })
  }

  async function listen(port: number): Promise<number> {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  const host: ScriptedHost = {
    settings: {
      name: 'review',
      address: '127.0.0.1',
      port: 0,
      user: 'dokku',
      hostKeyFingerprint: hostKeyOf(publicPart(hostKey.public)).fingerprint,
    },
    privateKey: clientKey.private,
    lines: [],
    connections: new Set(),
    connectionCount: 0,
    mostSessions: 0,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const connection of host.connections) connection.end()
      await closed
    },
    async start() {
      host.settings.port = await listen(host.settings.port)
    },
  }
  await host.start()
  return host
}

/** Ends a command as Dokku would. */
export function finish(channel: ServerChannel, stdout: string, { exitCode = 0, stderr = '' } = {}): void {
  if (stderr !== '') channel.stderr.write(stderr)
  channel.write(stdout)
  channel.exit(exitCode)
  channel.end()
}

function publicPart(key: string): Buffer {
  const parsed = ssh2.utils.parseKey(key)
  if (parsed instanceof Error) throw parsed
  return parsed.getPublicSSH()
}

export const anotherPrivateKey = (): string => keyPair().private

/** Writes this many bytes as fast as the other side takes them; tells how many it took until the channel was closed. */
export function pour(channel: ServerChannel, bytes: number, chunk = Buffer.alloc(64 * 1024, 'x')) {
  const poured = { bytes: 0, closed: false }
  channel.on('error', () => {})
  channel.on('close', () => {
    poured.closed = true
  })
  const more = (): void => {
    while (!poured.closed && poured.bytes < bytes) {
      poured.bytes += chunk.length
      if (!channel.write(chunk)) {
        channel.once('drain', more)
        return
      }
    }
    if (poured.closed) return
    channel.exit(0)
    channel.end()
  }
  more()
  return poured
}
