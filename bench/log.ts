import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Instance, startInstance } from '../e2e/instance.ts'
import { control } from '../e2e/world.ts'
import { type ReviewApp, runningReviewApps } from './review-apps.ts'
import type { Measured } from './table.ts'

const viewers = 200
const appsAtOnce = 10
const linesPerSecond = 10
const watchedMs = 20_000
const floodMegabytes = 50

/** Memory of the web process while many people read logs of apps that write all the time. */
export async function measureLog(): Promise<Measured[]> {
  const berth = await startInstance()
  try {
    const token = berth.token('bench')
    const apps = await runningReviewApps(berth, appsAtOnce)
    // The first of everything loads code: what stays of it is not the readers'.
    await readLogs(berth, token, apps.slice(0, 1), { count: 1, ms: 2000 })
    const before = residentMegabytes(webProcess())
    const spread = await readLogs(berth, token, apps, { count: viewers, ms: watchedMs })
    const onOne = await readLogs(berth, token, apps.slice(0, 1), { count: viewers, ms: watchedMs })
    const flooded = await readLogs(berth, token, apps.slice(0, 1), {
      count: viewers,
      ms: watchedMs,
      onOpen: () => flood(berth, apps[0]?.app ?? ''),
    })
    await sleep(10_000)
    const after = residentMegabytes(webProcess())
    const row = (what: string, { mostMegabytes, channels, lines, silent }: Reading): Measured => ({
      what: `${viewers} log viewers ${what}: memory of the web process`,
      value: `${mostMegabytes} MB at most, ${channels} SSH channels`,
      beside: `${before} MB before; ${Math.round(lines / viewers)} lines each${silent > 0 ? `, ${silent} without any` : ''}`,
    })
    return [
      row(`of ${apps.length} apps`, spread),
      row('of one app', onOne),
      row(`of one app that floods ${floodMegabytes} MB`, flooded),
      {
        what: 'memory 10 s after the last viewer left',
        value: `${after} MB, ${await channelCount(berth)} SSH channels`,
        beside: `${before} MB before`,
      },
    ]
  } finally {
    await berth.stop()
  }
}

interface Reading {
  mostMegabytes: number
  /** At the end, when those of the reading before have been closed. */
  channels: number
  lines: number
  /** Viewers that got nothing. */
  silent: number
}

async function readLogs(
  berth: Instance,
  token: string,
  apps: readonly ReviewApp[],
  { count, ms, onOpen }: { count: number; ms: number; onOpen?: () => Promise<void> },
): Promise<Reading> {
  const leaving = new AbortController()
  const counts = Array.from({ length: count }, () => 0)
  const reading = counts.map((_, index) => {
    const { environmentId } = apps[index % apps.length] as ReviewApp
    const url = `${berth.url}/api/projects/42/environments/${environmentId}/log`
    return read(url, token, leaving.signal, (lines) => (counts[index] = (counts[index] ?? 0) + lines))
  })
  const writing = setInterval(() => {
    for (const { app } of apps) {
      const text = `${new Date().toISOString()} Completed 200 OK in 12ms (Views: 9ms | ActiveRecord: 2ms)`
      control(berth, 'review', 'POST /log', { app, text }).catch(() => {})
    }
  }, 1000 / linesPerSecond)
  let mostMegabytes = 0
  let channels = 0
  const flooding = sleep(3000).then(onOpen)
  for (const endsAt = performance.now() + ms; performance.now() < endsAt; await sleep(500)) {
    mostMegabytes = Math.max(mostMegabytes, residentMegabytes(webProcess()))
    channels = await channelCount(berth)
  }
  clearInterval(writing)
  await flooding
  leaving.abort()
  await Promise.all(reading)
  const lines = counts.reduce((sum, own) => sum + own, 0)
  return { mostMegabytes, channels, lines, silent: counts.filter((own) => own === 0).length }
}

async function read(url: string, token: string, signal: AbortSignal, onLines: (count: number) => void): Promise<void> {
  try {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal })
    if (!response.ok || !response.body) throw new Error(`${url} answers ${response.status}: ${await response.text()}`)
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      onLines(text.split('"by":"app"').length - 1)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

async function flood(berth: Instance, app: string): Promise<void> {
  await control(berth, 'review', 'POST /flood', { app, megabytes: floodMegabytes })
}

const channelCount = async (berth: Instance): Promise<number> =>
  (await control<{ followers: number }>(berth, 'review', 'GET /followers')).followers

/** The one that serves the pages, below the process that this one started. */
function webProcess(): number {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
      return args ? [{ pid: Number(pid), parent: Number(parent), args }] : []
    })
  const own = new Set(all.filter(({ parent }) => parent === process.pid).map(({ pid }) => pid))
  const found = all.find(({ parent, args }) => own.has(parent) && args.startsWith('next-server'))
  if (!found) throw new Error('The web process was not found.')
  return found.pid
}

const residentMegabytes = (pid: number): number =>
  Math.round(Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024)
