import type { App } from './app.ts'
import { type Call, type Command, Failure, heading, requireApp, warning } from './call.ts'
import { type Host, isOld, sortedApps } from './host.ts'

/** How one plugin reports. */
export interface Report {
  /** The word in the heading: `=====> web1 ps information`. */
  title: string
  /** What flags begin with (`git-`). */
  prefix: string
  /** JSON keys: with and without the prefix, or only without. */
  jsonKeys: 'both' | 'short'
  /** Column of the values in text; `null` fits the longest label. */
  column: number | null
  /** Flag without dashes → value. */
  facts(app: App, host: Host): Record<string, string>
  /** Flags that no `--flag` can ask for, such as the status lines. */
  unaskable?: RegExp
  /** A plugin written in shell goes on after a wrong flag when it reports on every app; one in Go stops. */
  goesOn: boolean
  /** What the look at one app costs, in seconds of processor. */
  cost(flag: string | null): number
}

/** `X:report [APP] [--flag | --format json]` */
export function reportCommand(report: Report): Command {
  return async (call) => {
    const asked = parse(call)
    const all = asked.app === null
    const apps = asked.app === null ? sortedApps(call.host) : [requireApp(call, asked.app)]
    await call.spend(0.05)
    if (all && apps.length === 0) call.err(warning("You haven't deployed any applications yet"))
    for (const app of apps) {
      await call.spendProcessor(report.cost(asked.flag))
      try {
        call.out(printed(call, report, app, asked))
      } catch (error) {
        if (!(all && report.goesOn && error instanceof Failure)) throw error
        call.err(error.message)
      }
    }
    return 0
  }
}

interface Asked {
  app: string | null
  flag: string | null
  json: boolean
}

function parse(call: Call): Asked {
  const asked: Asked = { app: null, flag: null, json: false }
  for (let at = 0; at < call.words.length; at++) {
    const word = call.words[at] ?? ''
    if (word === '--format') {
      // An old version takes it for a flag of the report that it does not know.
      if (isOld(call.host)) asked.flag ??= 'format'
      else asked.json = call.words[at + 1] === 'json'
      at += 1
    } else if (word.startsWith('--')) {
      asked.flag ??= word.slice(2)
    } else {
      asked.app ??= word
    }
  }
  return asked
}

function printed(call: Call, report: Report, app: App, asked: Asked): string {
  const facts = Object.entries(report.facts(app, call.host)).sort(([a], [b]) => (a < b ? -1 : 1))
  if (asked.json) return `${goJson(Object.fromEntries(jsonEntries(report, facts)))}\n`
  if (asked.flag !== null) return `${askedValue(report, facts, asked.flag)}\n`
  heading(call, `${app.name} ${report.title} information`)
  const labels = facts.map(([flag, value]) => ({ label: `${labelOf(flag)}:`, value }))
  const column = report.column ?? Math.max(...labels.map(({ label }) => label.length)) + 1
  return labels.map(({ label, value }) => `       ${label.padEnd(column)}${value}\n`).join('')
}

function askedValue(report: Report, facts: [string, string][], flag: string): string {
  const askable = facts.filter(([name]) => !report.unaskable?.test(name))
  const found = askable.find(([name]) => name === flag)
  if (found) return found[1]
  const flags = askable.map(([name]) => `--${name}`).join(', ')
  throw new Failure(warning(`Invalid flag passed, valid flags: ${flags}`))
}

function jsonEntries(report: Report, facts: [string, string][]): [string, string][] {
  return facts
    .flatMap(([flag, value]): [string, string][] => {
      if (!flag.startsWith(report.prefix)) return [[flag, value]]
      const short: [string, string] = [flag.slice(report.prefix.length), value]
      return report.jsonKeys === 'both' ? [[flag, value], short] : [short]
    })
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

/** `status-web.1` → `Status web 1` */
function labelOf(flag: string): string {
  return flag.charAt(0).toUpperCase() + flag.slice(1).replace(/[-.]/g, ' ')
}

/** JSON as Go writes it, which escapes what could be HTML. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(/[&<>]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)
}
