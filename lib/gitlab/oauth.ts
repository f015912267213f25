import { z } from 'zod'
import { whereSet } from '#lib/domain/connections.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { connectionFailure, timedOut } from './connection.ts'
import { type Asked, gitlabWords, strangeAnswer } from './failure.ts'
import { orNull, readable } from './schema.ts'

/** What GitLab gives for acting as somebody. Each refresh token works once; both end when it has. */
export interface GitlabTokens {
  accessToken: string
  /** `null` where GitLab gives none: then the sign-in ends with the access token. */
  refreshToken: string | null
  /** `null`: it does not say. */
  expiresAt: Date | null
}

/** GitLab as the one that says who somebody is. https://docs.gitlab.com/api/oauth2/ */
export interface GitlabOauth {
  /** Where a browser is sent to sign in. */
  readonly authorizeUrl: string
  readonly clientId: string
  /** Trades the code that a browser brought back; `forbidden` when GitLab does not take it. */
  exchange(grant: { code: string; codeVerifier: string; redirectUri: string }): Promise<GitlabTokens>
  /**
   * The next pair of tokens; the one before is dead from then on. `forbidden` when GitLab takes this token no more, so that only
   * signing in again helps; `unavailable` and `refused` say nothing about the token.
   */
  refresh(refreshToken: string): Promise<GitlabTokens>
  /** Ends a token; one that has ended already is no failure. */
  revoke(token: string): Promise<void>
}

export interface OauthOptions {
  /** GitLab's own address, with its path when it does not live at the root. */
  url: string
  clientId: string
  clientSecret: string
  /** Where browsers come back to; GitLab wants it said again with every refresh. */
  redirectUri: string
  fetch?: typeof fetch
  timeoutMs?: number
  now?: () => Date
}

const tokens = z.object({
  access_token: z.string().min(1),
  refresh_token: orNull(z.string().min(1)),
  expires_in: orNull(z.number().positive()),
})

/** The requests of OAuth, which are none of the API: they carry the application's secret, and none is ever repeated. */
export function createGitlabOauth(options: OauthOptions): GitlabOauth {
  const { clientId, clientSecret, redirectUri, timeoutMs = 10_000, now = () => new Date() } = options
  const base = options.url.replace(/\/+$/, '')

  async function post(path: string, fields: Record<string, string>): Promise<unknown> {
    const asked: Asked = { system: `GitLab (${new URL(base).host})`, request: `POST /${path}` }
    const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...fields })
    const signal = AbortSignal.timeout(timeoutMs)
    let status: number
    let text: string
    try {
      // A redirect would carry the application's secret somewhere else.
      const request = {
        method: 'POST',
        body,
        signal,
        redirect: 'manual' as const,
        headers: { accept: 'application/json' },
      }
      const response = await (options.fetch ?? fetch)(`${base}/${path}`, request)
      status = response.status
      text = await response.text()
    } catch (error) {
      throw signal.aborted ? timedOut(asked, timeoutMs) : connectionFailure(asked, error)
    }
    if (status < 200 || status >= 300) throw refusedGrant(asked, status, text)
    return text.trim() === '' ? {} : parsed(asked, text)
  }

  async function granted(fields: Record<string, string>): Promise<GitlabTokens> {
    const asOf = now().getTime()
    const answer = readable(tokens, await post('oauth/token', fields), 'a sign-in')
    return {
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token,
      expiresAt: answer.expires_in === null ? null : new Date(asOf + answer.expires_in * 1000),
    }
  }

  return {
    authorizeUrl: `${base}/oauth/authorize`,
    clientId,
    exchange: ({ code, codeVerifier, redirectUri: given }) =>
      granted({ grant_type: 'authorization_code', code, code_verifier: codeVerifier, redirect_uri: given }),
    refresh: (refreshToken) =>
      granted({ grant_type: 'refresh_token', refresh_token: refreshToken, redirect_uri: redirectUri }),
    async revoke(token) {
      await post('oauth/revoke', { token })
    },
  }
}

function refusedGrant(asked: Asked, status: number, text: string): BerthError {
  const words = `${asked.system} answered to ${asked.request}: ${gitlabWords(text) ?? `status ${status}`}`
  const code = errorCode(text)
  if (code === 'invalid_grant') return new BerthError('forbidden', 'gitlab', words)
  if (code === 'invalid_client' || code === 'unauthorized_client')
    return new BerthError(
      'refused',
      'gitlab',
      `${words} Compare the application in GitLab with its ID and secret ${whereSet('BERTH_GITLAB_OAUTH_ID', 'BERTH_GITLAB_OAUTH_SECRET')}.`,
    )
  const isRefusal = status >= 400 && status < 500 && status !== 408 && status !== 429
  return new BerthError(isRefusal ? 'refused' : 'unavailable', 'gitlab', words)
}

function errorCode(text: string): string | null {
  const body = z.object({ error: z.string() }).safeParse(parsedOrNull(text))
  return body.success ? body.data.error : null
}

function parsed(asked: Asked, text: string): unknown {
  const value = parsedOrNull(text)
  if (value === null) throw strangeAnswer(asked, 'something that is not JSON')
  return value
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
