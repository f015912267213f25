import { randomInt } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { operatorPasswordHash, storeFirstPassword } from '#lib/db/access.ts'
import { appendAudit } from '#lib/db/audit.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { World } from '../context.ts'
import { hashPassword, isSameSecret } from './password-hash.ts'
import { countedAttempt } from './sign-in.ts'

export const shortestPassword = 8
const longestPassword = 512

/** Without the characters that are read for one another. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Whether somebody has to choose the password in the browser first. */
export async function needsPassword(world: Pick<World, 'db'>, configured: string | null): Promise<boolean> {
  return configured === null && (await operatorPasswordHash(world.db)) === null
}

/**
 * The code that whoever starts Berth reads in the terminal and types in the browser, so that the first visitor from the
 * network cannot choose the password. Made once, kept in the data directory, readable by its owner only.
 */
export async function setupCode(dataDir: string): Promise<string> {
  const file = codeFile(dataDir)
  await mkdir(dataDir, { recursive: true })
  const code = Array.from({ length: 12 }, () => alphabet[randomInt(alphabet.length)]).join('')
  try {
    await writeFile(file, `${code}\n`, { mode: 0o600, flag: 'wx' })
    return code
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return (await readFile(file, 'utf8')).trim()
  }
}

/** Sets the first password. `refused` when there is one or the code is wrong; counted like a sign-in. */
export async function choosePassword(
  world: Pick<World, 'db' | 'now'>,
  input: { dataDir: string; configured: string | null; code: string; password: string; address: string },
): Promise<void> {
  const { dataDir, configured, code, password, address } = input
  if (!(await needsPassword(world, configured))) {
    throw new BerthError('refused', 'berth', 'The password has been chosen already; sign in with it.')
  }
  if (password.length < shortestPassword || password.length > longestPassword) {
    throw new BerthError('invalid', 'berth', `The password needs ${shortestPassword} to ${longestPassword} characters.`)
  }
  await countedAttempt(world, address, async () => {
    const typed = code.replace(/[\s-]/g, '').toLowerCase()
    if (!isSameSecret(typed, await setupCode(dataDir))) {
      throw new BerthError(
        'forbidden',
        'berth',
        'That is not the setup code; it stands in the terminal in which Berth was started.',
      )
    }
    const at = world.now()
    if (!(await storeFirstPassword(world.db, await hashPassword(password), at))) {
      throw new BerthError('refused', 'berth', 'Somebody else has just chosen the password.')
    }
    const actor = { name: 'operator', via: 'page' as const }
    await appendAudit(world.db, {
      at,
      actor,
      action: 'password.choose',
      projectId: null,
      target: 'operator',
      outcome: 'succeeded',
      words: 'The first password was chosen.',
    })
    await rm(codeFile(dataDir), { force: true })
  })
}

const codeFile = (dataDir: string): string => path.join(dataDir, 'setup-code')
