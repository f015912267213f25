import type { Database, Transaction } from './client.ts'

/** The stored hash of the operator's password; `null` until one was chosen. */
export async function operatorPasswordHash(db: Database): Promise<string | null> {
  const row = await db.operatorPassword.findUnique({ where: { id: 1 } })
  return row?.hash ?? null
}

/** Stores the first password. `false` when somebody else was quicker: theirs stays. */
export async function storeFirstPassword(db: Database | Transaction, hash: string, changedAt: Date): Promise<boolean> {
  const { count } = await db.operatorPassword.createMany({ data: [{ id: 1, hash, changedAt }], skipDuplicates: true })
  return count === 1
}

/** Also clears away the sessions that have lapsed. */
export async function storeSession(
  db: Database,
  session: { tokenHash: string; name: string; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await db.session.deleteMany({ where: { expiresAt: { lt: session.createdAt } } })
  await db.session.create({ data: session })
}

/** Whose session it is; `null` when there is none or it lapsed. Extends it when less than `expiresAt - minimumMs` is left. */
export async function touchSession(
  db: Database,
  tokenHash: string,
  { asOf, lifeMs, renewAfterMs }: { asOf: Date; lifeMs: number; renewAfterMs: number },
): Promise<{ name: string } | null> {
  const session = await db.session.findUnique({ where: { tokenHash } })
  if (!session || session.expiresAt <= asOf) return null
  const expiresAt = new Date(asOf.getTime() + lifeMs)
  if (expiresAt.getTime() - session.expiresAt.getTime() >= renewAfterMs) {
    await db.session.updateMany({ where: { tokenHash }, data: { expiresAt } })
  }
  return { name: session.name }
}

export async function endSession(db: Database, tokenHash: string): Promise<void> {
  await db.session.deleteMany({ where: { tokenHash } })
}

/** A program that may look, or also act. */
export interface ApiToken {
  name: string
  scope: 'read' | 'act'
}

/** Whose token it is; `null` when there is none. Its last use is written at most once a minute. */
export async function touchApiToken(db: Database, tokenHash: string, asOf: Date): Promise<ApiToken | null> {
  const token = await db.apiToken.findUnique({ where: { tokenHash } })
  if (!token) return null
  const minuteAgo = new Date(asOf.getTime() - 60_000)
  if (token.lastUsedAt === null || token.lastUsedAt < minuteAgo) {
    await db.apiToken.updateMany({
      where: { tokenHash, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: minuteAgo } }] },
      data: { lastUsedAt: asOf },
    })
  }
  return { name: token.name, scope: token.scope === 'act' ? 'act' : 'read' }
}

/** How many wrong passwords are let through: `failures` within `windowMs`, for one address and for all together. */
export interface SignInLimits {
  windowMs: number
  perAddress: number
  overall: number
}

/**
 * Counts an attempt as a failure before the password is looked at, so that a hundred guesses sent at once are a hundred;
 * `forgetFailures` takes it back after a success. Answers `allowed: false` with the wait when a limit is reached; such
 * an attempt is not counted, so the wait does not grow by trying.
 */
export async function countAttempt(
  db: Database,
  address: string,
  limits: SignInLimits,
  asOf: Date,
): Promise<{ allowed: true } | { allowed: false; waitSeconds: number }> {
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('berth sign-in'))`
    const since = new Date(asOf.getTime() - limits.windowMs)
    await tx.signInFailure.deleteMany({ where: { at: { lt: since } } })
    const newest = { at: 'desc' as const }
    const [ownLimit] = await tx.signInFailure.findMany({
      where: { address },
      orderBy: newest,
      skip: limits.perAddress - 1,
      take: 1,
    })
    const [commonLimit] = await tx.signInFailure.findMany({ orderBy: newest, skip: limits.overall - 1, take: 1 })
    const lapses = [ownLimit, commonLimit]
      .filter((failure) => failure !== undefined)
      .map((failure) => failure.at.getTime())
    if (lapses.length > 0) {
      const waitMs = Math.max(...lapses) + limits.windowMs - asOf.getTime()
      return { allowed: false, waitSeconds: Math.max(1, Math.ceil(waitMs / 1000)) }
    }
    await tx.signInFailure.create({ data: { address, at: asOf } })
    return { allowed: true }
  })
}

export async function forgetFailures(db: Database, address: string): Promise<void> {
  await db.signInFailure.deleteMany({ where: { address } })
}
