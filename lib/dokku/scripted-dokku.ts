import { createDokku, type DokkuOptions } from './dokku.ts'
import type { CommandOutput } from './output.ts'
import { recorded } from './recordings.ts'
import { type Answer, finish, scriptedHost } from './scripted-host.ts'

/** What a line is answered with; a function decides anew each time, or takes the channel over. */
export type Answers = Record<string, CommandOutput | (() => CommandOutput) | { takes: Answer }>

export const said = (stdout: string, stderr = ''): CommandOutput => ({ exitCode: 0, stdout, stderr })

export const failed = (stderr: string, exitCode = 1): CommandOutput => ({ exitCode, stdout: '', stderr })

/** For tests: hosts that know some lines and answer any other as Dokku answers what it does not know. */
export function scriptedDokku() {
  const opened: { stop(): Promise<void> | void }[] = []

  return {
    async hostWith(answers: Answers, options: Partial<DokkuOptions> = {}, maxSessions = 10) {
      const host = await scriptedHost({
        maxSessions,
        answer: (channel, line, connection) => {
          const answer = answers[line] ?? recorded('10-unknown-command', 1)
          if (typeof answer === 'object' && 'takes' in answer) return answer.takes(channel, line, connection)
          const { exitCode, stdout, stderr } = typeof answer === 'function' ? answer() : answer
          finish(channel, stdout, { exitCode: exitCode ?? 255, stderr })
        },
      })
      opened.push({ stop: () => host.stop() })
      const dokku = createDokku(host.settings, { privateKey: host.privateKey, backoffMs: 100, ...options })
      opened.push({ stop: () => dokku.close() })
      return { host, dokku }
    },
    async closeAll() {
      for (const each of opened.splice(0).reverse()) await each.stop()
    },
  }
}
