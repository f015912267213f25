import { type ChannelOutcome, runInChannel } from './channel.ts'
import { createConnection } from './connection.ts'
import type { DokkuHostSettings } from './contract.ts'
import { unreachable } from './dial.ts'
import type { CommandOutput } from './output.ts'
import { orGivenUp, pause } from './patience.ts'
import { createSessionSlots } from './session-slots.ts'

/** Runs lines on one host over one kept connection, several at once. */
export interface Ssh {
  run(line: string, options?: RunOptions): Promise<CommandOutput>
  /** Ends the connection, and what runs on it; the next command opens a new one. */
  close(): void
  /** Connections opened since it was made. */
  readonly connectionCount: number
  /** Commands sent since it was made. */
  readonly commandCount: number
  /** See `Dokku.refusedKey`. */
  readonly refusedKey: string | null
}

export interface RunOptions {
  /** The command only reads, so it is sent once more when the connection was lost under it. */
  repeatable?: boolean
  signal?: AbortSignal | undefined
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

export function createSsh(host: DokkuHostSettings, options: SshOptions): Ssh {
  const connection = createConnection(host, {
    privateKey: options.privateKey,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    keepaliveMs: options.keepaliveMs ?? 10_000,
    backoffMs: options.backoffMs ?? 1000,
    longestBackoffMs: options.longestBackoffMs ?? 15_000,
  })
  const timeoutMs = options.commandTimeoutMs ?? 30_000
  const maxOutputBytes = options.maxOutputBytes ?? 16 * 1024 * 1024
  const slots = createSessionSlots({ count: sessionsAtOnce, mostWaiting })
  let commandCount = 0

  /** A session that the host had no room for is asked for again: its command never started. */
  async function inChannel(line: string, signal: AbortSignal | undefined): Promise<ChannelOutcome> {
    for (let tries = 1; ; tries++) {
      const client = await orGivenUp(connection.client(), signal)
      commandCount++
      const outcome = await runInChannel(client, line, { maxOutputBytes, timeoutMs, signal })
      if (outcome.kind === 'lost') connection.drop(client)
      if (outcome.kind !== 'crowded') return outcome
      if (tries >= crowdedTries) throw unreachable(host, 'it opens no more sessions on its connection')
      await pause(firstCrowdedPauseMs * 2 ** (tries - 1), signal)
    }
  }

  async function runInTurn(line: string, { repeatable = false, signal }: RunOptions): Promise<CommandOutput> {
    const closedBefore = connection.closedCount
    for (let losses = 0; ; losses++) {
      const outcome = await inChannel(line, signal)
      if (outcome.kind === 'ended') return outcome.output
      if (connection.closedCount > closedBefore) throw unreachable(host, 'Berth closed the connection')
      const mayRepeat = outcome.kind === 'lost' && (repeatable || !outcome.started)
      if (losses > 0 || !mayRepeat) throw unreachable(host, 'the connection was lost in the middle of a command')
    }
  }

  return {
    async run(line, run = {}) {
      const giveBack = await slots.take(run.signal)
      try {
        return await runInTurn(line, run)
      } finally {
        giveBack()
      }
    },
    close: () => connection.close(),
    get connectionCount() {
      return connection.openedCount
    },
    get commandCount() {
      return commandCount
    },
    get refusedKey() {
      return connection.refusedKey
    },
  }
}
