import { changeFailure, saysMissing, saysUndeployed, saysUnlocked } from './command-failure.ts'
import { commandLine } from './command-line.ts'
import * as commands from './commands.ts'
import type { Dokku } from './contract.ts'
import type { CommandOutput } from './output.ts'
import { createSessionSlots } from './session-slots.ts'
import type { Ssh } from './ssh.ts'

const defaultTimeoutMs = 10 * 60_000
/** Enough of a build's end to tell why it failed. */
const tailBytes = 64 * 1024
/** A change may take minutes: half of the sessions stay free for questions. */
const changesAtOnce = 4
const mostWaiting = 100

type Changes = Pick<Dokku, 'destroyApp' | 'destroyService' | 'restart' | 'rebuild' | 'scale' | 'unlock'>

/** What changes the host. Sent once: a change under which the connection was lost is never repeated. */
export function createChanges(ssh: Ssh, host: string, timeoutMs = defaultTimeoutMs): Changes {
  const slots = createSessionSlots({ count: changesAtOnce, mostWaiting })

  async function attempt(words: string[], signal: AbortSignal | undefined): Promise<CommandOutput> {
    const line = commandLine(words)
    const giveBack = await slots.take(signal)
    try {
      return await ssh.run(line, { timeoutMs, tailBytes, signal })
    } finally {
      giveBack()
    }
  }

  async function change(words: string[], app: string, signal: AbortSignal | undefined): Promise<void> {
    const output = await attempt(words, signal)
    if (output.exitCode !== 0 || saysUndeployed(output, app)) throw changeFailure(words, host, output)
  }

  /** `false` when the host says that it was not there. */
  async function destroy(words: string[], name: string, signal: AbortSignal | undefined): Promise<boolean> {
    const output = await attempt(words, signal)
    if (output.exitCode === 0) return true
    if (saysMissing(output, name)) return false
    throw changeFailure(words, host, output)
  }

  return {
    async destroyApp(app, signal) {
      return destroy(commands.appsDestroy(app), app, signal)
    },
    async destroyService(plugin, name, signal) {
      return destroy(commands.serviceDestroy(plugin, name), name, signal)
    },
    async restart(app, signal) {
      await change(commands.psRestart(app), app, signal)
    },
    async rebuild(app, signal) {
      await change(commands.psRebuild(app), app, signal)
    },
    async scale(app, counts, signal) {
      await change(commands.psScale(app, counts), app, signal)
    },
    async unlock(app, signal) {
      const words = commands.appsUnlock(app)
      const output = await attempt(words, signal)
      if (output.exitCode === 0) return true
      if (saysUnlocked(output)) return false
      throw changeFailure(words, host, output)
    },
  }
}
