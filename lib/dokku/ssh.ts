import type { Client } from 'ssh2'
import { BerthError } from '#lib/domain/errors.ts'
import { runInChannel } from './channel.ts'
import { type DialOptions, dial, unreachable } from './dial.ts'
import type { DokkuHostSettings } from './index.ts'
import type { CommandOutput } from './output.ts'
import { orGivenUp, pause } from './patience.ts'
import { createSessionSlots } from './session-slots.ts'

/** One host over one kept connection, which is opened when first needed and again when it was lost. */
export interface Ssh {
  run(line: string, options?: RunOptions): Promise<CommandOutput>
  /** Ends the connection, and what runs on it; the next command opens a new one. */
  close(): void
  /** Connections opened since it was made. */
  readonly connectionCount: number
  /** Commands sent since it was made. */
  readonly commandCount: number
  /** Fingerprint of the key that the host showed and that is not the pinned one; `null` when it showed the pinned one last. */
  readonly refusedKey: string | null
}

export interface RunOptions {
  /** The command only reads, so it is sent once more when the connection was lost under it. */
  repeatable?: boolean
  timeoutMs?: number
  signal?: AbortSignal | undefined
}

export interface SshOptions {
  privateKey: string | null
  connectTimeoutMs?: number
  commandTimeoutMs?: number
  /** A silent connection is asked for a sign of life this often, and given up after two unanswered. */
  keepaliveMs?: number
  /** The pause after the first failed attempt; it doubles with each, up to `longestBackoffMs`. */
  backoffMs?: number
  longestBackoffMs?: number
  maxOutputBytes?: number
}

/** sshd allows 10 sessions a connection; a pool of 10 was seen to lose some, since a closed one is not free at once. */
const sessionsAtOnce = 8
const mostWaiting = 500
const crowdedTries = 6
const firstCrowdedPauseMs = 50

/** A failed attempt to connect, remembered so that callers are not kept waiting for the same failure. */
interface Outage {
  error: BerthError
  since: Date
  attempts: number
  retryAt: number
}

export function createSsh(host: DokkuHostSettings, options: SshOptions): Ssh {
  const { commandTimeoutMs = 30_000, maxOutputBytes = 16 * 1024 * 1024 } = options
  const { backoffMs = 1000, longestBackoffMs = 60_000 } = options
  const dialOptions: DialOptions = {
    privateKey: options.privateKey,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    keepaliveMs: options.keepaliveMs ?? 10_000,
    onHostKey: (key, accepted) => {
      refusedKey = accepted ? null : key.fingerprint
    },
  }
  const slots = createSessionSlots({ count: sessionsAtOnce, mostWaiting })
  let kept: Client | undefined
  let dialing: Promise<Client> | undefined
  let outage: Outage | undefined
  let refusedKey: string | null = null
  let connectionCount = 0
  let commandCount = 0
  let closings = 0

  async function connected(): Promise<Client> {
    if (kept) return kept
    if (dialing) return dialing
    if (outage && Date.now() < outage.retryAt) throw stillOut(outage)
    const attempt = open()
    dialing = attempt
    try {
      return await attempt
    } finally {
      if (dialing === attempt) dialing = undefined
    }
  }

  async function open(): Promise<Client> {
    try {
      const client = await dial(host, dialOptions)
      client.once('close', () => forget(client))
      kept = client
      outage = undefined
      connectionCount++
      return client
    } catch (error) {
      if (!(error instanceof BerthError)) throw error
      const attempts = (outage?.attempts ?? 0) + 1
      const waitMs = Math.min(backoffMs * 2 ** (attempts - 1), longestBackoffMs)
      outage = { error, attempts, since: outage?.since ?? new Date(), retryAt: Date.now() + waitMs }
      throw error
    }
  }

  function forget(client: Client): void {
    if (kept === client) kept = undefined
  }

  async function runOnce(line: string, run: RunOptions): Promise<CommandOutput> {
    const closingsBefore = closings
    let crowded = 0
    let lost = 0
    for (;;) {
      const client = await orGivenUp(connected(), run.signal)
      commandCount++
      const limits = { maxOutputBytes, timeoutMs: run.timeoutMs ?? commandTimeoutMs, signal: run.signal }
      const outcome = await runInChannel(client, line, limits)
      if (outcome.kind === 'ended') return outcome.output
      if (outcome.kind === 'crowded') {
        if (++crowded >= crowdedTries) throw unreachable(host, 'it opens no more sessions on its connection')
        await pause(firstCrowdedPauseMs * 2 ** (crowded - 1), run.signal)
        continue
      }
      forget(client)
      client.destroy()
      if (closings > closingsBefore) throw unreachable(host, 'Berth closed the connection')
      if (++lost > 1 || (outcome.started && !run.repeatable))
        throw unreachable(host, 'the connection was lost in the middle of a command')
    }
  }

  return {
    async run(line, run = {}) {
      const giveBack = await slots.take(run.signal)
      try {
        return await runOnce(line, run)
      } finally {
        giveBack()
      }
    },
    close() {
      closings++
      dialing?.then((client) => client.end()).catch(() => {})
      kept?.end()
      kept = undefined
      dialing = undefined
      outage = undefined
    },
    get connectionCount() {
      return connectionCount
    },
    get commandCount() {
      return commandCount
    },
    get refusedKey() {
      return refusedKey
    },
  }
}

/** The remembered failure in its own words, with what the wait adds to it. */
function stillOut({ error, since, retryAt }: Outage): BerthError {
  const retryAfterSeconds = Math.max(1, Math.ceil((retryAt - Date.now()) / 1000))
  const words = `${error.message} It has been so since ${since.toISOString()}; the next attempt is in ${retryAfterSeconds} s.`
  return new BerthError(error.kind, 'dokku', words, { cause: error, retryAfterSeconds })
}
