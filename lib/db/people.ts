import { type Role, roles } from '../domain/access.ts'
import type { Database, Transaction } from './client.ts'

/** Somebody who signed in with GitLab, with what GitLab said at `accessAt` that they may. */
export interface Person {
  id: string
  gitlabId: number
  /** GitLab's, as at `accessAt`. */
  username: string
  name: string
  /** Administers GitLab. */
  isGitlabAdmin: boolean
  /** GitLab takes their tokens no more: only signing in again helps. */
  hasEnded: boolean
  /** `null`: GitLab has not been asked yet. */
  accessAt: Date | null
  roles: ReadonlyMap<number, Role>
}

export async function personById(db: Database, id: string): Promise<Person | null> {
  const row = await db.person.findUnique({
    where: { id },
    include: { memberships: true, accounts: { select: { accessToken: true, failure: true } } },
  })
  if (!row) return null
  const { gitlabId, username, name, isGitlabAdmin, accessAt } = row
  return {
    id,
    gitlabId,
    username,
    name,
    isGitlabAdmin,
    hasEnded: !row.accounts.some(({ accessToken, failure }) => accessToken !== null && failure === null),
    accessAt,
    roles: new Map(row.memberships.flatMap(({ projectId, role }) => (isRole(role) ? [[projectId, role]] : []))),
  }
}

/** `null` for somebody who never signed in. */
export async function personIdOf(db: Database, gitlabId: number): Promise<string | null> {
  return (await db.person.findUnique({ where: { gitlabId }, select: { id: true } }))?.id ?? null
}

const isRole = (word: string): word is Role => (roles as readonly string[]).includes(word)

/** A person's tokens of GitLab, both sealed. */
export interface Account {
  id: string
  gitlabId: number
  username: string
  accessToken: string | null
  refreshToken: string | null
  accessTokenExpiresAt: Date | null
  /** Why GitLab takes them no more; `null` while it does. */
  failure: string | null
}

export type AccountChange = Partial<Omit<Account, 'id' | 'gitlabId' | 'username'>>

const columns = {
  id: true,
  accessToken: true,
  refreshToken: true,
  accessTokenExpiresAt: true,
  failure: true,
  person: { select: { gitlabId: true, username: true } },
} as const

/** `null` when they never signed in with GitLab. */
export async function accountOf(db: Database | Transaction, personId: string): Promise<Account | null> {
  const row = await db.gitlabAccount.findFirst({ where: { userId: personId }, select: columns })
  if (!row) return null
  const { person, ...account } = row
  return { ...account, ...person }
}

/**
 * The account while nobody else in any process may change it, read after that was made sure. What `work` says in `change` is
 * written with the end of the lock, even when it then throws what it says in `error`.
 */
export async function withAccountLocked<Result>(
  db: Database,
  personId: string,
  work: (
    account: Account | null,
  ) => Promise<{ change?: AccountChange; result: Result } | { change?: AccountChange; error: Error }>,
): Promise<Result> {
  const outcome = await db.$transaction(
    async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "GitlabAccount" WHERE "userId" = ${personId} FOR UPDATE`
      const account = await accountOf(tx, personId)
      const done = await work(account)
      if (account && done.change) await tx.gitlabAccount.update({ where: { id: account.id }, data: done.change })
      return done
    },
    { maxWait: 15_000, timeout: 30_000 },
  )
  if ('error' in outcome) throw outcome.error
  return outcome.result
}

/** Whether the person is signed in anywhere at this instant. */
export async function isSignedInAnywhere(db: Database, personId: string, asOf: Date): Promise<boolean> {
  return (await db.personSession.count({ where: { userId: personId, expiresAt: { gt: asOf } } })) > 0
}

/** Ends one session, and clears away those of this person that have lapsed. */
export async function endPersonSession(
  db: Database,
  session: { id: string; personId: string },
  asOf: Date,
): Promise<void> {
  await db.personSession.deleteMany({
    where: { userId: session.personId, OR: [{ id: session.id }, { expiresAt: { lte: asOf } }] },
  })
}
