import type { IncomingMessage } from 'node:http'
import { userOf } from './oauth-grants.ts'
import { Refusal } from './reply.ts'
import type { Token, World } from './world.ts'

/** The token of a request, from `PRIVATE-TOKEN` or `Authorization: Bearer`. */
export function authenticate(world: World, request: IncomingMessage): { secret: string; token: Token } {
  const header = request.headers['private-token']
  const bearer = /^Bearer (?<secret>\S+)$/i.exec(request.headers.authorization ?? '')?.groups?.secret
  const secret = typeof header === 'string' ? header : bearer
  if (!secret) throw new Refusal(401, { message: '401 Unauthorized' })
  const token = world.tokens.get(secret)
  if (token && hasEnded(token)) throw expired
  if (token) return { secret, token }
  // OAuth's tokens are taken as bearers only.
  const grant = bearer === undefined ? undefined : world.oauth.grants.get(secret)
  if (grant && grant.expiresAt > new Date())
    return { secret, token: { user: userOf(world, grant), scopes: grant.scopes } }
  if (grant) throw expired
  throw bearer === undefined
    ? new Refusal(401, { message: '401 Unauthorized' })
    : new Refusal(401, {
        error: 'invalid_token',
        error_description: 'Token was revoked. You have to re-authorize from the user.',
      })
}

const expired = new Refusal(401, {
  error: 'invalid_token',
  error_description: 'Token is expired. You can either do re-authorization or token refresh.',
})

const hasEnded = ({ expiresOn }: Token): boolean => Boolean(expiresOn) && new Date(String(expiresOn)) <= new Date()

/** `read_api` reads, `read_user` who one is, any scope what the token itself is; everything else needs `api`. */
export function requireScope({ scopes }: Token, method: string, path: string): void {
  if (method === 'GET' && path === '/personal_access_tokens/self') return
  if (scopes.includes('read_user') && method === 'GET' && path === '/user') return
  if (scopes.includes('api') || (['GET', 'HEAD'].includes(method) && scopes.includes('read_api'))) return
  throw new Refusal(403, {
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope: 'api',
  })
}
