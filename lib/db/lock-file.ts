import { readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { BerthError } from '../domain/errors.ts'

const patienceMs = 90_000

/**
 * Does the work while no other process of this machine does work under the same lock file. The file holds the process's
 * number: a lock whose process is gone is broken.
 */
export async function holdLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const deadline = Date.now() + patienceMs
  while (!(await taken(file))) {
    if (Date.now() > deadline) {
      throw new BerthError('unavailable', 'database', `Another process has held ${file} for too long.`)
    }
    await delay(50)
  }
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}

async function taken(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const holder = Number(await readFile(file, 'utf8').catch(() => ''))
  // An empty file is one that its holder is about to fill.
  if (holder > 0 && !isAlive(holder)) await rm(file, { force: true })
  return false
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
