import { createHash, randomBytes } from 'node:crypto'
import type { User, World } from './world.ts'

/** An application that somebody registered under "Applications". */
export interface OauthClient {
  id: string
  secret: string
  redirectUris: string[]
}

/** A sign-in that was agreed to and is on its way back to the application; taken once, within ten minutes. */
interface Code {
  clientId: string
  userId: number
  redirectUri: string
  scopes: string[]
  challenge: string | null
  expiresAt: Date
}

/** One pair of tokens. GitLab keeps no more than the newest of a sign-in alive. */
export interface Grant {
  clientId: string
  userId: number
  scopes: string[]
  accessToken: string
  refreshToken: string
  createdAt: Date
  expiresAt: Date
}

/** What outlives a restart, as in a real GitLab's database. */
export interface OauthState {
  clients: OauthClient[]
  codes: Map<string, Code>
  /** By access token. */
  grants: Map<string, Grant>
  /** How often each user's tokens were renewed, by username. */
  refreshes: Map<string, number>
}

export const emptyOauth = (): OauthState => ({ clients: [], codes: new Map(), grants: new Map(), refreshes: new Map() })

/** What the token endpoint says no with. */
export interface GrantRefusal {
  error: 'invalid_grant' | 'invalid_client' | 'invalid_request' | 'unsupported_grant_type'
  error_description: string
}

const invalidGrant: GrantRefusal = {
  error: 'invalid_grant',
  error_description:
    'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
}

const codeMs = 600_000
/** Not configurable. */
export const tokenSeconds = 7200

const secret = (): string => randomBytes(32).toString('hex')

export function issueCode(oauth: OauthState, code: Omit<Code, 'expiresAt'>): string {
  const value = secret()
  oauth.codes.set(value, { ...code, expiresAt: new Date(Date.now() + codeMs) })
  return value
}

function issue(oauth: OauthState, from: Pick<Grant, 'clientId' | 'userId' | 'scopes'>): Grant {
  const createdAt = new Date()
  const grant: Grant = {
    ...from,
    accessToken: secret(),
    refreshToken: secret(),
    createdAt,
    expiresAt: new Date(createdAt.getTime() + tokenSeconds * 1000),
  }
  oauth.grants.set(grant.accessToken, grant)
  return grant
}

/** The code is gone whatever comes of it: a second one who brings it is refused. */
export function exchangeCode(
  oauth: OauthState,
  given: { clientId: string; code: string; redirectUri: string; verifier: string | null },
): Grant | GrantRefusal {
  const code = oauth.codes.get(given.code)
  oauth.codes.delete(given.code)
  if (!code || code.expiresAt < new Date()) return invalidGrant
  if (code.clientId !== given.clientId || code.redirectUri !== given.redirectUri) return invalidGrant
  if (code.challenge !== null && code.challenge !== challengeOf(given.verifier ?? '')) return invalidGrant
  return issue(oauth, code)
}

const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')

/** Gives a new pair; the old access token and the old refresh token are dead from then on. */
export function refresh(world: World, given: { clientId: string; refreshToken: string }): Grant | GrantRefusal {
  const { oauth } = world
  const grant = [...oauth.grants.values()].find(({ refreshToken }) => refreshToken === given.refreshToken)
  if (!grant || grant.clientId !== given.clientId) return invalidGrant
  oauth.grants.delete(grant.accessToken)
  const { username } = userOf(world, grant)
  oauth.refreshes.set(username, (oauth.refreshes.get(username) ?? 0) + 1)
  return issue(oauth, grant)
}

/** Ends the token, and the pair that it belongs to; what is nobody's is no error. */
export function revoke(oauth: OauthState, token: string): void {
  for (const grant of oauth.grants.values())
    if (grant.accessToken === token || grant.refreshToken === token) oauth.grants.delete(grant.accessToken)
}

export function userOf(world: World, { userId }: Pick<Grant, 'userId'>): User {
  const user = world.users.find(({ id }) => id === userId)
  if (!user) throw new Error(`Nobody has the number ${userId}.`)
  return user
}
