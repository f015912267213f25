import { createHash, randomBytes } from 'node:crypto'
import { endSession, storeSession, touchApiToken, touchSession } from '#lib/db/access.ts'
import type { Database } from '#lib/db/client.ts'
import { together } from '#lib/db/together.ts'

interface Clocked {
  db: Database
  now(): Date
}

const dayMs = 24 * 3_600_000

/** A session ends 30 days after its last use; the use is written down once a day. */
const sessionMs = 30 * dayMs

/** Starts a session and returns the cookie's value, which is stored nowhere. */
export async function startSession(world: Clocked, name: string): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const createdAt = world.now()
  const expiresAt = new Date(createdAt.getTime() + sessionMs)
  await storeSession(world.db, { tokenHash: hashOf(token), name, createdAt, expiresAt })
  return token
}

/** Whose session this cookie is; `null` when it is nobody's or has ended. */
export function sessionOf(world: Clocked, token: string): Promise<{ name: string } | null> {
  const tokenHash = hashOf(token)
  return together(`session ${tokenHash}`, () =>
    touchSession(world.db, tokenHash, { asOf: world.now(), lifeMs: sessionMs, renewAfterMs: dayMs }),
  )
}

export async function closeSession(world: { db: Database }, token: string): Promise<void> {
  await endSession(world.db, hashOf(token))
}

/** Whose API token this is; `null` when it is nobody's. */
export async function apiTokenOf(world: Clocked, token: string): Promise<{ name: string } | null> {
  if (!token.startsWith('berth_')) return null
  const tokenHash = hashOf(token)
  return together(`token ${tokenHash}`, () => touchApiToken(world.db, tokenHash, world.now()))
}

/** Both kinds of token have 256 random bits, so a plain hash tells nothing to whoever reads the database. */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')
