import { type NextRequest, NextResponse } from 'next/server'
import { contentSecurityPolicy } from './app/_security/content-security-policy.ts'
import { securityHeaders } from './app/_security/headers.ts'
import { requestIdHeader, requestIdOf } from './app/_security/request-id.ts'
import { readEnv } from './lib/env.ts'

const env = readEnv()
const isTls = env.BERTH_URL?.startsWith('https:') ?? false

/** The instance of this process, which knows what is connected by now; it is not imported, for it is far too heavy here. */
const shared = globalThis as { berthInstance?: { env: typeof env } }

function signInOrigins(): string[] {
  const { BERTH_GITLAB_URL: url, BERTH_GITLAB_OAUTH_ID: id } = (shared.berthInstance ?? { env }).env
  return url && id ? [new URL(url).origin] : []
}

/** Stands before every page and door: a nonce for this answer's scripts, an id for this request, headers for every answer. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(crypto.randomUUID())
  const policy = contentSecurityPolicy({
    nonce,
    signInOrigins: signInOrigins(),
    isDevelopment: process.env.NODE_ENV === 'development',
  })
  const requestId = requestIdOf(request.headers.get(requestIdHeader))

  // Next puts the nonce on its own scripts when it finds the policy on the request.
  const headers = new Headers(request.headers)
  headers.set('content-security-policy', policy)
  headers.set(requestIdHeader, requestId)
  // Who has to sign in first comes back to the page that they wanted.
  headers.set('x-berth-path', `${request.nextUrl.pathname}${request.nextUrl.search}`)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  response.headers.set(requestIdHeader, requestId)
  for (const [name, value] of Object.entries(securityHeaders({ isTls }))) response.headers.set(name, value)
  return response
}

/** Everything but the files of the build, which are the same for everybody. */
export const config = { matcher: '/((?!_next/static/).*)' }
