import type { Command, Streams } from './call.ts'
import { Failure, warning } from './call.ts'
import { appsCommands } from './commands/apps.ts'
import { configCommands } from './commands/config.ts'
import { domainsCommands } from './commands/domains.ts'
import { gitCommands } from './commands/git.ts'
import { logsCommands } from './commands/logs.ts'
import { pluginCommands } from './commands/plugins.ts'
import { psCommands } from './commands/ps.ts'
import { serviceCommands } from './commands/services.ts'
import type { Host } from './host.ts'
import { splitLine } from './words.ts'

const core: Record<string, Command> = {
  ...appsCommands,
  ...configCommands,
  ...domainsCommands,
  ...gitCommands,
  ...logsCommands,
  ...pluginCommands,
  ...psCommands,
}

/** Runs one line as the forced command of the user `dokku` does, and answers its exit code. */
export async function runLine(host: Host, line: string, streams: Streams, signal: AbortSignal): Promise<number> {
  const { words, complaint } = splitLine(line)
  const record: Host['commands'][number] = { line, words, exitCode: null, startedAt: new Date(), endedAt: null }
  host.commands.push(record)
  const write = (stream: Streams['stdout']) => (text: string) => {
    if (!signal.aborted) stream.write(text)
  }
  const err = write(streams.stderr)
  try {
    if (complaint) err(`${complaint}\n`)
    const { name, ...global } = leadingFlags(words)
    const command = core[name] ?? serviceCommands(host.plugins)[name]
    if (!command) throw unknownCommand(words)
    record.exitCode = await command({
      host,
      ...global,
      signal,
      streams,
      out: write(streams.stdout),
      err,
      spend: (seconds) => host.pace.spend(seconds, signal),
      spendProcessor: (seconds) => host.pace.spendProcessor(seconds, signal),
    })
  } catch (error) {
    if (error instanceof Failure) {
      err(error.message)
      record.exitCode = error.exitCode
    } else if (!signal.aborted) {
      err(`${error instanceof Error ? error.stack : error}\n`)
      record.exitCode = 255
    }
  } finally {
    record.endedAt = new Date()
  }
  return record.exitCode ?? 141
}

/** `--quiet`, `--force` and `--app NAME` may stand before the command. */
function leadingFlags(all: string[]): { name: string; words: string[]; quiet: boolean; force: boolean } {
  const words = [...all]
  const app: string[] = []
  let quiet = false
  while (words[0]?.startsWith('--')) {
    const flag = words.shift()
    if (flag === '--quiet') quiet = true
    if (flag === '--app') app.push(words.shift() ?? '')
  }
  const [name = '', ...rest] = words
  return { name, words: [...app, ...rest], quiet, force: all.includes('--force') }
}

function unknownCommand(words: string[]): Failure {
  return new Failure(
    warning(`\`${words.join(' ')}\` is not a dokku command.`) +
      warning('See `dokku help` for a list of available commands.'),
  )
}
