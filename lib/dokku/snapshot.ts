import type { z } from 'zod'
import type { AppSnapshot, HostSnapshot, Process, ProcessReport } from '#lib/domain/dokku-app.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { jsonIn } from './reports.ts'
import { type AppEntry, type ProcessEntry, snapshotDocument } from './snapshot-document.ts'

/** The form of `berth:snapshot` that is read here. */
const readFormat = 1

/** `berth:snapshot`; keys that are not known here are left alone. The error names the place in it, never what stands there. */
export function hostSnapshot(host: string, text: string): HostSnapshot {
  const document = jsonIn(documentIn(text), isDocument)
  if (document === undefined) throw unreadable('it is no JSON document with a format')
  refuseOtherFormat(host, document)
  const result = snapshotDocument.safeParse(document)
  if (!result.success) throw unreadable(`there is something else at ${placeOf(result.error)}`)
  const { dokku, plugin, disk, apps, services, ...rest } = result.data
  return {
    version: dokku,
    berthPlugin: plugin,
    servicePlugins: rest['service-plugins'],
    disk: disk && { totalBytes: disk['total-bytes'], freeBytes: disk['free-bytes'] },
    apps: apps.map(appSnapshot),
    services: services.map(({ 'size-bytes': sizeBytes, ...more }) => ({ ...more, sizeBytes })),
  }
}

/** Its lines, without the host's noise before and after them. */
function documentIn(text: string): string {
  const begin = text.search(/^\{/m)
  return begin === -1 ? '' : text.slice(begin, text.lastIndexOf('}') + 1)
}

const isDocument = (value: unknown): boolean => typeof value === 'object' && value !== null && 'format' in value

function refuseOtherFormat(host: string, document: object): void {
  const { format } = document as { format: unknown }
  if (format === readFormat) return
  const shown = typeof format === 'number' ? `format ${format}` : 'a format that is no number'
  throw new BerthError(
    'refused',
    'dokku',
    `The berth plugin on Dokku host "${host}" answers in ${shown}, and Berth reads format ${readFormat}: ` +
      'install the plugin that this Berth offers.',
  )
}

function appSnapshot(read: AppEntry): AppSnapshot {
  return {
    name: read.name,
    createdAt: read['created-at'],
    locked: read.locked,
    deployedSha: /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(read.sha) ? read.sha : null,
    sourceImage: read['source-image'] || null,
    deployedAt: read['deployed-at'],
    report: {
      deployed: read.deployed,
      running: runningWord(read.processes),
      restore: read.restore,
      processes: read.processes.map(processOf),
    },
    domains: read.domains,
    scale: read.scale,
    usage: read.processes.flatMap(({ type, index, 'memory-bytes': memoryBytes, 'cpu-percent': cpuPercent }) =>
      memoryBytes == null || cpuPercent == null ? [] : [{ type, index, memoryBytes, cpuPercent }],
    ),
  }
}

function processOf({ type, index, status, restarts, ...read }: ProcessEntry): Process {
  const startedAt = new Date(read['started-at'] ?? '')
  return {
    type,
    index,
    status,
    ...(restarts == null ? {} : { restarts }),
    // Docker writes the year 1 for what never started.
    ...(startedAt.getTime() > 0 ? { startedAt } : {}),
  }
}

/** Dokku's own summary, which counts what restarts as running. */
function runningWord(processes: ProcessEntry[]): ProcessReport['running'] {
  const running = processes.filter(({ status }) => status === 'running' || status === 'restarting').length
  if (running === 0) return 'false'
  return running === processes.length ? 'true' : 'mixed'
}

const placeOf = (error: z.ZodError): string => error.issues[0]?.path.map(String).join('.').slice(0, 80) || 'the top'

const unreadable = (reason: string): BerthError =>
  new BerthError('unavailable', 'dokku', `Dokku's answer to berth:snapshot cannot be read: ${reason}.`)
