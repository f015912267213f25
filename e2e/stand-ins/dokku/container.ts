import { setTimeout as wait } from 'node:timers/promises'
import { type App, type Process, processName } from './app.ts'
import type { Host } from './host.ts'

/** What happens to one container: its status, its log and what the host tells of it change together. */

/** Docker's restart policy of Dokku's apps, `on-failure:10`. */
export const maximumRestarts = 10

export function startText(process: Process): string {
  return process.type === 'web' ? 'starting web on 5000' : `${process.type} up`
}

/** A new container, which goes live when it has passed its checks. */
export function started(host: Host, app: App, process: Process): void {
  host.logs.write(process, startText(process))
  const words = `A new container of ${processName(process)} started and is being checked.`
  tell(host, app, process, 'started', words)
}

export function diedBeforeLive(host: Host, app: App, process: Process): void {
  started(host, app, process)
  const words = `The new container of ${processName(process)} died with exit code 1 before it went live.`
  tell(host, app, process, 'died', words)
}

/** All new containers of a deploy or a restart have taken the place of those before. */
export function wentLive(host: Host, app: App): void {
  const commit = app.commit ? ` at commit ${app.commit.sha.slice(0, 8)}` : ''
  host.events.tell({ app: app.name, kind: 'deployed', process: null, words: `New containers went live${commit}.` })
}

/** Its program ended by itself. Docker starts it again until it has done so ten times. */
export function died(host: Host, app: App, process: Process, exitCode = 1): void {
  host.logs.write(process, `${process.type} failing again`)
  host.logs.end(process)
  process.exitCode = exitCode
  process.status = process.restarts < maximumRestarts ? 'restarting' : 'exited'
  const how = `with exit code ${exitCode}${process.oomKilled ? ', out of memory' : ''}`
  tell(host, app, process, 'died', `${processName(process)} died ${how}.`)
}

/** Docker starts it again. */
export function startedAgain(host: Host, app: App, process: Process): void {
  process.restarts += 1
  process.startedAt = new Date()
  const how = `after exit code ${process.exitCode} (restart ${process.restarts})`
  tell(host, app, process, 'restarting', `${processName(process)} restarts ${how}.`)
}

/** Somebody stopped it: an end that Docker does not mend. */
export function stopped(host: Host, app: App, process: Process): void {
  const ran = process.status === 'running' || process.status === 'restarting'
  process.status = 'exited'
  host.logs.end(process)
  if (ran) tell(host, app, process, 'stopped', `${processName(process)} was stopped.`)
}

/** Its container is no more, though the app may still count on it. */
export function removed(process: Process): void {
  process.status = 'missing'
}

/** A container of an earlier deploy goes on for a minute, so that its last visitors get their answers. */
export function retire(host: Host, processes: Process[]): void {
  const end = () => {
    for (const process of processes) host.logs.end(process)
  }
  host.pace.spend(60, host.closing).then(end, end)
}

/** As Docker does with a program that ends at once: it waits twice as long each time, however slow the host is. */
export async function crashLoop(host: Host, app: App, process: Process): Promise<void> {
  died(host, app, process)
  host.changed()
  for (let waitMs = host.restartDelayMs; process.restarts < maximumRestarts; waitMs *= 2) {
    await wait(waitMs, undefined, { signal: host.closing }).catch(() => undefined)
    const isGone = host.closing.aborted || host.apps.get(app.name) !== app || !app.processes.includes(process)
    if (isGone || process.status !== 'restarting') return
    startedAgain(host, app, process)
    died(host, app, process)
    host.changed()
  }
}

function tell(
  host: Host,
  app: App,
  process: Process,
  kind: 'started' | 'died' | 'restarting' | 'stopped',
  words: string,
): void {
  host.events.tell({ app: app.name, kind, process: processName(process), words })
}
