import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { generateKeyPair } from '../e2e/stand-ins/dokku/key-pair.ts'
import { startDokku } from '../e2e/stand-ins/dokku/server.ts'
import { createWorld, type World } from '../lib/context.ts'
import type { Database } from '../lib/db/client.ts'
import { startEmbeddedPostgres } from '../lib/db/embedded-postgres.ts'
import { lookStates } from '../lib/db/looks.ts'
import { migrate } from '../lib/db/migrations.ts'
import { keepHosts } from '../lib/db/observations-projects.ts'
import type { Dokku } from '../lib/dokku/index.ts'
import { readEnv } from '../lib/env.ts'
import { syncHost } from '../lib/sync/dokku.ts'
import { lookIntervals, nextLookAt } from '../lib/sync/interval.ts'
import type { Measured } from './table.ts'

const root = path.join(import.meta.dirname, '..')

const sizes = [1, 60, 500]

/** The host runs twice as fast as the recorded one, and so does the clock that Berth paces itself by. */
const pace = 0.5

/** Looking settles for the first, and is measured for the second. */
const minutes = { settling: 2, measured: 5 }

/** The plain way is measured on so many apps, and reckoned from them for more. */
const mostPlain = 30

/** What observing a host with this many apps takes of it, without the plugin and with it, beside asking for every report. */
export async function measureDokku(): Promise<Measured[]> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'berth-bench-'))
  const postgres = await startEmbeddedPostgres(dataDir)
  try {
    await migrate(postgres.url, root)
    const measured: Measured[] = []
    for (const apps of sizes) {
      for (const plugin of [false, true]) {
        measured.push(...(await measureHost({ apps, plugin, databaseUrl: postgres.url, dataDir })))
      }
    }
    return measured
  } finally {
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

interface Measuring {
  apps: number
  plugin: boolean
  databaseUrl: string
  dataDir: string
}

async function measureHost({ apps, plugin, databaseUrl, dataDir }: Measuring): Promise<Measured[]> {
  const name = `${plugin ? 'plugin' : 'plain'}-${apps}`
  const key = generateKeyPair()
  const keyFile = path.join(dataDir, `${name}.key`)
  writeFileSync(keyFile, key.private, { mode: 0o600 })
  const host = await startDokku({ name, dir: path.join(dataDir, name), authorizedKeys: [key.public], pace, plugin })
  const seeded = await fetch(`http://127.0.0.1:${host.httpPort}/__control/seed`, {
    method: 'POST',
    body: JSON.stringify({ apps }),
  })
  if (!seeded.ok) throw new Error(`The stand-in answered ${seeded.status} when it was to have ${apps} apps.`)
  const env = readEnv({
    DATABASE_URL: databaseUrl,
    BERTH_GITLAB_URL: 'http://127.0.0.1:9',
    BERTH_GITLAB_TOKEN: 'not used',
    BERTH_SECRET: 'a secret of at least 32 characters',
    BERTH_DOKKU_HOSTS: `${name}=ssh://dokku@127.0.0.1:${host.sshPort}#${host.hostKeyFingerprint}`,
    BERTH_DOKKU_KEY_FILE: keyFile,
  })
  const base = createWorld(env)
  const dokku = base.dokku.get(name)
  if (!dokku) throw new Error(`The host ${name} is missing.`)
  await keepHosts(base.db, env.BERTH_DOKKU_HOSTS)
  const asked = askedOf(dokku)
  const clock = fastClock()
  const world: World = { ...base, dokku: new Map([[name, asked.dokku]]), now: clock.now }
  const settings = {
    idleSeconds: env.BERTH_SYNC_IDLE_SECONDS,
    watchedSeconds: env.BERTH_SYNC_WATCHED_SECONDS,
    hookedSeconds: env.BERTH_SYNC_HOOKED_SECONDS,
    dokkuSeconds: env.BERTH_DOKKU_SECONDS,
    dokkuSharePercent: env.BERTH_DOKKU_SHARE,
    herokuSeconds: 30,
    requestsPerMinute: env.BERTH_GITLAB_REQUESTS_PER_MINUTE,
  }

  async function lookFor(forMinutes: number): Promise<number> {
    const end = clock.now().getTime() + forMinutes * 60_000
    for (let looks = 0; ; looks += 1) {
      const next = await nextOf(world.db, name, settings)
      if (next.getTime() >= end) {
        clock.skipTo(new Date(end))
        return looks
      }
      clock.skipTo(next)
      const outcome = await syncHost(world, name, { sharePercent: env.BERTH_DOKKU_SHARE })
      if (outcome.status !== 'done') throw new Error(`The look was ${outcome.status}.`, { cause: outcome })
    }
  }

  await lookFor(minutes.settling)
  asked.reset()
  const looks = await lookFor(minutes.measured)
  const took = asked.total()
  const seconds = minutes.measured * 60
  const percent = ((took.seconds / seconds) * 100).toFixed(1)
  const measured: Measured[] = [
    {
      what: `${label(apps)}: a look ${plugin ? 'with' : 'without'} the plugin`,
      value: `${(took.commands / looks).toFixed(1)} commands, ${(took.seconds / looks).toFixed(2)} s of the host`,
      beside: `every ${(seconds / looks).toFixed(0)} s, ${percent} % of one core; ${
        plugin ? 'tells everything' : `gets round in ${roundOf(apps, took.reports)}`
      }`,
    },
  ]
  if (!plugin) {
    asked.reset()
    const some = await world.db.dokkuApp.findMany({ where: { host: name }, take: mostPlain })
    for (const { name: app } of some) await asked.dokku.processReport(app)
    const secondsEach = asked.total().seconds / some.length
    measured.unshift({
      what: `${label(apps)}: ps:report of each`,
      value: `${apps}.0 commands, ${(secondsEach * apps).toFixed(2)} s of the host`,
      beside: some.length < apps ? `reckoned from ${some.length} of them` : '',
    })
  }
  dokku.close()
  await base.db.$disconnect()
  await host.stop()
  return measured
}

const label = (apps: number): string => (apps === 1 ? '1 app' : `${apps} apps`)

/** How long it takes until every app was asked for its report, at the measured rate. */
const roundOf = (apps: number, reports: number): string => `${((apps / reports) * minutes.measured).toFixed(0)} min`

async function nextOf(db: Database, host: string, settings: Parameters<typeof lookIntervals>[1]): Promise<Date> {
  const states = await lookStates(db, { hasGitlab: true })
  const state = states.find(({ id }) => id === `dokku:${host}`)
  if (!state) throw new Error(`The host ${host} is not to be looked at.`)
  return nextLookAt(state, lookIntervals(states, settings))
}

/** A clock that runs as much faster as the host does, and leaves out the time in which nothing happens. */
function fastClock() {
  const startMs = Date.now()
  let skippedMs = 0
  const now = () => new Date(startMs + (Date.now() - startMs) / pace + skippedMs)
  return {
    now,
    skipTo(instant: Date) {
      skippedMs += Math.max(0, instant.getTime() - now().getTime())
    },
  }
}

/** The host, counting its commands and the seconds in which it was busy with them, at its real pace. */
function askedOf(dokku: Dokku) {
  let busyMs = 0
  let reports = 0
  let commandsBefore = dokku.commandCount
  const measured = new Proxy(dokku, {
    get(target, property: keyof Dokku) {
      const value = target[property]
      if (typeof value !== 'function') return value
      return async (...given: unknown[]) => {
        const startedMs = performance.now()
        if (property === 'processReport') reports += 1
        try {
          return await (value as (...given: unknown[]) => unknown).apply(target, given)
        } finally {
          busyMs += performance.now() - startedMs
        }
      }
    },
  })
  return {
    dokku: measured,
    total: () => ({ commands: dokku.commandCount - commandsBefore, seconds: busyMs / 1000 / pace, reports }),
    reset() {
      busyMs = 0
      reports = 0
      commandsBefore = dokku.commandCount
    },
  }
}
