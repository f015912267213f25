import { createHash, createHmac, randomBytes } from 'node:crypto'
import {
  type ApiToken,
  endSession,
  operatorPasswordHash,
  storeSession,
  touchApiToken,
  touchSession,
} from '#lib/db/access.ts'
import type { Database } from '#lib/db/client.ts'
import { together } from '#lib/db/together.ts'

interface Clocked {
  db: Database
  now(): Date
}

/** A cookie's value, and the operator's password where it is configured: `null` where it was chosen in the browser. */
interface Presented {
  token: string
  configured: string | null
}

const dayMs = 24 * 3_600_000

/** A session ends 30 days after its last use; the use is written down once a day. */
const sessionMs = 30 * dayMs

/** Starts a session and returns the cookie's value, which is stored nowhere. */
export async function startSession(
  world: Clocked,
  { name, configured }: { name: string; configured: string | null },
): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const createdAt = world.now()
  const expiresAt = new Date(createdAt.getTime() + sessionMs)
  const tokenHash = await sessionHash(world, { token, configured })
  await storeSession(world.db, { tokenHash, name, createdAt, expiresAt })
  return token
}

/** Whose session this cookie is; `null` when it is nobody's or has ended. */
export async function sessionOf(world: Clocked, presented: Presented): Promise<{ name: string } | null> {
  const tokenHash = await sessionHash(world, presented)
  return together(`session ${tokenHash}`, () =>
    touchSession(world.db, tokenHash, { asOf: world.now(), lifeMs: sessionMs, renewAfterMs: dayMs }),
  )
}

export async function closeSession(world: { db: Database }, presented: Presented): Promise<void> {
  await endSession(world.db, await sessionHash(world, presented))
}

/** Whose API token this is; `null` when it is nobody's. */
export async function apiTokenOf(world: Clocked, token: string): Promise<ApiToken | null> {
  if (!token.startsWith('berth_')) return null
  const tokenHash = hashOf(token)
  return together(`token ${tokenHash}`, () => touchApiToken(world.db, tokenHash, world.now()))
}

/**
 * A session is kept under its token and the operator's password together, so nobody finds it again once that password is
 * another one: to change it ends every session, in whatever way it was changed. The token's 256 random bits keep both from
 * whoever reads the database.
 */
async function sessionHash({ db }: { db: Database }, { token, configured }: Presented): Promise<string> {
  const password = configured ?? (await together('operator password', () => operatorPasswordHash(db)))
  return createHmac('sha256', token)
    .update(password ?? '')
    .digest('hex')
}

/** An API token has 256 random bits, so a plain hash tells nothing to whoever reads the database. */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')
