import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

export const root = path.join(import.meta.dirname, '..')

const backoffMs = { first: 500, longest: 30_000 }
/** A child that lived this long died of something new. */
const settledMs = 60_000
/** How long a child may take to end by itself. */
const graceMs = 10_000

export interface ChildOptions {
  /** Stands before each of its lines: `web │ …`. */
  name: string
  /** A script and its arguments, for the Node that runs this. */
  args: readonly string[]
  env: NodeJS.ProcessEnv
  /** Leaves stdout to the caller, who reads it. */
  quiet?: boolean
}

/** One run of a script: its lines go to our stderr under its name, and it ends when we do. */
export function startChild({ name, args, env, quiet = false }: ChildOptions): ChildProcess {
  const child = spawn(process.execPath, ['--import', path.join(import.meta.dirname, 'leash.ts'), ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own group, so that Ctrl-C reaches us alone and we end the children in order.
    detached: true,
  })
  for (const stream of quiet ? [child.stderr] : [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => console.error(`${name} │ ${line}`))
  }
  return child
}

export interface Supervised {
  /** Rejects when the first run ends by itself before `settled` was called. */
  firstDeath: Promise<never>
  /** From now on a run that ends is followed by another. */
  settled(): void
  stop(): Promise<void>
}

/** Keeps a script running: a run that dies is followed by another, after a pause that doubles while it keeps dying. */
export function supervise(options: ChildOptions): Supervised {
  let stopping = false
  let settled = false
  let pauseMs = backoffMs.first
  let child = startChild(options)
  let wake = () => {}
  const firstDeath = Promise.withResolvers<never>()
  // Whoever does not wait for it has settled or stopped already.
  firstDeath.promise.catch(() => {})

  async function keep(): Promise<void> {
    while (true) {
      const startedAt = Date.now()
      const how = await ended(child)
      if (stopping) return
      if (!settled) return firstDeath.reject(new Error(`${options.name} ended at its start (${how}).`))
      if (Date.now() - startedAt > settledMs) pauseMs = backoffMs.first
      console.error(`${options.name} │ ended (${how}); starts again in ${pauseMs / 1000} s`)
      await Promise.race([delay(pauseMs), new Promise<void>((resolve) => (wake = resolve))])
      if (stopping) return
      pauseMs = Math.min(pauseMs * 2, backoffMs.longest)
      child = startChild(options)
    }
  }

  const kept = keep()
  return {
    firstDeath: firstDeath.promise,
    settled: () => {
      settled = true
    },
    async stop() {
      stopping = true
      wake()
      await endChild(child)
      await kept
    },
  }
}

/** Asks a child to end, and makes it when it does not. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const end = ended(child)
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), graceMs)
  await end
  clearTimeout(force)
}

function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(`${child.signalCode ?? child.exitCode}`)
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
}
