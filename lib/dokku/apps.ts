import type { DokkuApp } from '#lib/domain/dokku-app.ts'
import { type CommandOutput, plainLines, unreadable } from './output.ts'
import { jsonIn, type Report, reportOf, reportsByApp, valueIn } from './reports.ts'

/** Names of `apps:list`, in either form. An answer that is empty without saying so is an error, never "no apps". */
export function appNames(output: CommandOutput): string[] {
  const list = jsonIn(output.stdout, (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'))
  if (list) return list as string[]
  const lines = plainLines(output.stdout)
  const heading = lines.findIndex((line) => line.startsWith('=====> '))
  const names = lines.slice(heading + 1)
  const saysNone = /haven't deployed any applications yet/.test(output.stderr)
  if (
    heading === -1 ||
    names.some((name) => !/^[a-z0-9][a-z0-9.-]*$/.test(name)) ||
    (names.length === 0 && !saysNone)
  ) {
    if (output.stdout.trim() === '' && saysNone) return []
    throw unreadable('apps:list', output.stdout)
  }
  return names
}

/** An app as `apps:report` and `git:report` tell it; either may lack it, when the app came or went in between. */
export const dokkuApp = (name: string, app: Report | undefined, git: Report | undefined): DokkuApp => ({
  name,
  createdAt: instant(app && valueIn(app, 'app-created-at')),
  locked: app ? truth(valueIn(app, 'app-locked')) : null,
  deployedSha: git ? commit(git) : null,
  sourceImage: (git && valueIn(git, 'git-source-image')) || null,
  deployedAt: instant(git && valueIn(git, 'git-last-updated-at')),
})

/** The deployed commit in `git:report APP`; `null` when never deployed or deployed from an image. */
export function deployedSha(app: string, text: string): string | null {
  const report = reportOf('git:report', app, text)
  if (!report.has('git-sha')) throw unreadable('git:report', text)
  return commit(report)
}

/** The app's own domains in `domains:report APP`; `[]` when they are switched off. */
export function domains(app: string, text: string): string[] {
  const report = reportOf('domains:report', app, text)
  const hosts = valueIn(report, 'app-vhosts', 'domains-app-vhosts')
  if (hosts === undefined) throw unreadable('domains:report', text)
  const enabled = valueIn(report, 'app-enabled', 'domains-app-enabled') !== 'false'
  return enabled ? hosts.split(' ').filter(Boolean) : []
}

/** In `domains:report --global`; `[]` where none is set. */
export function globalDomains(text: string): string[] {
  const [report] = reportsByApp('domains:report', text).values()
  const hosts = report && valueIn(report, 'global-vhosts', 'domains-global-vhosts')
  if (hosts === undefined) throw unreadable('domains:report', text)
  return hosts.split(' ').filter(Boolean)
}

function commit(git: Report): string | null {
  const sha = valueIn(git, 'git-sha') ?? ''
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(sha) ? sha : null
}

function truth(value: string | undefined): boolean | null {
  return value === 'true' ? true : value === 'false' ? false : null
}

/** From whole seconds since 1970, as text; `null` when empty or not a number. */
const instant = (seconds: string | undefined): Date | null =>
  seconds !== undefined && /^[1-9]\d{0,11}$/.test(seconds) ? new Date(Number(seconds) * 1000) : null
