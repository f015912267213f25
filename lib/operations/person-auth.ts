import { hkdfSync } from 'node:crypto'
import { prismaAdapter } from 'better-auth/adapters/prisma'
import { betterAuth } from 'better-auth/minimal'
import { type GenericOAuthConfig, genericOAuth } from 'better-auth/plugins/generic-oauth'
import { oauthScopes } from '#lib/domain/oauth-scopes.ts'
import type { Gitlab, GitlabOauth, GitlabUser } from '#lib/gitlab/index.ts'
import { log } from '#lib/log.ts'
import type { World } from '../context.ts'
import { replaceTokens, sealed } from './gitlab-token.ts'

export interface SignInOptions {
  world: Pick<World, 'db' | 'seal' | 'now'>
  oauth: GitlabOauth
  /** GitLab, asked with a token that has just been given. */
  gitlabBy(token: string): Gitlab
  /** Berth's public address. */
  url: string
  /** What the browser keeps: who somebody is, and for ten minutes which sign-in they began. */
  cookies: { person: string; state: string }
  /** Signs the cookies; any text that stays secret. */
  secret: string
}

/** A session ends so long after it was begun, used or not: signing in again is one click. */
const sessionSeconds = 30 * 24 * 3600

/** better-auth on Berth's own tables, for GitLab alone. `onSession` hears of every session that begins. */
export function createPersonAuth(
  options: SignInOptions,
  onSession: (personId: string, headers: Headers) => Promise<void>,
) {
  const { world, url, cookies, secret } = options
  return betterAuth({
    appName: 'Berth',
    baseURL: url,
    basePath: '/api/auth',
    // Apart from what else hangs on the same secret.
    secret: Buffer.from(hkdfSync('sha256', secret, 'berth', 'sign-in', 32)).toString('base64url'),
    database: prismaAdapter(world.db, { provider: 'postgresql' }),
    user: {
      modelName: 'person',
      additionalFields: {
        username: { type: 'string', required: true },
        gitlabId: { type: 'number', required: true },
      },
    },
    session: { modelName: 'personSession', expiresIn: sessionSeconds, disableSessionRefresh: true },
    account: {
      modelName: 'gitlabAccount',
      accountLinking: { enabled: false },
      // `replaceTokens` does, so that of two sign-ins at once the pair that stays is the one that GitLab was not asked to end.
      updateAccountOnSignIn: false,
    },
    verification: { modelName: 'signInState' },
    databaseHooks: {
      session: { create: { after: ({ userId }, context) => onSession(userId, context?.headers ?? new Headers()) } },
    },
    plugins: [genericOAuth({ config: [gitlabProvider(options)] })],
    advanced: {
      useSecureCookies: false,
      cookies: { session_token: cookieNamed(cookies.person, url), state: cookieNamed(cookies.state, url) },
      ipAddress: { disableIpTracking: true },
    },
    onAPIError: { errorURL: `${url}/sign-in` },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    // Its words alone: what it passes along with them is not made for logs. What it calls an error is mostly a browser's.
    logger: { log: (level, message) => log[level === 'warn' || level === 'error' ? 'warn' : 'debug'](message) },
  })
}

const cookieNamed = (name: string, url: string) => ({
  name,
  attributes: { secure: url.startsWith('https:'), httpOnly: true, sameSite: 'lax' as const, path: '/' },
})

/** GitLab as better-auth sees it. What is asked of GitLab goes through Berth's own adapter, with its limits and its words. */
function gitlabProvider({ world, oauth, gitlabBy }: SignInOptions): GenericOAuthConfig {
  return {
    providerId: 'gitlab',
    authorizationUrl: oauth.authorizeUrl,
    clientId: oauth.clientId,
    scopes: oauthScopes,
    pkce: true,
    overrideUserInfo: true,
    accountSubject: ({ profile }) => profile.id ?? '',
    // Tokens are sealed before better-auth sees them, so that none is ever stored or logged as it is.
    async getToken({ code, codeVerifier = '', redirectURI }) {
      try {
        const tokens = await oauth.exchange({ code, codeVerifier, redirectUri: redirectURI })
        const user = await gitlabBy(tokens.accessToken).currentUser()
        if (user.isActive) await replaceTokens({ ...world, oauth }, user.id, tokens)
        const { accessToken, refreshToken, accessTokenExpiresAt } = sealed(world.seal, user.id, tokens)
        return {
          accessToken: accessToken ?? undefined,
          refreshToken: refreshToken ?? undefined,
          accessTokenExpiresAt: accessTokenExpiresAt ?? undefined,
          raw: { user },
        }
      } catch (error) {
        log.warn({ err: error }, 'A sign-in with GitLab failed.')
        throw error
      }
    },
    getUserInfo: async ({ raw }) => profileOf((raw as { user: GitlabUser }).user),
    mapProfileToUser: ({ username, gitlabId }) => ({ username, gitlabId }),
  }
}

/** Who somebody is goes by GitLab's number alone: an address of mail may be another person's tomorrow. */
function profileOf({ id, username, name, isActive }: GitlabUser) {
  if (!isActive) return null
  return { id, email: `gitlab-${id}@users.invalid`, emailVerified: false, name, username, gitlabId: id }
}
