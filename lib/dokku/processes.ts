import type { Process, ProcessReport, ProcessStatus } from '#lib/domain/dokku-app.ts'
import { unreadable } from './output.ts'
import { type Report, reportOf } from './reports.ts'

export const processStatuses = [
  'running',
  'restarting',
  'exited',
  'missing',
  'created',
  'paused',
  'dead',
  'removing',
] as const satisfies readonly ProcessStatus[]

/** `ps:report APP`, in either form. */
export function processReport(app: string, text: string): ProcessReport {
  const report = reportOf('ps:report', app, text)
  const deployed = report.get('deployed')
  const running = report.get('running')
  if (deployed === undefined || (running !== 'true' && running !== 'false' && running !== 'mixed'))
    throw unreadable('ps:report', text)
  return {
    deployed: deployed === 'true',
    running,
    restore: report.get('restore') !== 'false',
    processes: processesIn(report, text),
  }
}

function processesIn(report: Report, text: string): Process[] {
  const processes: Process[] = []
  for (const [key, value] of report) {
    const [, type, index] = /^status-(.+)[.-](\d+)$/.exec(key) ?? []
    if (type === undefined) continue
    const word = value.split(' ')[0]?.toLowerCase()
    const status = processStatuses.find((known) => known === word)
    if (status === undefined) throw unreadable('ps:report', text.slice(Math.max(0, text.indexOf(value))))
    processes.push({ type, index: Number(index), status })
  }
  return processes
}
