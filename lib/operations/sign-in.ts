import { countAttempt, forgetFailures, operatorPasswordHash } from '#lib/db/access.ts'
import { appendAudit } from '#lib/db/audit.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { World } from '../context.ts'
import { isPassword, isSameSecret } from './password-hash.ts'
import { closeSession, startSession } from './session.ts'

const limits = { windowMs: 15 * 60_000, perAddress: 5, overall: 60 }

const longestPassword = 1024

/**
 * Signs the operator in and returns the session cookie's value. `forbidden` for a wrong password, `unavailable` with the
 * wait when there were too many wrong ones from this address, or from all together.
 */
export async function signIn(
  world: Pick<World, 'db' | 'now'>,
  input: { password: string; configured: string | null; address: string },
): Promise<string> {
  const { password, configured, address } = input
  return countedAttempt(world, address, async () => {
    if (!(await isOperators(world, password, configured))) {
      await audit(world, { outcome: 'refused', words: `Wrong password, from ${address}.` })
      throw new BerthError('forbidden', 'berth', 'That is not the password.')
    }
    await audit(world, { outcome: 'succeeded', words: `Signed in from ${address}.` })
    return startSession(world, { name: 'operator', configured })
  })
}

export async function signOut(
  world: Pick<World, 'db'>,
  session: { token: string; configured: string | null },
): Promise<void> {
  await closeSession(world, session)
}

/** Lets `attempt` run when the limits allow it, and counts it as a failure unless it succeeds. */
export async function countedAttempt<Result>(
  world: Pick<World, 'db' | 'now'>,
  address: string,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const counted = await countAttempt(world.db, address, limits, world.now())
  if (!counted.allowed) {
    const wait =
      counted.waitSeconds > 90 ? `${Math.ceil(counted.waitSeconds / 60)} minutes` : `${counted.waitSeconds} seconds`
    throw new BerthError('unavailable', 'berth', `Too many wrong attempts; try again in ${wait}.`, {
      retryAfterSeconds: counted.waitSeconds,
    })
  }
  const result = await attempt()
  await forgetFailures(world.db, address)
  return result
}

async function isOperators(world: Pick<World, 'db'>, password: string, configured: string | null): Promise<boolean> {
  if (password.length > longestPassword) return false
  if (configured !== null) return isSameSecret(password, configured)
  const hash = await operatorPasswordHash(world.db)
  return hash !== null && isPassword(password, hash)
}

async function audit(
  world: Pick<World, 'db' | 'now'>,
  end: { outcome: 'refused' | 'succeeded'; words: string },
): Promise<void> {
  const actor = { name: 'operator', via: 'page' as const }
  await appendAudit(world.db, {
    at: world.now(),
    actor,
    action: 'sign-in',
    projectId: null,
    target: 'operator',
    ...end,
  })
}
