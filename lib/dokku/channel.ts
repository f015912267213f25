import type { Client, ClientChannel } from 'ssh2'
import { BerthError } from '#lib/domain/errors.ts'
import type { CommandOutput } from './output.ts'
import { givenUp } from './patience.ts'

/** How a command came out: it ended, whatever its exit code, or the connection did not carry it. */
export type ChannelOutcome =
  | { kind: 'ended'; output: CommandOutput }
  /** The host refused one session more; nothing has started and the connection lives on. */
  | { kind: 'crowded' }
  /** The connection went away. */
  | { kind: 'lost'; started: boolean }

export interface ChannelLimits {
  /** Of stdout and stderr together. */
  maxOutputBytes: number
  timeoutMs: number
  signal?: AbortSignal | undefined
}

/**
 * Runs one line in a session of its own. Fails with `unavailable` when it takes too long, says too much, or the caller gives
 * up; its channel is closed in each case.
 */
export function runInChannel(client: Client, line: string, limits: ChannelLimits): Promise<ChannelOutcome> {
  const { promise, resolve, reject } = Promise.withResolvers<ChannelOutcome>()
  let channel: ClientChannel | undefined
  let over = false

  function end(settle: () => void): void {
    if (over) return
    over = true
    clearTimeout(timer)
    limits.signal?.removeEventListener('abort', onAbort)
    settle()
  }

  function giveUp(error: BerthError): void {
    end(() => reject(error))
    channel?.close()
  }

  const onAbort = () => limits.signal && giveUp(givenUp(limits.signal))
  const timer = setTimeout(() => giveUp(tooSlow(line, limits.timeoutMs)), limits.timeoutMs)
  limits.signal?.addEventListener('abort', onAbort, { once: true })

  try {
    client.exec(line, (error, opened) => {
      if (error) return end(() => resolve(refusal(error)))
      channel = opened
      opened.on('error', () => {})
      if (over) return opened.close()
      collect(opened, limits.maxOutputBytes, {
        ended: (output) => end(() => resolve({ kind: 'ended', output })),
        lost: () => end(() => resolve({ kind: 'lost', started: true })),
        tooMuch: () => giveUp(tooLong(line, limits.maxOutputBytes)),
      })
    })
  } catch {
    // ssh2 throws "Not connected" when the connection has closed since.
    end(() => resolve({ kind: 'lost', started: false }))
  }
  return promise
}

interface Ends {
  ended(output: CommandOutput): void
  lost(): void
  tooMuch(): void
}

function collect(channel: ClientChannel, maxOutputBytes: number, ends: Ends): void {
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  let bytes = 0
  let exit: { code: number | null } | undefined
  const keep = (chunks: Buffer[]) => (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxOutputBytes) return ends.tooMuch()
    chunks.push(chunk)
  }
  channel.on('data', keep(stdout))
  channel.stderr.on('data', keep(stderr))
  channel.on('exit', (code: number | null) => {
    exit = { code }
  })
  channel.on('close', () => {
    if (!exit) return ends.lost()
    ends.ended({
      exitCode: exit.code,
      stdout: Buffer.concat(stdout).toString('utf8'),
      stderr: Buffer.concat(stderr).toString('utf8'),
    })
  })
  // Some commands read their input, and would wait for ever for somebody to type.
  channel.end()
}

/** A reason code comes with the host's own refusal of a session; without one, the connection closed meanwhile. */
const refusal = (error: Error): ChannelOutcome =>
  'reason' in error && typeof error.reason === 'number' ? { kind: 'crowded' } : { kind: 'lost', started: true }

const commandOf = (line: string): string => line.split(' ', 1)[0] ?? line

const tooSlow = (line: string, timeoutMs: number): BerthError =>
  new BerthError('unavailable', 'dokku', `Dokku did not finish ${commandOf(line)} within ${timeoutMs / 1000} s.`)

const tooLong = (line: string, bytes: number): BerthError =>
  new BerthError('unavailable', 'dokku', `Dokku answered ${commandOf(line)} with more than ${bytes} bytes.`)
