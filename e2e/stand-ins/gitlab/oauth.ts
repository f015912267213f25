import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { levelsOf } from './members.ts'
import {
  exchangeCode,
  type Grant,
  type GrantRefusal,
  issueCode,
  type OauthClient,
  refresh,
  revoke,
  tokenSeconds,
  userOf,
} from './oauth-grants.ts'
import { consentPage, errorPage, signInPage } from './oauth-pages.ts'
import type { Reply } from './reply.ts'
import type { User, World } from './world.ts'

interface WebRequest {
  incoming: IncomingMessage
  method: string
  url: URL
  /** A form's fields, or JSON's. */
  body: Record<string, unknown>
  world: World
}

const cookieName = '_gitlab_session'

/** Browsers that are signed in, by cookie; a restart signs them out. */
const browsers = new WeakMap<World, Map<string, User>>()

function browsersOf(world: World): Map<string, User> {
  const known = browsers.get(world) ?? new Map<string, User>()
  browsers.set(world, known)
  return known
}

function userOfBrowser({ incoming, world }: WebRequest): User | undefined {
  const cookie = new RegExp(`(?:^|;\\s*)${cookieName}=([^;]+)`).exec(incoming.headers.cookie ?? '')?.[1]
  return cookie === undefined ? undefined : browsersOf(world).get(cookie)
}

const redirect = (location: string, headers: Record<string, string> = {}): Reply => ({
  status: 302,
  body: '',
  headers: { location, ...headers },
})

const field = ({ body }: WebRequest, name: string): string => (typeof body[name] === 'string' ? body[name] : '')

const showSignIn = ({ world, url }: WebRequest): Reply =>
  signInPage(world, url.searchParams.get('back') ?? '/', (user) => levelsOf(world, user))

function signIn(request: WebRequest): Reply {
  const { world } = request
  const user = world.users.find(({ username }) => username === field(request, 'username'))
  if (!user) return errorPage(401, 'Invalid login or password.')
  const cookie = randomBytes(16).toString('hex')
  browsersOf(world).set(cookie, user)
  const back = field(request, 'back')
  return redirect(back.startsWith('/') ? back : '/', {
    'set-cookie': `${cookieName}=${cookie}; path=/; HttpOnly; SameSite=Lax`,
  })
}

/** Why an application may not ask like this; the browser is not sent anywhere then, for the address may be a thief's. */
function strangeRequest(world: World, query: URLSearchParams): string | null {
  const client = world.oauth.clients.find(({ id }) => id === query.get('client_id'))
  if (!client)
    return 'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.'
  if (!client.redirectUris.includes(query.get('redirect_uri') ?? '')) return 'The redirect URI included is not valid.'
  if (query.get('response_type') !== 'code') return 'The authorization server does not support this response type.'
  if (query.has('code_challenge') && query.get('code_challenge_method') !== 'S256')
    return 'The code_challenge_method must be S256.'
  return null
}

function authorize(request: WebRequest): Reply {
  const { world, url } = request
  const strange = strangeRequest(world, url.searchParams)
  if (strange) return errorPage(400, strange)
  const user = userOfBrowser(request)
  if (!user) return redirect(`/users/sign_in?${new URLSearchParams({ back: `${url.pathname}${url.search}` })}`)
  const scopes = scopesOf(url.searchParams)
  const clientId = url.searchParams.get('client_id')
  const hasAgreed = [...world.oauth.grants.values()].some(
    (grant) => grant.userId === user.id && grant.clientId === clientId && grant.scopes.join() === scopes.join(),
  )
  return hasAgreed ? agreed(world, user, url.searchParams) : consentPage(user, url.searchParams)
}

const scopesOf = (query: URLSearchParams): string[] => (query.get('scope') ?? 'api').split(' ').filter(Boolean)

function agreed(world: World, user: User, query: URLSearchParams): Reply {
  const code = issueCode(world.oauth, {
    clientId: query.get('client_id') ?? '',
    userId: user.id,
    redirectUri: query.get('redirect_uri') ?? '',
    scopes: scopesOf(query),
    challenge: query.get('code_challenge'),
  })
  return backWith(query, { code })
}

function backWith(query: URLSearchParams, answer: Record<string, string>): Reply {
  const address = new URL(query.get('redirect_uri') ?? '')
  for (const [name, value] of Object.entries({ ...answer, state: query.get('state') ?? '' }))
    address.searchParams.set(name, value)
  return redirect(address.href)
}

function decide(request: WebRequest): Reply {
  const { world, body } = request
  const { decision, ...fields } = body as Record<string, string>
  const query = new URLSearchParams(fields)
  const strange = strangeRequest(world, query)
  if (strange) return errorPage(400, strange)
  const user = userOfBrowser(request)
  if (!user) return redirect('/users/sign_in')
  if (decision === 'authorize') return agreed(world, user, query)
  return backWith(query, {
    error: 'access_denied',
    error_description: 'The resource owner or authorization server denied the request.',
  })
}

/** By fields of the body or by `Authorization: Basic`, as Doorkeeper takes both. */
function clientIn(request: WebRequest): OauthClient | null {
  const basic = /^Basic (?<pair>\S+)$/i.exec(request.incoming.headers.authorization ?? '')?.groups?.pair
  const [id, secret] = basic
    ? Buffer.from(basic, 'base64').toString().split(':')
    : [field(request, 'client_id'), field(request, 'client_secret')]
  return request.world.oauth.clients.find((client) => client.id === id && client.secret === secret) ?? null
}

const invalidClient: GrantRefusal = {
  error: 'invalid_client',
  error_description:
    'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
}

function token(request: WebRequest): Reply {
  const client = clientIn(request)
  if (!client) return refused(401, invalidClient)
  const answer = grantFor(request, client.id)
  if ('error' in answer) return refused(400, answer)
  return {
    status: 200,
    body: {
      access_token: answer.accessToken,
      token_type: 'Bearer',
      expires_in: tokenSeconds,
      refresh_token: answer.refreshToken,
      scope: answer.scopes.join(' '),
      created_at: Math.floor(answer.createdAt.getTime() / 1000),
    },
    headers: { 'cache-control': 'no-store' },
  }
}

function grantFor(request: WebRequest, clientId: string): Grant | GrantRefusal {
  switch (field(request, 'grant_type')) {
    case 'authorization_code':
      return exchangeCode(request.world.oauth, {
        clientId,
        code: field(request, 'code'),
        redirectUri: field(request, 'redirect_uri'),
        verifier: field(request, 'code_verifier') || null,
      })
    case 'refresh_token':
      return refresh(request.world, { clientId, refreshToken: field(request, 'refresh_token') })
    default:
      return {
        error: 'unsupported_grant_type',
        error_description: 'The authorization grant type is not supported by the authorization server.',
      }
  }
}

const refused = (status: number, body: GrantRefusal): Reply => ({ status, body })

function revokeToken(request: WebRequest): Reply {
  if (!clientIn(request)) {
    const words = 'You are not authorized to revoke this token'
    return { status: 403, body: { error: 'unauthorized_client', error_description: words } }
  }
  revoke(request.world.oauth, field(request, 'token'))
  return { status: 200, body: {} }
}

function grantOf({ incoming, world }: WebRequest): Grant | null {
  const bearer = /^Bearer (?<secret>\S+)$/i.exec(incoming.headers.authorization ?? '')?.groups?.secret
  const grant = bearer === undefined ? undefined : world.oauth.grants.get(bearer)
  return grant && grant.expiresAt > new Date() ? grant : null
}

const invalidToken: Reply = {
  status: 401,
  body: { error: 'invalid_token', error_description: 'The access token is invalid' },
}

function tokenInfo(request: WebRequest): Reply {
  const grant = grantOf(request)
  if (!grant) return invalidToken
  const { userId, scopes, clientId, createdAt, expiresAt } = grant
  const body = {
    resource_owner_id: userId,
    scope: scopes,
    expires_in: Math.floor((expiresAt.getTime() - Date.now()) / 1000),
    application: { uid: clientId },
    created_at: Math.floor(createdAt.getTime() / 1000),
  }
  return { status: 200, body }
}

function userInfo(request: WebRequest): Reply {
  const grant = grantOf(request)
  if (!grant) return invalidToken
  const { id, username, name, email } = userOf(request.world, grant)
  const body = {
    sub: String(id),
    name,
    nickname: username,
    preferred_username: username,
    email,
    email_verified: true,
    profile: `${request.world.url}/${username}`,
  }
  return { status: 200, body }
}

const pages: Record<string, (request: WebRequest) => Reply> = {
  'GET /users/sign_in': showSignIn,
  'POST /users/sign_in': signIn,
  'GET /oauth/authorize': authorize,
  'POST /oauth/authorize': decide,
  'POST /oauth/token': token,
  'POST /oauth/revoke': revokeToken,
  'GET /oauth/token/info': tokenInfo,
  'GET /oauth/userinfo': userInfo,
}

/** Whether a path is one that this answers, so that its body is read. */
export const isWebPage = (method: string, path: string): boolean => `${method} ${path}` in pages

/** Signing in and OAuth 2: what a GitLab shows to browsers and applications outside of its API. */
export const answerWeb = (request: WebRequest): Reply => {
  const answer = pages[`${request.method} ${request.url.pathname}`]
  if (!answer) throw new Error(`No page ${request.url.pathname}.`)
  return answer(request)
}
