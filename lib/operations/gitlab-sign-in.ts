import { hkdfSync } from 'node:crypto'
import { prismaAdapter } from 'better-auth/adapters/prisma'
import { betterAuth } from 'better-auth/minimal'
import { genericOAuth } from 'better-auth/plugins/generic-oauth'
import { appendAudit } from '#lib/db/audit.ts'
import { clearFailure, endPersonSession, isSignedInAnywhere, personById } from '#lib/db/people.ts'
import { ownPath } from '#lib/domain/own-path.ts'
import { signInFailure } from '#lib/domain/sign-in-failure.ts'
import type { Gitlab, GitlabOauth, GitlabUser } from '#lib/gitlab/index.ts'
import { log } from '#lib/log.ts'
import type { World } from '../context.ts'
import { addressOf } from './caller-address.ts'
import { revokeTokens, sealed } from './gitlab-token.ts'
import { personName } from './person-name.ts'

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

/** Signing in with GitLab: OAuth's authorization code with PKCE, by better-auth; sessions are in the database. */
export interface GitlabSignIn {
  /** Where to send the browser, and the cookies it has to bring back. `next` is where it wanted to go. */
  begin(next: string | null, headers: Headers): Promise<{ url: string; cookies: string[] }>
  /** GitLab's answer, which a browser brings to `/api/auth/callback/gitlab`: a redirect, with the session's cookie when it went well. */
  finish(request: Request): Promise<Response>
  /** Whose session the cookie is; `null` when it is nobody's or has ended. */
  sessionOf(headers: Headers): Promise<PersonalSession | null>
  /** Ends the session, and GitLab's tokens with the last one of the person. */
  end(headers: Headers): Promise<void>
}

export interface PersonalSession {
  id: string
  personId: string
}

const scopes = ['api', 'read_user', 'openid', 'profile', 'email']

/** A session ends so long after it was begun, used or not: signing in again is one click. */
const sessionSeconds = 30 * 24 * 3600

export function createGitlabSignIn(options: SignInOptions): GitlabSignIn {
  const { world, url } = options
  const auth = authOf(options)
  const sessionOf: GitlabSignIn['sessionOf'] = async (headers) => {
    const found = await auth.api.getSession({ headers })
    return found && { id: found.session.id, personId: found.user.id }
  }
  return {
    sessionOf,
    async begin(next, headers) {
      const path = ownPath(next)
      const errorCallbackURL = path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`
      const body = { provider: 'gitlab', callbackURL: path, errorCallbackURL, disableRedirect: true }
      const answer = await auth.api.signInSocial({ body, headers, returnHeaders: true })
      if (!answer.response.url) throw new Error('better-auth gave no address to sign in at.')
      return { url: answer.response.url, cookies: answer.headers.getSetCookie() }
    },
    async finish(request) {
      const response = await auth.handler(request)
      const failure = failureIn(response, url)
      if (failure !== null) await auditRefusal(world, failure, request.headers)
      return response
    },
    async end(headers) {
      const session = await sessionOf(headers)
      if (session) await endSession(options, session)
    },
  }
}

function authOf({ world, oauth, gitlabBy, url, cookies, secret }: SignInOptions) {
  const { db, seal } = world
  const cookie = (name: string) => ({
    name,
    attributes: { secure: url.startsWith('https:'), httpOnly: true, sameSite: 'lax', path: '/' } as const,
  })
  return betterAuth({
    appName: 'Berth',
    baseURL: url,
    basePath: '/api/auth',
    // Apart from what else hangs on the same secret.
    secret: Buffer.from(hkdfSync('sha256', secret, 'berth', 'sign-in', 32)).toString('base64url'),
    database: prismaAdapter(db, { provider: 'postgresql' }),
    user: {
      modelName: 'person',
      additionalFields: {
        username: { type: 'string', required: true },
        gitlabId: { type: 'number', required: true },
      },
    },
    session: { modelName: 'personSession', expiresIn: sessionSeconds, disableSessionRefresh: true },
    account: { modelName: 'gitlabAccount', accountLinking: { enabled: false } },
    verification: { modelName: 'signInState' },
    databaseHooks: {
      session: {
        create: { after: (session, context) => welcome(world, session.userId, context?.headers ?? new Headers()) },
      },
    },
    plugins: [
      genericOAuth({
        config: [
          {
            providerId: 'gitlab',
            authorizationUrl: oauth.authorizeUrl,
            clientId: oauth.clientId,
            scopes,
            pkce: true,
            overrideUserInfo: true,
            accountSubject: ({ profile }) => profile.id ?? '',
            // Tokens are sealed before better-auth sees them, so that none is ever stored or logged as it is.
            async getToken({ code, codeVerifier = '', redirectURI }) {
              try {
                const tokens = await oauth.exchange({ code, codeVerifier, redirectUri: redirectURI })
                const user = await gitlabBy(tokens.accessToken).currentUser()
                const { accessToken, refreshToken, accessTokenExpiresAt } = sealed(seal, user.id, tokens)
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
          },
        ],
      }),
    ],
    advanced: {
      useSecureCookies: false,
      cookies: { session_token: cookie(cookies.person), state: cookie(cookies.state) },
      ipAddress: { disableIpTracking: true },
    },
    onAPIError: { errorURL: `${url}/sign-in` },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    // Its words alone: what it passes along with them is not made for logs. What it calls an error is mostly a browser's.
    logger: { log: (level, message) => log[level === 'warn' || level === 'error' ? 'warn' : 'debug'](message) },
  })
}

/** Who somebody is goes by GitLab's number alone: an address of mail may be another person's tomorrow. */
function profileOf({ id, username, name, isActive }: GitlabUser) {
  if (!isActive) return null
  return { id, email: `gitlab-${id}@users.invalid`, emailVerified: false, name, username, gitlabId: id }
}

async function welcome({ db, now }: SignInOptions['world'], personId: string, headers: Headers): Promise<void> {
  await clearFailure(db, personId)
  const person = await personById(db, personId)
  if (!person) return
  await appendAudit(db, {
    at: now(),
    actor: { name: personName(person.username), via: 'page' },
    action: 'sign-in',
    projectId: null,
    target: personName(person.username),
    outcome: 'succeeded',
    words: `Signed in with GitLab from ${addressOf(headers)}.`,
  })
}

/** The code with which a sign-in came back to its page; `null` when it went well. */
function failureIn(response: Response, url: string): string | null {
  const location = response.headers.get('location') ?? ''
  if (!URL.canParse(location, url)) return 'unexpected'
  const { pathname, searchParams } = new URL(location, url)
  return pathname === '/sign-in' ? (searchParams.get('error') ?? 'unexpected') : null
}

async function auditRefusal({ db, now }: SignInOptions['world'], code: string, headers: Headers): Promise<void> {
  await appendAudit(db, {
    at: now(),
    actor: { name: 'somebody', via: 'page' },
    action: 'sign-in',
    projectId: null,
    target: 'GitLab',
    outcome: 'refused',
    words: `${signInFailure(code)} From ${addressOf(headers)}.`,
  })
}

async function endSession({ world, oauth }: SignInOptions, session: PersonalSession): Promise<void> {
  const { db, now } = world
  const person = await personById(db, session.personId)
  await endPersonSession(db, session, now())
  const isElsewhere = await isSignedInAnywhere(db, session.personId, now())
  const isRevoked = !isElsewhere && (await revokeTokens({ ...world, oauth }, session.personId))
  if (!person) return
  await appendAudit(db, {
    at: now(),
    actor: { name: personName(person.username), via: 'page' },
    action: 'sign-out',
    projectId: null,
    target: personName(person.username),
    outcome: 'succeeded',
    words: isElsewhere
      ? 'Signed out; still signed in elsewhere.'
      : isRevoked
        ? 'Signed out; GitLab ended the tokens.'
        : 'Signed out; GitLab did not confirm that it ended the tokens.',
  })
}
