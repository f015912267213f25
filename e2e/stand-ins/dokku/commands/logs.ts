import { once } from 'node:events'
import { type Process, processName } from '../app.ts'
import type { LogLine } from '../app-log.ts'
import { type Call, type Command, Failure, notDeployed, requireApp } from '../call.ts'

const usage = `Usage of logs:
  -h, --help        print help for the command
  -n, --num int     the number of lines to display (default 100)
  -p, --ps string   only display logs from the given process
  -q, --quiet       display raw logs without colors, time and names
  -t, --tail        continually stream logs
`

interface Asked {
  count: number
  process: string | null
  quiet: boolean
  tail: boolean
}

function parse(words: string[]): Asked {
  const asked: Asked = { count: 100, process: null, quiet: false, tail: false }
  for (let at = 0; at < words.length; at++) {
    const [flag, value] = words[at]?.split('=', 2) ?? []
    if (flag === '--tail' || flag === '-t') asked.tail = true
    else if (flag === '--quiet' || flag === '-q') asked.quiet = true
    else if (flag === '--num') asked.count = Number(value ?? words[++at])
    else if (flag === '--ps' || flag === '-p') asked.process = value ?? words[++at] ?? null
    else if (flag?.startsWith('-')) throw new Failure(`${usage}unknown flag: ${flag}\n`, 2)
  }
  return asked
}

const colours = [36, 33, 32, 35, 31]

/** Docker stamps lines to the nanosecond; the clock here knows milliseconds only. Each container has its colour. */
function printed(line: LogLine, { quiet, colour }: { quiet: boolean; colour: number }): string {
  if (quiet) return `${line.text}\n`
  const at = line.at.toISOString().replace('Z', '000000Z')
  return `\u001b[${colour}m${at} app[${line.process}]:\u001b[0m ${line.text}\n`
}

/** One `docker logs` for each container, side by side; it ends when the last of them has ended. */
const logs: Command = async (call) => {
  const asked = parse(call.words)
  const app = requireApp(call)
  const refusal = notDeployed(app)
  if (refusal) throw new Failure(refusal)
  await call.spend(0.2)
  const quiet = asked.quiet || call.quiet
  const wanted = [...app.processes]
    .sort((a, b) => (processName(a) < processName(b) ? -1 : 1))
    .filter((process) => asked.process === null || [processName(process), process.type].includes(asked.process))
    .map((process, index) => ({ process, style: { quiet, colour: colours[index % colours.length] as number } }))
  for (const { process, style } of wanted)
    for (const line of asked.count > 0 ? call.host.logs.of(process).slice(-asked.count) : [])
      call.out(printed(line, style))
  if (asked.tail) await Promise.all(wanted.map(({ process, style }) => followed(call, process, style)))
  return 0
}

/** Until the container ends or the caller hangs up; a container that does not run is not waited for. */
function followed(call: Call, process: Process, style: { quiet: boolean; colour: number }): Promise<void> {
  if (process.status !== 'running') return Promise.resolve()
  return new Promise((resolve) => {
    let pouring: Promise<void> = Promise.resolve()
    const inTurn = (say: () => void | Promise<void>) => {
      pouring = pouring.then(say)
    }
    const done = () => {
      stop()
      void pouring.then(resolve)
    }
    const stop = call.host.logs.follow(process, {
      line: (line) => inTurn(() => call.out(printed(line, style))),
      flood: (megabytes) => inTurn(() => pour(call, process, { megabytes, style })),
      end: done,
    })
    call.signal.addEventListener('abort', done, { once: true })
  })
}

/** Lines as fast as the reader takes them, and never more of them in memory than the channel holds. */
async function pour(
  call: Call,
  process: Process,
  { megabytes, style }: { megabytes: number; style: { quiet: boolean; colour: number } },
): Promise<void> {
  const line = printed(
    { at: new Date(), process: processName(process), text: 'all work and no play '.repeat(9) },
    style,
  )
  const chunk = line.repeat(Math.ceil(16_384 / line.length))
  for (let left = megabytes * 1_000_000; left > 0 && !call.signal.aborted; left -= chunk.length) {
    if (call.streams.stdout.write(chunk)) continue
    await once(call.streams.stdout, 'drain', { signal: call.signal }).catch(() => undefined)
  }
}

/** Nothing to tell: events are off, and only root can turn them on. */
const events: Command = async () => 0

export const logsCommands: Record<string, Command> = { logs, events }
