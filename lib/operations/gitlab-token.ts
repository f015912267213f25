import { setTimeout as wait } from 'node:timers/promises'
import { type Account, type AccountChange, accountOf, personIdOf, withAccountLocked } from '#lib/db/people.ts'
import { together } from '#lib/db/together.ts'
import { BerthError, failureOf } from '#lib/domain/errors.ts'
import type { GitlabOauth, GitlabTokens } from '#lib/gitlab/index.ts'
import { log } from '#lib/log.ts'
import type { Seal } from '#lib/seal.ts'
import type { World } from '../context.ts'

/** What it takes to hold people's tokens; `oauth` is `null` where nobody signs in with GitLab. */
export type TokenKeeper = Pick<World, 'db' | 'seal' | 'now'> & { oauth: GitlabOauth | null }

/** A token that ends sooner is renewed before it is used. */
const leastMs = 5 * 60_000

/**
 * The token as which GitLab is asked in this person's name. One that ends within five minutes, and `refused`, which GitLab has
 * just not taken, are renewed first. `forbidden` when only signing in again helps; `unavailable` when GitLab cannot be
 * asked for the next one: nothing is lost then.
 */
export function accessTokenOf(keeper: TokenKeeper, personId: string, refused: string | null = null): Promise<string> {
  return together(`gitlab token ${personId} ${refused ?? ''}`, async () => {
    const account = await accountOf(keeper.db, personId)
    const usable = account && usableToken(keeper, account, refused)
    return usable ?? renewedToken(keeper, personId, refused)
  })
}

/** `null` when it has to be looked at with the account locked. */
function usableToken({ seal, now }: TokenKeeper, account: Account, refused: string | null): string | null {
  const { accessToken, refreshToken, accessTokenExpiresAt, failure } = account
  if (accessToken === null || failure !== null) return null
  if (seal.isOld(accessToken) || (refreshToken !== null && seal.isOld(refreshToken))) return null
  if (endsWithin(accessTokenExpiresAt, now(), leastMs)) return null
  const token = seal.open(accessToken, sealPurpose('access', account.gitlabId))
  return token === refused ? null : token
}

/**
 * The same with the account locked, so that of all who ask at once, in whatever process, one renews and the others find what it
 * got: GitLab takes each refresh token once, and whoever came second with it would end the sign-in.
 */
export function renewedToken(keeper: TokenKeeper, personId: string, refused: string | null): Promise<string> {
  return withAccountLocked(keeper.db, personId, async (account) => {
    if (account === null || account.accessToken === null || account.failure !== null) {
      return { error: signInEnded(account?.username ?? 'Somebody') }
    }
    const { seal, now, oauth } = keeper
    const { gitlabId, username, accessTokenExpiresAt } = account
    const token = seal.open(account.accessToken, sealPurpose('access', gitlabId))
    const refreshToken = account.refreshToken && seal.open(account.refreshToken, sealPurpose('refresh', gitlabId))
    if (token !== refused && !endsWithin(accessTokenExpiresAt, now(), leastMs)) {
      return {
        result: token,
        change: sealed(seal, gitlabId, { accessToken: token, refreshToken, expiresAt: accessTokenExpiresAt }),
      }
    }
    if (refreshToken === null || oauth === null) {
      return ended(username, oauth ? 'GitLab gave no refresh token.' : 'Nobody signs in with GitLab here any more.')
    }
    try {
      const next = await oauth.refresh(refreshToken)
      return { result: next.accessToken, change: sealed(seal, gitlabId, next) }
    } catch (error) {
      if (error instanceof BerthError && error.kind === 'forbidden') return ended(username, error.message)
      // What there is serves to its own end, while the next one cannot be had.
      if (token !== refused && !endsWithin(accessTokenExpiresAt, now(), 0)) return { result: token }
      return { error: noNextToken(username, error) }
    }
  })
}

const endsWithin = (expiresAt: Date | null, asOf: Date, milliseconds: number): boolean =>
  expiresAt !== null && expiresAt.getTime() - asOf.getTime() <= milliseconds

/** Binds what is sealed to its place and its person. */
export const sealPurpose = (kind: 'access' | 'refresh', gitlabId: number): string =>
  `gitlab ${kind} token of ${gitlabId}`

/** The tokens as they are stored. */
export function sealed(
  seal: Seal,
  gitlabId: number,
  { accessToken, refreshToken, expiresAt }: GitlabTokens,
): Required<Pick<AccountChange, 'accessToken' | 'refreshToken' | 'accessTokenExpiresAt'>> {
  return {
    accessToken: seal.close(accessToken, sealPurpose('access', gitlabId)),
    refreshToken: refreshToken && seal.close(refreshToken, sealPurpose('refresh', gitlabId)),
    accessTokenExpiresAt: expiresAt,
  }
}

/** Kept, so that nobody asks GitLab again with what it refused. */
const ended = (username: string, why: string) => ({
  change: { failure: why, accessToken: null, refreshToken: null },
  error: signInEnded(username),
})

export const signInEnded = (username: string): BerthError =>
  new BerthError('forbidden', 'gitlab', `${username}'s sign-in with GitLab has ended: sign in again.`)

const noNextToken = (username: string, error: unknown): BerthError =>
  new BerthError(
    'unavailable',
    'gitlab',
    `GitLab gives no new token for ${username} now. ${failureOf(error).message}`,
    error instanceof BerthError ? {} : { cause: error },
  )

/** How long a sign-in or a sign-out waits until GitLab has ended what it gave before. */
const revokeMs = 3000

/** Forgets the person's tokens and has GitLab end them. `false` when GitLab did not confirm it: they are forgotten all the same. */
export async function revokeTokens(keeper: TokenKeeper & { oauth: GitlabOauth }, personId: string): Promise<boolean> {
  const held = await withAccountLocked(keeper.db, personId, async (account) => ({
    result: account,
    change: { accessToken: null, refreshToken: null, accessTokenExpiresAt: null },
  }))
  return held === null || hasRevoked(keeper, held)
}

/**
 * Stores what another sign-in of a person was given, and has GitLab end what it gave before: nobody could any more. GitLab need
 * not confirm it. Nothing happens to somebody who signs in for the first time.
 */
export async function replaceTokens(
  keeper: TokenKeeper & { oauth: GitlabOauth },
  gitlabId: number,
  tokens: GitlabTokens,
): Promise<void> {
  const personId = await personIdOf(keeper.db, gitlabId)
  if (personId === null) return
  const held = await withAccountLocked(keeper.db, personId, async (account) => ({
    result: account,
    change: { ...sealed(keeper.seal, gitlabId, tokens), failure: null },
  }))
  if (held === null || (await hasRevoked(keeper, held))) return
  log.warn({ gitlabId }, 'GitLab did not confirm that it ended the tokens of the sign-in before.')
}

async function hasRevoked({ seal, oauth }: TokenKeeper & { oauth: GitlabOauth }, held: Account): Promise<boolean> {
  const open = (token: string | null, kind: 'access' | 'refresh') =>
    token === null ? [] : [seal.open(token, sealPurpose(kind, held.gitlabId))]
  try {
    const tokens = [...open(held.refreshToken, 'refresh'), ...open(held.accessToken, 'access')]
    const revoked = Promise.all(tokens.map((token) => oauth.revoke(token))).then(() => true)
    return await Promise.race([revoked, wait(revokeMs, false, { ref: false })])
  } catch {
    return false
  }
}
