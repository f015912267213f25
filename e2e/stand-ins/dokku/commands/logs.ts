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

/** Docker stamps lines to the nanosecond; the clock here knows milliseconds only. */
function printed(line: LogLine, quiet: boolean): string {
  if (quiet) return `${line.text}\n`
  const at = line.at.toISOString().replace('Z', '000000Z')
  return `\u001b[36m${at} app[${line.process}]:\u001b[0m ${line.text}\n`
}

/** The last lines are counted per container, as Docker counts them. */
function lastLines(lines: LogLine[], count: number): LogLine[] {
  const wanted = new Set<LogLine>()
  for (const process of new Set(lines.map((line) => line.process))) {
    const own = lines.filter((line) => line.process === process)
    for (const line of own.slice(Math.max(0, own.length - count))) wanted.add(line)
  }
  return lines.filter((line) => wanted.has(line))
}

const logs: Command = async (call) => {
  const asked = parse(call.words)
  const app = requireApp(call)
  const refusal = notDeployed(app)
  if (refusal) throw new Failure(refusal)
  await call.spend(0.2)
  const matches = (line: LogLine) =>
    asked.process === null || [line.process, line.process.split('.')[0]].includes(asked.process)
  const quiet = asked.quiet || call.quiet
  for (const line of lastLines(call.host.logs.of(app.name).filter(matches), asked.count)) call.out(printed(line, quiet))
  if (asked.tail) await followed(call, app.name, (line) => matches(line) && call.out(printed(line, quiet)))
  return 0
}

function followed(call: Call, app: string, onLine: (line: LogLine) => void): Promise<void> {
  return new Promise((resolve) => {
    const stop = call.host.logs.follow(app, onLine)
    call.signal.addEventListener('abort', () => {
      stop()
      resolve()
    })
  })
}

/** Nothing to tell: events are off, and only root can turn them on. */
const events: Command = async () => 0

export const logsCommands: Record<string, Command> = { logs, events }
