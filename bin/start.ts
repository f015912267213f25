import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from '../lib/db/client.ts'
import { hasOwnConnections } from '../lib/db/connections.ts'
import { migrate } from '../lib/db/migrations.ts'
import { freePort, isPortFree } from '../lib/db/port.ts'
import type { Env } from '../lib/env.ts'
import { build, isBuildStale, nextCommand } from './build.ts'
import { root, supervise } from './child.ts'
import { openDatabase } from './database.ts'
import { sayHowToSignIn } from './first-sign-in.ts'
import { keptSecret } from './secret.ts'
import { readSettings } from './settings.ts'
import { startStandIns } from './stand-ins.ts'

/**
 * `npm run up`: everything that Berth needs, in one terminal: database, pages, worker, and stand-ins for GitLab and Dokku
 * when neither is configured. `--dev` serves the pages from their sources.
 */
const readyTimeoutMs = 120_000

const dev = process.argv.includes('--dev')
const running: (() => Promise<void>)[] = []

/** Ends in the opposite order of starting: whoever uses something ends before it. */
let ending: Promise<void> | null = null
function end(exitCode: number): Promise<void> {
  ending ??= (async () => {
    for (const stop of running.toReversed()) await stop().catch((error: Error) => console.error(error.message))
    process.exit(exitCode)
  })()
  return ending
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0))

try {
  await start(readSettings())
} catch (error) {
  // After a signal the parts end under the hands of `start`; that is no failure of theirs.
  if (!ending) console.error(`Berth did not start. ${(error as Error).message}`)
  await end(1)
}

async function start(env: Env): Promise<void> {
  const port = await choosePort(env.PORT)
  const origin = `http://localhost:${port}`
  const database = await openDatabase(env)
  running.push(database.stop)
  await migrate(database.url, root)
  if (!dev && isBuildStale()) {
    console.log('Building the pages …')
    if (!build()) throw new Error('The pages could not be built.')
  }

  const wantsDemo = isUnconfigured(env) && env.BERTH_DEMO !== false && !(await isBegun(database.url))
  const standIns = wantsDemo ? await startStandIns(env.BERTH_DATA_DIR, env.BERTH_URL ?? origin) : null
  if (standIns) running.push(standIns.stop)

  const childEnv: NodeJS.ProcessEnv = {
    ...process.env,
    ...standIns?.env,
    NODE_ENV: dev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    DATABASE_URL: database.url,
    BERTH_DATA_DIR: env.BERTH_DATA_DIR,
    BERTH_SECRET: env.BERTH_SECRET ?? keptSecret(env.BERTH_DATA_DIR),
    BERTH_URL: env.BERTH_URL ?? origin,
    // Set by whoever asked for a demo, where there is none.
    ...(!standIns && { BERTH_DEMO: 'false' }),
    PORT: String(port),
  }
  const worker = supervise({ name: 'worker', args: [path.join(root, 'bin', 'worker.ts')], env: childEnv })
  running.push(worker.stop)
  const web = supervise({ name: 'web', args: [nextCommand, dev ? 'dev' : 'start', '-p', String(port)], env: childEnv })
  running.push(web.stop)

  await Promise.race([answers(`http://127.0.0.1:${port}/api/health`), web.firstDeath, worker.firstDeath])
  web.settled()
  worker.settled()

  console.log(`\n${database.words}`)
  if (standIns) console.log(`Demo: stand-ins for GitLab (${standIns.env.BERTH_GITLAB_URL}) and two Dokku hosts`)
  await sayHowToSignIn(env, database.url)
  console.log(`Berth is at ${env.BERTH_URL ?? origin}`)
}

function isUnconfigured(env: Env): boolean {
  return env.BERTH_GITLAB_URL === null && env.BERTH_DOKKU_HOSTS.length === 0
}

/** Whether somebody connected something in the browser, or left the demo there. */
async function isBegun(url: string): Promise<boolean> {
  const db = connect(url, { poolSize: 1 })
  try {
    return await hasOwnConnections(db)
  } finally {
    await db.$disconnect()
  }
}

/** The usual port may be taken by anything: the next free one will do. A port that somebody chose is not replaced. */
async function choosePort(wanted: number): Promise<number> {
  if (wanted === 0) return freePort()
  if (await isPortFree(wanted)) return wanted
  if (process.env.PORT) throw new Error(`Port ${wanted} is taken. Set PORT to another one.`)
  for (let port = wanted + 1; port < wanted + 100; port++) {
    if (!(await isPortFree(port))) continue
    console.log(`Port ${wanted} is taken, so Berth uses ${port}.`)
    return port
  }
  throw new Error(`Ports ${wanted} to ${wanted + 99} are all taken. Set PORT to a free one.`)
}

async function answers(url: string): Promise<void> {
  const deadline = Date.now() + readyTimeoutMs
  while (Date.now() < deadline) {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => null)
    if (response?.ok) return
    await delay(100)
  }
  throw new Error(`The web server did not answer at ${url} within ${readyTimeoutMs / 1000} s.`)
}
