import { commandOf } from './channel.ts'
import { createConnection } from './connection.ts'
import { createConnectionPool } from './connection-pool.ts'
import type { DokkuHostSettings } from './contract.ts'
import { unreachable } from './dial.ts'
import { carry, type Errand, type Tally } from './errand.ts'
import type { HostKey } from './host-key.ts'
import type { CommandOutput } from './output.ts'
import { pause } from './patience.ts'
import { createSessionSlots } from './session-slots.ts'
import { type Listener, passedOn, tailOfOutput, wholeOutput } from './sink.ts'

/** Runs lines on one host: several at once over one kept connection, and what stays open for long over others. */
export interface Ssh {
  run(line: string, options?: RunOptions): Promise<CommandOutput>
  /**
   * Hands on what a line prints, as long as it does; the rest of its output is the end of what it said on stderr. It is sent
   * again only while nothing was handed on.
   */
  follow(line: string, listener: Listener, signal: AbortSignal): Promise<CommandOutput>
  /** Ends the connections, and what runs on them; the next command opens a new one. */
  close(): void
  /** Times that the kept connection was opened since it was made. */
  readonly connectionCount: number
  /** Commands sent since it was made. */
  readonly commandCount: number
  /** See `Dokku.commandSeconds`. */
  readonly commandSeconds: number
  /** See `Dokku.refusedKey`. */
  readonly refusedKey: string | null
  /** The key by which the host was let in last; `null` until it was. */
  readonly hostKey: HostKey | null
}

export interface RunOptions {
  /** The command only reads, so it is sent once more when the connection was lost under it; any other changes the host. */
  repeatable?: boolean
  signal?: AbortSignal | undefined
  timeoutMs?: number
  /** Keep only the end of what it prints; otherwise too much of it is an error. */
  tailBytes?: number
}

export interface SshOptions {
  /** Text of the key file; `null` when none is configured, which every command then says. */
  privateKey: string | null
  connectTimeoutMs?: number
  commandTimeoutMs?: number
  /** A silent connection is asked for a sign of life this often, and given up after two unanswered. */
  keepaliveMs?: number
  /** The pause after the first failed attempt to connect; it doubles with each, up to `longestBackoffMs`. */
  backoffMs?: number
  longestBackoffMs?: number
  maxOutputBytes?: number
}

/** sshd allows 10 sessions a connection; a pool of 10 was seen to lose some, since a closed one is not free at once. */
const sessionsAtOnce = 8
const mostWaiting = 500
const crowdedTries = 6
const firstCrowdedPauseMs = 50
const mostFollowingConnections = 5
const followedStderrBytes = 8 * 1024

export function createSsh(host: DokkuHostSettings, options: SshOptions): Ssh {
  const connectionOptions = {
    privateKey: options.privateKey,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    keepaliveMs: options.keepaliveMs ?? 10_000,
    backoffMs: options.backoffMs ?? 1000,
    longestBackoffMs: options.longestBackoffMs ?? 15_000,
  }
  const commandTimeoutMs = options.commandTimeoutMs ?? 30_000
  const maxOutputBytes = options.maxOutputBytes ?? 16 * 1024 * 1024
  const connection = createConnection(host, connectionOptions)
  const slots = createSessionSlots({ count: sessionsAtOnce, mostWaiting })
  const pool = createConnectionPool(host, {
    ...connectionOptions,
    mostConnections: mostFollowingConnections,
    seatsEach: sessionsAtOnce,
  })
  const ran: Tally = { commands: 0, seconds: 0 }
  const followed: Tally = { commands: 0, seconds: 0 }

  /** A session that the host had no room for is asked for again: its command never started. */
  async function runInTurn(errand: Errand): Promise<CommandOutput> {
    for (let tries = 1; ; tries++) {
      const output = await carry(host, connection, errand, ran)
      if (output !== 'crowded') return output
      if (tries >= crowdedTries) throw crowdedOut(host)
      await pause(firstCrowdedPauseMs * 2 ** (tries - 1), errand.signal)
    }
  }

  /** A session that one connection had no room for is asked for on the next. */
  async function followSeated(errand: Errand): Promise<CommandOutput> {
    for (let tries = 1; tries <= mostFollowingConnections; tries++) {
      const seat = pool.take()
      try {
        const output = await carry(host, seat.connection, errand, followed)
        if (output !== 'crowded') return output
        seat.crowded()
      } finally {
        seat.giveBack()
      }
    }
    throw crowdedOut(host)
  }

  return {
    async run(line, { repeatable = false, signal, timeoutMs = commandTimeoutMs, tailBytes } = {}) {
      const sink = () =>
        tailBytes === undefined ? wholeOutput(commandOf(line), maxOutputBytes) : tailOfOutput(tailBytes)
      const giveBack = await slots.take(signal)
      try {
        return await runInTurn({ line, sink, mayRepeat: () => repeatable, changes: !repeatable, timeoutMs, signal })
      } finally {
        giveBack()
      }
    },
    follow(line, { onText, ...listener }, signal) {
      let handedOn = false
      const onFirstText = (text: string) => {
        handedOn = true
        return onText(text)
      }
      const sink = () => passedOn({ ...listener, onText: onFirstText }, followedStderrBytes)
      return followSeated({ line, sink, mayRepeat: () => !handedOn, changes: false, timeoutMs: null, signal })
    },
    close() {
      connection.close()
      pool.close()
    },
    get connectionCount() {
      return connection.openedCount
    },
    get commandCount() {
      return ran.commands + followed.commands
    },
    get commandSeconds() {
      return ran.seconds
    },
    get refusedKey() {
      return connection.refusedKey
    },
    get hostKey() {
      return connection.hostKey
    },
  }
}

const crowdedOut = (host: DokkuHostSettings) => unreachable(host, 'it opens no more sessions on its connection')
