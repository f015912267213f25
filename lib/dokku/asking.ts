import { commandFailure, isRefusedFlag } from './command-failure.ts'
import { commandLine } from './command-line.ts'
import type { Format } from './commands.ts'
import type { CommandOutput } from './output.ts'
import type { Ssh } from './ssh.ts'

/** Sends reading commands to one host: each may be sent again when its connection was lost. */
export interface Asking {
  /** Whatever the command ends with. */
  attempt(words: string[], signal?: AbortSignal): Promise<CommandOutput>
  /** The output of a command that succeeded; any other end is thrown. */
  ask(words: string[], signal?: AbortSignal): Promise<CommandOutput>
  /** Asks for JSON, and for text when this host's version was found not to have it. */
  askInJson(words: (format: Format) => string[], signal?: AbortSignal): Promise<CommandOutput>
  /** The host's version has changed: what it refused before is tried again. */
  tryJsonAgain(): void
}

export function createAsking(ssh: Ssh, host: string): Asking {
  const textOnly = new Set<string>()

  function attempt(words: string[], signal?: AbortSignal): Promise<CommandOutput> {
    return ssh.run(commandLine(words), { repeatable: true, signal })
  }

  async function ask(words: string[], signal?: AbortSignal): Promise<CommandOutput> {
    return succeeded(words, await attempt(words, signal))
  }

  function succeeded([command = '']: string[], output: CommandOutput): CommandOutput {
    if (output.exitCode === 0) return output
    throw commandFailure(command, host, output)
  }

  return {
    attempt,
    ask,
    async askInJson(words, signal) {
      const inJson = words('json')
      const [command = ''] = inJson
      if (textOnly.has(command)) return ask(words('text'), signal)
      const output = await attempt(inJson, signal)
      if (!isRefusedFlag(output)) return succeeded(inJson, output)
      textOnly.add(command)
      return ask(words('text'), signal)
    },
    tryJsonAgain: () => textOnly.clear(),
  }
}
