import type { Client, ClientChannel } from 'ssh2'
import { BerthError } from '#lib/domain/errors.ts'
import { givenUp } from './patience.ts'
import type { Sink } from './sink.ts'

/** How a command came out: it ended, whatever its exit code, or the connection did not carry it. */
export type ChannelOutcome =
  /** The exit code is `null` when a signal ended it. */
  | { kind: 'ended'; exitCode: number | null }
  /** The host refused one session more; nothing has started and the connection lives on. */
  | { kind: 'crowded' }
  /** The connection went away. */
  | { kind: 'lost'; started: boolean }

export interface ChannelLimits {
  /** `null` for a command that may go on for ever. */
  timeoutMs: number | null
  /** It changes the host: an error after which it may have been carried out says so. */
  changes: boolean
  signal?: AbortSignal | undefined
}

/**
 * Runs one line in a session of its own. Fails with `unavailable` when it takes too long or the caller gives up, and with
 * what its sink throws; its channel is closed in each case.
 */
export function runInChannel(client: Client, line: string, sink: Sink, limits: ChannelLimits): Promise<ChannelOutcome> {
  const { timeoutMs, signal } = limits
  const { promise, resolve, reject } = Promise.withResolvers<ChannelOutcome>()
  let channel: ClientChannel | undefined
  let over = false

  function end(settle: () => void): void {
    if (over) return
    over = true
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
    settle()
  }

  function giveUp(error: unknown): void {
    end(() => reject(error))
    if (channel) hangUp(channel)
  }

  const onAbort = () => signal && giveUp(givenUp(signal))
  const timer = timeoutMs === null ? undefined : setTimeout(() => giveUp(tooSlow(line, timeoutMs, limits)), timeoutMs)
  signal?.addEventListener('abort', onAbort, { once: true })

  try {
    client.exec(line, (error, opened) => {
      if (error) return end(() => resolve(refusal(error)))
      channel = opened
      opened.on('error', () => {})
      if (over) return hangUp(opened)
      sink.opened?.()
      read(opened, sink, giveUp, (outcome) => end(() => resolve(outcome)))
    })
  } catch {
    // ssh2 throws "Not connected" when the connection has closed since.
    end(() => resolve({ kind: 'lost', started: false }))
  }
  return promise
}

function read(
  channel: ClientChannel,
  sink: Sink,
  onFailure: (error: unknown) => void,
  onOutcome: (outcome: ChannelOutcome) => void,
): void {
  let exit: { code: number | null } | undefined
  let taking: Promise<void> | undefined

  // While a channel is paused ssh2 grants the host no more room to send, once its window of 2 MB is full.
  channel.on('data', (chunk: Buffer) => {
    try {
      const taken = sink.stdout(chunk)
      if (!taken) return
      channel.pause()
      taking = taken.then(() => {
        taking = undefined
        channel.resume()
      }, onFailure)
    } catch (error) {
      onFailure(error)
    }
  })
  channel.stderr.on('data', (chunk: Buffer) => {
    try {
      sink.stderr(chunk)
    } catch (error) {
      onFailure(error)
    }
  })
  channel.on('exit', (code: number | null) => {
    exit = { code }
  })
  channel.on('close', async () => {
    // A stream ends as soon as its last piece was handed over, even when that piece made it pause.
    await taking
    onOutcome(exit ? { kind: 'ended', exitCode: exit.code } : { kind: 'lost', started: true })
  })
  // Some commands read their input, and would wait for ever for somebody to type.
  channel.end()
}

/** What the host has still under way is read and thrown away: a channel that nobody reads never closes. */
function hangUp(channel: ClientChannel): void {
  channel.removeAllListeners('data')
  channel.stderr.removeAllListeners('data')
  channel.resume()
  channel.stderr.resume()
  channel.close()
}

/** A reason code comes with the host's own refusal of a session; without one, the connection closed meanwhile. */
const refusal = (error: Error): ChannelOutcome =>
  'reason' in error && typeof error.reason === 'number' ? { kind: 'crowded' } : { kind: 'lost', started: true }

const tooSlow = (line: string, timeoutMs: number, limits: ChannelLimits): BerthError =>
  new BerthError(
    'unavailable',
    'dokku',
    `Dokku did not finish ${commandOf(line)} within ${timeoutMs / 1000} s${doubt(limits)}.`,
  )

/** What an error adds after which a change may have been carried out. */
export const doubt = ({ changes }: ChannelLimits): string => (changes ? ', and what came of it is not known' : '')

/** The first word, which names the command and nothing that could be secret. */
export const commandOf = (line: string): string => line.split(' ', 1)[0] ?? line
