import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2'
import type { Streams } from './call.ts'
import { type HostKey, openHostKey, rotateHostKey } from './host-key.ts'

/** The SSH side of a host: one forced command for the user `dokku`, and the doors to break it. */
export interface SshDoor {
  readonly port: number
  readonly hostKey: HostKey
  /** A new host key; whoever is connected is dropped. */
  rotateHostKey(): Promise<void>
  /** Nobody listens any more; whoever is connected is dropped. */
  close(): Promise<void>
  /** Listens again on the same port. */
  open(): Promise<void>
}

export interface SshSettings {
  dir: string
  /** 0 takes a free one. */
  port: number
  /** Public keys in OpenSSH form. */
  authorizedKeys(): string[]
  /** What signing in costs. */
  greet(): Promise<void>
  run(line: string, streams: Streams, signal: AbortSignal): Promise<number>
}

/** OpenSSH's default `MaxSessions`. */
const maximumSessions = 10
/** A closed session counts a little longer: its process has to end first. */
const lingeringMs = 5

export async function openSsh(settings: SshSettings): Promise<SshDoor> {
  const sockets = new Set<Socket>()
  let hostKey = openHostKey(settings.dir)
  let port = settings.port
  let server: Server | null = null

  const door: SshDoor = {
    get port() {
      return port
    },
    get hostKey() {
      return hostKey
    },
    async open() {
      if (server) return
      const opened = createServer({ noDelay: true }, (socket) => {
        sockets.add(socket)
        socket.on('close', () => sockets.delete(socket))
        // A protocol of its own for each, so that what serves a connection can drop it.
        new ssh2.Server({ hostKeys: [hostKey.privateKey] }, (connection) =>
          serve(connection, { ...settings, drop: () => socket.destroySoon() }),
        ).injectSocket(socket)
      })
      server = opened
      opened.listen(port, '127.0.0.1')
      await once(opened, 'listening')
      port = (opened.address() as AddressInfo).port
    },
    async close() {
      if (!server) return
      const closing = server
      server = null
      const closed = new Promise((resolve) => closing.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
    async rotateHostKey() {
      const wasOpen = server !== null
      await door.close()
      hostKey = rotateHostKey(settings.dir)
      if (wasOpen) await door.open()
    },
  }
  await door.open()
  return door
}

interface Serving extends SshSettings {
  drop(): void
}

function serve(connection: Connection, settings: Serving): void {
  const gone = new AbortController()
  let sessions = 0
  connection.on('error', () => undefined)
  connection.on('close', () => gone.abort())
  connection.on('authentication', async (attempt) => {
    if (!isAuthorized(attempt, settings.authorizedKeys())) return attempt.reject(['publickey'])
    await settings.greet()
    attempt.accept()
  })
  connection.on('session', (accept, reject) => {
    if (sessions >= maximumSessions) return reject()
    sessions += 1
    const session = accept()
    let counted = true
    session.on('close', () => {
      if (counted) setTimeout(() => (sessions -= 1), lingeringMs)
      counted = false
    })
    session.on('pty', (acceptPty) => acceptPty())
    session.on('env', (acceptEnv) => acceptEnv?.())
    session.on('exec', (acceptExec, _reject, { command }) => {
      const channel = acceptExec()
      channel.on('close', () => session.emit('close'))
      void execute(channel, command, gone.signal, settings)
    })
  })
}

async function execute(channel: ServerChannel, line: string, gone: AbortSignal, { run, drop }: Serving) {
  const closed = new AbortController()
  channel.on('close', () => closed.abort())
  channel.on('error', () => undefined)
  const dropped = () => {
    closed.abort()
    drop()
  }
  // A channel nobody reads never tells that it was closed.
  const stdin = channel.pipe(new PassThrough())
  const streams = { stdin, stdout: channel.stdout, stderr: channel.stderr, drop: dropped }
  const exitCode = await run(line, streams, AbortSignal.any([closed.signal, gone]))
  if (closed.signal.aborted || gone.aborted) return
  channel.exit(exitCode)
  channel.end()
}

function isAuthorized(attempt: AuthContext, authorizedKeys: string[]): boolean {
  if (attempt.method !== 'publickey' || attempt.username !== 'dokku') return false
  const shown = `${attempt.key.algo} ${attempt.key.data.toString('base64')}`
  const line = authorizedKeys.find((key) => key.trim().split(/\s+/).slice(0, 2).join(' ') === shown)
  if (!line) return false
  if (!attempt.signature || !attempt.blob) return true
  const key = ssh2.utils.parseKey(line)
  return !(key instanceof Error) && key.verify(attempt.blob, attempt.signature, attempt.hashAlgo) === true
}
