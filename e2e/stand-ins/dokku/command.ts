import type { Command, Streams } from './call.ts'
import { Failure, warning } from './call.ts'
import { appsCommands } from './commands/apps.ts'
import { berthCommands } from './commands/berth.ts'
import { configCommands } from './commands/config.ts'
import { domainsCommands } from './commands/domains.ts'
import { gitCommands } from './commands/git.ts'
import { logsCommands } from './commands/logs.ts'
import { pluginCommands } from './commands/plugins.ts'
import { psCommands } from './commands/ps.ts'
import { serviceCommands } from './commands/services.ts'
import { sshKeysCommands } from './commands/ssh-keys.ts'
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
  ...sshKeysCommands,
}

function commandNamed(host: Host, name: string): Command | undefined {
  return core[name] ?? serviceCommands(host.plugins)[name] ?? (host.hasBerthPlugin ? berthCommands[name] : undefined)
}

/** Runs one line as the forced command of the user `dokku` does, and answers its exit code. */
export async function runLine(host: Host, line: string, streams: Streams, signal: AbortSignal): Promise<number> {
  const { words, complaint } = splitLine(line)
  const record: Host['commands'][number] = { line, words, exitCode: null, startedAt: new Date(), endedAt: null }
  host.commands.push(record)
  const { name, ...global } = leadingFlags(words)
  const { out, err, cut } = writing(host, name, { words, streams, signal })
  try {
    if (complaint) err(`${complaint}\n`)
    const command = commandNamed(host, name)
    if (!command) throw unknownCommand(words)
    record.exitCode = await command({
      host,
      ...global,
      signal,
      streams,
      out,
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
    await cut?.()
  }
  return record.exitCode ?? 141
}

interface Writing {
  out(text: string): void
  err(text: string): void
  /** Loses the rest of the answer and the connection. */
  cut: (() => Promise<void>) | null
}

/** Where a command's answer goes: to the caller, with what the control doors want before it or instead of its end. */
function writing(
  host: Host,
  name: string,
  { words, streams, signal }: { words: string[]; streams: Streams; signal: AbortSignal },
): Writing {
  const write = (stream: Streams['stdout']) => (text: string) => {
    if (!signal.aborted) stream.write(text)
  }
  const garbage = host.trouble.garbage.get(name) ?? host.trouble.garbage.get('*')
  if (garbage) write(streams[garbage.stream])(garbage.text)
  const err = write(streams.stderr)
  const deaths = host.trouble.dies.get(name) ?? 0
  if (deaths === 0) return { out: write(streams.stdout), err, cut: null }
  host.trouble.dies.set(name, deaths - 1)
  // What never ends by itself is cut after its first words.
  if (words.includes('--tail') || name === 'berth:events')
    return { out: (text) => void saidThenDropped(streams, text), err, cut: null }
  let answer = ''
  return {
    out: (text) => {
      answer += text
    },
    err: () => undefined,
    cut: () => saidThenDropped(streams, answer.slice(0, answer.length / 2)),
  }
}

function saidThenDropped(streams: Streams, text: string): Promise<void> {
  return new Promise((resolve) => {
    streams.stdout.write(text, () => {
      streams.drop()
      resolve()
    })
  })
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
