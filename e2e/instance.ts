import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import type { StandIns } from './stand-ins/start.ts'

const root = path.join(import.meta.dirname, '..')
export const password = 'correct horse battery'

/** A whole Berth of its own, with stand-ins of its own: started as a user starts it. */
export interface Instance {
  url: string
  /** Of the second Berth; `null` without one. */
  secondUrl: string | null
  dataDir: string
  standIns: StandIns
  /** Kills one of Berth's processes, or all of them and its PostgreSQL too, the hard way; or all of the second Berth. */
  kill(what: 'worker' | 'web' | 'all' | 'machine' | 'second'): Promise<void>
  /** Starts Berth again on the same data and port after everything was killed. */
  start(): Promise<void>
  /** Ends Berth as a person does and starts it again, with `env` as it is by now. */
  restart(): Promise<void>
  /** Asks Berth's database, for what no page shows. */
  sql<Row extends object>(query: string, values?: readonly unknown[]): Promise<Row[]>
  /** Makes an API token. */
  token(name: string): string
  /** What the processes printed so far. */
  output(): string
  stop(): Promise<void>
}

export interface InstanceOptions {
  env?: Record<string, string>
  /** How long a job of the stand-in GitLab takes. */
  jobMs?: number
  large?: boolean
  /** Dokku hosts that have the plugin `berth`. */
  plugin?: ('review' | 'production')[]
  /** With a Heroku, and the project that is deployed there. */
  heroku?: boolean
  /** People sign in with GitLab; the operator's password opens nothing then, unless `env` says so. */
  oauth?: boolean
  /** `false`: Berth knows nothing of the stand-ins and begins empty; they can be connected in the browser. */
  connected?: boolean
  /** A second Berth, pages and worker, on the same PostgreSQL. */
  second?: boolean
}

export async function startInstance({
  env = {},
  jobMs = 500,
  large = false,
  plugin = [],
  heroku = false,
  oauth = false,
  connected = true,
  second = false,
}: InstanceOptions = {}): Promise<Instance> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'berth-e2e-'))
  const standInsArgs = [
    '--dir',
    path.join(dataDir, 'stand-ins'),
    '--job-ms',
    String(jobMs),
    '--parent',
    String(process.pid),
    ...(large ? [] : ['--small']),
    ...(heroku ? ['--heroku'] : []),
    ...plugin.flatMap((host) => ['--berth-plugin', host]),
  ]
  const standInsProcess = spawnNode('e2e/stand-ins/start.ts', standInsArgs, process.env)
  const standIns = JSON.parse(await lineOf(standInsProcess, (line) => line.startsWith('{'))) as StandIns

  const connections = () => ({
    BERTH_GITLAB_URL: standIns.gitlabUrl,
    BERTH_GITLAB_TOKEN: standIns.gitlabToken,
    BERTH_GITLAB_PROJECTS: standIns.gitlabProjects.join(','),
    BERTH_DOKKU_HOSTS: standIns.dokkuHosts,
    BERTH_DOKKU_KEY_FILE: standIns.dokkuKeyFile,
    ...(standIns.heroku && {
      BERTH_HEROKU_URL: standIns.heroku.url,
      BERTH_HEROKU_API_KEY: standIns.heroku.key,
    }),
    BERTH_MAPPINGS: JSON.stringify(standIns.mappings),
  })

  let printed = ''
  let port = 0
  let berth: ChildProcess | null = null
  const berthEnv = (): NodeJS.ProcessEnv => ({
    ...process.env,
    PORT: String(port),
    BERTH_DATA_DIR: dataDir,
    BERTH_OPERATOR_PASSWORD: password,
    ...(connected ? connections() : { BERTH_DEMO: 'false' }),
    BERTH_GITLAB_REQUESTS_PER_MINUTE: '6000',
    BERTH_DOKKU_SECONDS: '2',
    BERTH_HEROKU_SECONDS: '3',
    // On a crowded machine the stand-ins are slow, which would count as a host that has no time for questions.
    BERTH_DOKKU_SHARE: '100',
    NODE_EXTRA_CA_CERTS: standIns.authorityFile,
    BERTH_PROBE_NETWORKS: '127.0.0.0/8,::1/128',
    BERTH_PROBE_SECONDS: '10',
    ...(oauth && { BERTH_GITLAB_OAUTH_ID: standIns.oauth.id, BERTH_GITLAB_OAUTH_SECRET: standIns.oauth.secret }),
    ...env,
  })

  /** Starts a Berth and answers where it is. */
  async function begin(more: Record<string, string> = {}): Promise<{ child: ChildProcess; url: string }> {
    const child = spawnNode('bin/start.ts', [], { ...berthEnv(), ...more })
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (printed += chunk))
    const line = await lineOf(child, (text) => text.startsWith('Berth is at ')).catch((error) => {
      throw new Error(`${error.message}\n${printed}`)
    })
    const url = line.slice('Berth is at '.length)
    if (oauth) await allowSignIn(standIns, url)
    return { child, url }
  }

  async function start(): Promise<void> {
    const begun = await begin()
    berth = begun.child
    port = Number(new URL(begun.url).port)
  }

  await start()
  const other = second ? await begin({ PORT: '0', DATABASE_URL: databaseUrl(dataDir) }) : null
  return {
    secondUrl: other?.url ?? null,
    get url() {
      return `http://localhost:${port}`
    },
    dataDir,
    standIns,
    start,
    output: () => printed,
    token: (name) =>
      execFileSync(process.execPath, ['bin/token.ts', name], { cwd: root, env: berthEnv(), encoding: 'utf8' })
        .split('\n')
        .find((line) => line.includes('berth_'))
        ?.match(/berth_\S+/)?.[0] ?? '',
    async sql<Row extends object>(query: string, values: readonly unknown[] = []) {
      const client = new pg.Client(databaseUrl(dataDir))
      await client.connect()
      try {
        return (await client.query<Row>(query, [...values])).rows
      } finally {
        await client.end()
      }
    },
    async kill(what) {
      const victim = what === 'second' ? other?.child : berth
      if (!victim?.pid) throw new Error('Berth does not run.')
      const children = childrenOf(victim.pid)
      const isPart = what === 'worker' || what === 'web'
      const victims = isPart
        ? children.filter(({ args }) => isA(what, args)).map(({ pid }) => pid)
        : [victim.pid, ...children.map(({ pid }) => pid)]
      if (victims.length === 0) throw new Error(`No ${what} process was found.`)
      const ended = isPart ? null : once(victim, 'exit')
      for (const pid of victims) process.kill(pid, 'SIGKILL')
      await ended
      if (what === 'machine') killPostgres(dataDir, 'SIGKILL')
    },
    async restart() {
      await end(berth)
      await start()
    },
    async stop() {
      await end(other?.child ?? null)
      await end(berth)
      await end(standInsProcess)
      // After a kill nobody was left to stop it.
      killPostgres(dataDir, 'SIGQUIT')
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Of the PostgreSQL that Berth started for itself. */
function databaseUrl(dataDir: string): string {
  const { port, password: secret } = JSON.parse(readFileSync(path.join(dataDir, 'postgres.json'), 'utf8'))
  return `postgresql://berth:${secret}@127.0.0.1:${port}/berth`
}

/** Somebody registers this Berth's address with the application in GitLab. */
async function allowSignIn({ control }: StandIns, url: string): Promise<void> {
  const body = JSON.stringify({ uri: `${url}/api/auth/callback/gitlab` })
  const headers = { 'content-type': 'application/json' }
  await fetch(`${control.gitlab}/__control/oauth/redirects`, { method: 'POST', headers, body })
}

/** Nothing happens when it does not run. */
async function end(child: ChildProcess | null): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

function spawnNode(script: string, args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [script, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** The first line of stdout that fits; an end before that is an error with what was printed. */
async function lineOf(child: ChildProcess, fits: (line: string) => boolean): Promise<string> {
  if (!child.stdout || !child.stderr) throw new Error('The process was started without its output.')
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += chunk))
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The process ended with ${code} before it was ready.\n${errors}`)))
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => fits(line) && resolve(line))
  })
}

/** The server that Berth started for itself is in a session of its own; nothing happens when it does not run. */
function killPostgres(dataDir: string, signal: NodeJS.Signals): void {
  const file = path.join(dataDir, 'postgres', 'postmaster.pid')
  if (existsSync(file)) process.kill(Number.parseInt(readFileSync(file, 'utf8'), 10), signal)
}

function childrenOf(parent: number): { pid: number; args: string }[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, pid, ppid, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
      return Number(ppid) === parent ? [{ pid: Number(pid), args: args ?? '' }] : []
    })
}

const isA = (what: 'worker' | 'web', args: string): boolean =>
  what === 'worker' ? args.includes('worker.ts') : args.includes('next')
