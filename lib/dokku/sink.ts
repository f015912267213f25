import { StringDecoder } from 'node:string_decoder'
import { BerthError } from '#lib/domain/errors.ts'
import type { CommandOutput } from './output.ts'

/** Takes what one command prints, piece by piece. */
export interface Sink {
  /** The host has taken the command on. */
  opened?(): void
  /** The host is not read on until its promise settles. A failure here ends the command and is the command's. */
  stdout(chunk: Buffer): void | Promise<void>
  stderr(chunk: Buffer): void
  /** What is left of it once the command has ended. */
  output(exitCode: number | null): CommandOutput
}

/** Keeps an answer whole; one of more than `mostBytes`, both streams together, is no answer and fails with `unavailable`. */
export function wholeOutput(command: string, mostBytes: number): Sink {
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  let bytes = 0
  const keepIn = (chunks: Buffer[]) => (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > mostBytes)
      throw new BerthError('unavailable', 'dokku', `Dokku answered ${command} with more than ${mostBytes} bytes.`)
    chunks.push(chunk)
  }
  return {
    stdout: keepIn(stdout),
    stderr: keepIn(stderr),
    output: (exitCode) => ({ exitCode, stdout: textOf(stdout), stderr: textOf(stderr) }),
  }
}

/** Keeps the end of each stream: of a build's output that is where a failure is told. */
export function tailOfOutput(mostBytes: number): Sink {
  const stdout = createTail(mostBytes)
  const stderr = createTail(mostBytes)
  return {
    stdout: stdout.add,
    stderr: stderr.add,
    output: (exitCode) => ({ exitCode, stdout: stdout.text(), stderr: stderr.text() }),
  }
}

/** What is called while a command goes on. */
export interface Listener {
  onOpen?: () => void
  onText: (text: string) => void | Promise<void>
}

/** Hands stdout on as it comes, never half a character, and keeps the end of stderr. */
export function passedOn({ onOpen, onText }: Listener, mostStderrBytes: number): Sink {
  const decoder = new StringDecoder('utf8')
  const stderr = createTail(mostStderrBytes)
  return {
    opened: () => onOpen?.(),
    stdout(chunk) {
      const text = decoder.write(chunk)
      return text === '' ? undefined : onText(text)
    },
    stderr: stderr.add,
    output: (exitCode) => ({ exitCode, stdout: '', stderr: stderr.text() }),
  }
}

function createTail(mostBytes: number) {
  let kept: Buffer = Buffer.alloc(0)
  let dropped = false
  return {
    add(chunk: Buffer): void {
      const all = Buffer.concat([kept, chunk])
      dropped ||= all.length > mostBytes
      // A copy, since a part would hold on to the memory of the whole.
      kept = dropped ? Buffer.from(all.subarray(-mostBytes)) : all
    },
    /** From the first line that is whole. */
    text(): string {
      const text = kept.toString('utf8')
      return dropped ? text.slice(text.indexOf('\n') + 1) : text
    },
  }
}

const textOf = (chunks: Buffer[]): string => Buffer.concat(chunks).toString('utf8')
