import { type ExecFileException, execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { z } from 'zod'
import { BerthError } from '../domain/errors.ts'
import { holdLock } from './lock-file.ts'
import { freePort, isPortFree } from './port.ts'
import { type Binaries, postgresBinaries, type ServerUser, serverHome, serverUser } from './postgres-binaries.ts'

const run = promisify(execFile)

const startTimeoutMs = 60_000
const name = 'berth'

const Remembered = z.object({ port: z.number().int(), password: z.string().min(16) })
type Remembered = z.infer<typeof Remembered>

export interface EmbeddedPostgres {
  /** For `DATABASE_URL`; holds the password. */
  url: string
  /** Whether this call started the server, or found it running. */
  started: boolean
  /** Resolves when the server went away although nobody here asked it to. */
  lost: Promise<void>
  /** Leaves the server. It is shut down when nobody else is connected to it. */
  stop(): Promise<void>
}

interface Options {
  /** More `name=value` settings of the server; `fsync=off` for tests. */
  settings?: readonly string[]
}

/** Where things lie: the server's own files in `home`, which is the data folder unless its user may not enter there. */
const places = (dataDir: string, home: string) => ({
  cluster: path.join(home, 'postgres'),
  unfinished: path.join(home, 'postgres.unfinished'),
  remembered: path.join(path.resolve(dataDir), 'postgres.json'),
  lock: lockFile(dataDir),
})
type Places = ReturnType<typeof places>

const lockFile = (dataDir: string): string => path.join(path.resolve(dataDir), 'postgres.lock')

/**
 * PostgreSQL's own server on a folder of ours, on loopback only. Makes it at first, starts it when it stands still, and
 * joins it when it runs already: because another Berth uses it, or because the last one was killed and the server lived on.
 * `refused` for a folder that is not ours or belongs to another PostgreSQL version.
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  { settings = [] }: Options = {},
): Promise<EmbeddedPostgres> {
  await mkdir(path.resolve(dataDir), { recursive: true })
  return holdLock(lockFile(dataDir), async () => {
    const user = await serverUser()
    const binaries = await postgresBinaries(user)
    const at = places(dataDir, await serverHome(user, dataDir))
    const remembered = (await readRemembered(at.remembered, at.cluster)) ?? (await create(at, binaries, user))
    await refuseOtherVersion(binaries, at.cluster)
    const running = await joined(at.cluster, remembered)
    if (running) return handle(at, binaries, user, running, remembered, false)
    const port = (await isPortFree(remembered.port, '127.0.0.1')) ? remembered.port : await freePort()
    const server = { ...remembered, port }
    await remember(at.remembered, server)
    await startServer(at.cluster, binaries, user, port, settings)
    const client = await joined(at.cluster, server)
    if (!client)
      throw new BerthError('unavailable', 'database', 'The built-in PostgreSQL went away right after its start.')
    return handle(at, binaries, user, client, server, true)
  })
}

/** `null` when there is no server yet; a cluster without our memory of it, or a memory without its cluster, is not ours. */
async function readRemembered(file: string, cluster: string): Promise<Remembered | null> {
  const [text, files] = await Promise.all([readIfThere(file), readdir(cluster).catch((): string[] => [])])
  const remembered = text === null ? null : Remembered.safeParse(parsed(text)).data
  if (files.length === 0) return null
  if (remembered && files.includes('PG_VERSION')) return remembered
  throw new BerthError(
    'refused',
    'database',
    `${cluster} was not made by Berth, or ${path.basename(file)} beside it is gone. ` +
      'Choose another BERTH_DATA_DIR, move that folder away, or set DATABASE_URL.',
  )
}

async function refuseOtherVersion({ postgres }: Binaries, cluster: string): Promise<void> {
  const made = (await readFile(path.join(cluster, 'PG_VERSION'), 'utf8')).trim()
  const { stdout } = await run(postgres, ['--version'])
  const brought = /\d+/.exec(stdout)?.[0]
  if (made === brought) return
  throw new BerthError(
    'refused',
    'database',
    `${cluster} belongs to PostgreSQL ${made}, this Berth brings ${brought}. Dump it with the old version and restore it.`,
  )
}

/** Made under another name first, so that a kill in the middle leaves nothing that looks like a server's folder. */
async function create(at: Places, { initdb }: Binaries, user: ServerUser): Promise<Remembered> {
  const remembered = { port: await freePort(), password: randomBytes(24).toString('base64url') }
  const secretFolder = await mkdtemp(path.join(tmpdir(), 'berth-initdb-'))
  const secret = path.join(secretFolder, 'password')
  try {
    await rm(at.unfinished, { recursive: true, force: true })
    await mkdir(at.unfinished, { mode: 0o700 })
    await writeFile(secret, remembered.password, { mode: 0o600 })
    if (user) await Promise.all([at.unfinished, secretFolder, secret].map((file) => chown(file, user.uid, user.gid)))
    // The built-in locale sorts and folds case alike on every machine, whatever locales that has installed.
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    const access = [`--username=${name}`, `--pwfile=${secret}`, '--auth=scram-sha-256']
    await run(initdb, ['-D', at.unfinished, ...locale, ...access], { ...user, cwd: at.unfinished })
  } catch (error) {
    throw failure('could not be set up', error)
  } finally {
    await rm(secretFolder, { recursive: true, force: true })
  }
  await remember(at.remembered, remembered)
  await rm(at.cluster, { recursive: true, force: true })
  await rename(at.unfinished, at.cluster)
  return remembered
}

async function remember(file: string, remembered: Remembered): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(remembered), { mode: 0o600 })
  await rename(`${file}.new`, file)
}

/** `pg_ctl` puts the server in a session of its own: Ctrl-C and a kill of Berth do not reach it. */
async function startServer(
  cluster: string,
  { pgCtl }: Binaries,
  user: ServerUser,
  port: number,
  settings: readonly string[],
): Promise<void> {
  const all = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...settings]
  const options = [`-p ${port}`, ...all.map((setting) => `-c ${setting}`)].join(' ')
  const log = path.join(cluster, 'server.log')
  try {
    await run(pgCtl, ['start', '-w', '-t', String(startTimeoutMs / 1000), '-D', cluster, '-l', log, '-o', options], {
      ...user,
      cwd: cluster,
    })
  } catch (error) {
    const lines = ((await readIfThere(log)) ?? '').trim().split('\n').slice(-3).join(' ')
    throw failure(`did not start: ${lines}`, error)
  }
}

/**
 * A connection to the server that runs on `cluster`; `null` when none does. What `postmaster.pid` says counts only when
 * that process is a PostgreSQL: after a hard stop the number may belong to anything, and then the file is in the way.
 */
async function joined(cluster: string, { password }: Remembered): Promise<pg.Client | null> {
  const file = path.join(cluster, 'postmaster.pid')
  const deadline = Date.now() + startTimeoutMs
  while (true) {
    const lines = (await readIfThere(file))?.split('\n')
    if (!lines) return null
    if (!(await isPostgres(Number(lines[0])))) {
      await rm(file, { force: true })
      return null
    }
    const url = urlOf({ port: Number(lines[3]), password }, 'postgres')
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 5_000,
      application_name: 'berth-holder',
    })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.query(`SELECT set_config('idle_session_timeout', '0', false)`)
      return client
    } catch (error) {
      await client.end().catch(() => {})
      if (Date.now() > deadline) throw failure('runs but does not let Berth in', error)
    }
    await delay(100)
  }
}

async function isPostgres(pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0) return false
  const command =
    (await readIfThere(`/proc/${pid}/cmdline`)) ??
    (await run('ps', ['-o', 'command=', '-p', String(pid)]).then(
      ({ stdout }) => stdout,
      () => '',
    ))
  return command.includes('postgres')
}

async function handle(
  at: Places,
  { pgCtl }: Binaries,
  user: ServerUser,
  client: pg.Client,
  remembered: Remembered,
  started: boolean,
): Promise<EmbeddedPostgres> {
  const { rows } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
  if (rows.length === 0) await client.query(`CREATE DATABASE ${name}`)
  let stopping = false
  const lost = new Promise<void>((resolve) => {
    client.once('end', () => stopping || resolve())
  })

  async function stop(): Promise<void> {
    if (stopping) return
    stopping = true
    await holdLock(at.lock, async () => {
      const others = await client
        .query(
          `SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1`,
        )
        .catch(() => null)
      await client.end().catch(() => {})
      if (others === null || others.rows.length > 0) return
      await run(pgCtl, ['stop', '-w', '-m', 'fast', '-D', at.cluster], { ...user, cwd: at.cluster })
    })
  }

  return { url: urlOf({ ...remembered, port: client.port }, name), started, lost, stop }
}

const urlOf = ({ port, password }: Remembered, database: string) =>
  `postgresql://${name}:${password}@127.0.0.1:${port}/${database}`

function failure(what: string, cause: unknown): BerthError {
  const { stderr, message } = cause as ExecFileException
  return new BerthError('unavailable', 'database', `The built-in PostgreSQL ${what} ${stderr || message}`.trim(), {
    cause,
  })
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
