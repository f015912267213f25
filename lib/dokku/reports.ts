import { plainLines, unreadable } from './output.ts'

/**
 * One app's report: its keys as JSON spells them (`app-vhosts`), always text. Keys differ between versions, and the text
 * form puts the plugin's name before most of them (`domains-app-vhosts`).
 */
export type Report = ReadonlyMap<string, string>

/** The value of the first key that the report has; `undefined` when it has none of them. */
export function valueIn(report: Report, ...keys: string[]): string | undefined {
  const key = keys.find((name) => report.has(name))
  return key === undefined ? undefined : report.get(key)
}

/**
 * The text form of a report, by app: headings `=====> web1 git information`, then `       Git sha:   ab98…`. Empty for a
 * host without apps, which prints nothing; lines before the first heading are the host's noise.
 */
export function reportsByApp(command: string, text: string): Map<string, Report> {
  const reports = new Map<string, Map<string, string>>()
  let current: Map<string, string> | undefined
  for (const line of plainLines(text)) {
    const heading = /^=====> (\S+) .*information$/.exec(line)?.[1]
    if (heading !== undefined) {
      current = new Map()
      reports.set(heading, current)
      continue
    }
    const entry = /^\s+(\S[^:]*):(.*)$/.exec(line)
    current?.set(keyOf(entry?.[1] ?? ''), entry?.[2]?.trim() ?? '')
  }
  if (reports.size === 0 && text.trim() !== '') throw unreadable(command, text)
  return reports
}

/** The report of one app, in either form. */
export function reportOf(command: string, app: string, text: string): Report {
  const report = jsonReport(text) ?? reportsByApp(command, text).get(app)
  if (report === undefined || report.size === 0) throw unreadable(command, text)
  return report
}

/** The first line that is a JSON object; `undefined` when there is none. */
function jsonReport(text: string): Report | undefined {
  const value = jsonIn(
    text,
    (candidate) => typeof candidate === 'object' && candidate !== null && !Array.isArray(candidate),
  )
  return value && new Map(Object.entries(value).map(([key, entry]) => [key, String(entry)]))
}

/** The JSON value in an answer that may have warnings around it; `undefined` when none is of the wanted shape. */
export function jsonIn(text: string, wanted: (value: unknown) => boolean): object | undefined {
  for (const candidate of [text, ...plainLines(text)]) {
    const value = parsed(candidate)
    if (wanted(value)) return value as object
  }
  return undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const keyOf = (label: string): string => label.trim().toLowerCase().replaceAll(' ', '-')
