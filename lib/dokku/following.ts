import { commandFailure } from './command-failure.ts'
import { commandLine } from './command-line.ts'
import * as commands from './commands.ts'
import type { Dokku } from './contract.ts'
import { dokkuEvent } from './events.ts'
import { createLines } from './lines.ts'
import type { Listener } from './sink.ts'
import type { Ssh } from './ssh.ts'

/** The plugin gives a sign of life every 15 s: after three that did not come, nobody sends. */
const longestSilenceMs = 45_000

/** What stays open: a log and the events of the host. */
export function createFollowing(ssh: Ssh, host: string): Pick<Dokku, 'followLog' | 'followEvents'> {
  /** Ends well when the host ends it or the caller does; any other end is thrown. */
  async function follow(words: string[], listener: Listener, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    try {
      const output = await ssh.follow(commandLine(words), listener, signal)
      if (output.exitCode !== 0) throw commandFailure(words[0] ?? '', host, output)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  return {
    async followLog(app, { lines, ...listener }, signal) {
      await follow(commands.logsTail(app, lines), listener, signal)
    },
    async followEvents(onEvent, signal) {
      const silence = new AbortController()
      const timer = setTimeout(() => silence.abort(), longestSilenceMs)
      const onText = createLines((line) => {
        const event = dokkuEvent(line)
        if (event === null) return
        timer.refresh()
        if (event !== 'alive') onEvent(event)
      })
      try {
        await follow(commands.berthEvents(), { onText }, AbortSignal.any([signal, silence.signal]))
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
