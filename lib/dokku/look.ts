import type { DokkuApp, HostLook } from '#lib/domain/dokku-app.ts'
import { appNames, dokkuApp } from './apps.ts'
import type { Asking } from './asking.ts'
import { commandFailure, isUnknownCommand } from './command-failure.ts'
import * as commands from './commands.ts'
import type { ReadInstallation } from './installation.ts'
import { unreadable } from './output.ts'
import { type Report, reportsByApp } from './reports.ts'
import { serviceNames } from './services.ts'

/** Looks at a host whose apps change between two of its reports. */
const mostLooks = 3

/**
 * The whole host in three commands and one for each service plugin, about 0.2 s for 60 apps. It asks no `ps:report`, which
 * would take 24 s for the same.
 */
export async function lookAtHost(
  host: string,
  asking: Asking,
  read: ReadInstallation,
  signal?: AbortSignal,
): Promise<HostLook> {
  const { version, servicePlugins, berthPlugin } = await read({ signal })
  const [apps, ...services] = await Promise.all([
    lookAtApps(asking, signal),
    ...servicePlugins.map((plugin) => lookAtServices(host, plugin, asking, read, signal)),
  ])
  return { version, servicePlugins, berthPlugin, apps, services: services.flat() }
}

/**
 * The reports are three snapshots of a host that goes on working, so they are read again while they do not name the same
 * apps. An app that a report still leaves out then keeps `null` for what that report would have told.
 */
async function lookAtApps(asking: Asking, signal: AbortSignal | undefined): Promise<DokkuApp[]> {
  for (let looks = 1; ; looks++) {
    const [list, appsReport, gitReport] = await Promise.all([
      asking.askInJson(commands.appsList, signal),
      asking.ask(commands.appsReport(), signal),
      asking.ask(commands.gitReport(), signal),
    ])
    const names = appNames(list)
    const apps = reportsByApp('apps:report', appsReport.stdout)
    const git = reportsByApp('git:report', gitReport.stdout)
    if (looks < mostLooks && !(names.length === apps.size && namesAll(names, apps) && namesAll(names, git))) continue
    if (names.length > 0 && apps.size === 0) throw unreadable('apps:report', appsReport.stdout)
    if (names.length > 0 && git.size === 0) throw unreadable('git:report', gitReport.stdout)
    return names.map((name) => dokkuApp(name, apps.get(name), git.get(name)))
  }
}

const namesAll = (names: string[], reports: ReadonlyMap<string, Report>): boolean =>
  names.every((name) => reports.has(name))

async function lookAtServices(
  host: string,
  plugin: string,
  asking: Asking,
  read: ReadInstallation,
  signal: AbortSignal | undefined,
): Promise<HostLook['services']> {
  const words = commands.serviceList(plugin)
  const output = await asking.attempt(words, signal)
  if (isUnknownCommand(output) && !(await read({ again: true, signal })).servicePlugins.includes(plugin)) return []
  if (output.exitCode !== 0) throw commandFailure(`${plugin}:list`, host, output)
  return serviceNames(plugin, output).map((name) => ({ plugin, name }))
}
