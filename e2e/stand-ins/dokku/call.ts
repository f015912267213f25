import type { Readable, Writable } from 'node:stream'
import { type App, isDeployed } from './app.ts'
import type { Host } from './host.ts'

/** What a command reads and writes, as bytes. */
export interface Streams {
  stdin: Readable
  stdout: Writable
  stderr: Writable
  /** Drops the connection without a word. */
  drop(): void
}

/** One command on its way: who asks what, and where the answer goes. */
export interface Call {
  host: Host
  /** The words after the command's name. */
  words: string[]
  /** `--quiet` stood in front: no headings. */
  quiet: boolean
  /** `--force` stood somewhere. */
  force: boolean
  /** Aborted when the caller hangs up. */
  signal: AbortSignal
  streams: Streams
  out(text: string): void
  err(text: string): void
  spend(seconds: number): Promise<void>
  spendProcessor(seconds: number): Promise<void>
}

/** Answers the exit code. */
export type Command = (call: Call) => Promise<number>

/** A command that ends with words on stderr and an exit code. */
export class Failure extends Error {
  readonly exitCode: number
  constructor(text: string, exitCode = 1) {
    super(text)
    this.exitCode = exitCode
  }
}

/** Dokku's way to say that something is wrong. */
export function warning(text: string): string {
  return ` !     ${text}\n`
}

export function heading(call: Call, text: string): void {
  if (!call.quiet) call.out(`=====> ${text}\n`)
}

/** The app named by the first word. */
export function requireApp(call: Call, name = call.words.find((word) => !word.startsWith('--'))): App {
  if (!name) throw new Failure(warning('Please specify an app to run the command on'))
  const app = call.host.apps.get(name)
  if (!app) throw new Failure(warning(`App ${name} does not exist`), 20)
  return app
}

export function notDeployed(app: App): string | null {
  return isDeployed(app) ? null : warning(`App ${app.name} has not been deployed`)
}

/** The next line the caller types, `null` when there is none to come. */
export function readLine(call: Call): Promise<string | null> {
  return new Promise((resolve) => {
    let text = ''
    call.streams.stdin.on('data', (chunk: Buffer) => {
      text += chunk
      if (text.includes('\n')) resolve(text.split('\n', 1)[0] ?? '')
    })
    call.streams.stdin.on('end', () => resolve(null))
  })
}
