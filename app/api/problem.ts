import { BerthError, type ErrorKind, failureOf } from '#lib/domain/errors.ts'
import { log } from '#lib/log.ts'

const titles: Record<ErrorKind, string> = {
  'not-found': 'Not found',
  forbidden: 'Not allowed',
  invalid: 'Not understood',
  refused: 'Refused',
  unavailable: 'Not available now',
}

/** Any error as RFC 9457 says it: the one translation to HTTP. An unexpected one keeps its words for the server's log. */
export function problem(error: unknown): Response {
  if (!(error instanceof BerthError)) {
    log.error({ err: error }, 'A request failed unexpectedly.')
    return problemResponse(500, { type: 'urn:berth:unexpected', title: 'Unexpected', detail: failureOf(error).message })
  }
  const { kind, system, message, retryAfterSeconds, demands } = error
  const headers: Record<string, string> =
    kind === 'unavailable' ? { 'retry-after': String(retryAfterSeconds ?? 10) } : {}
  return problemResponse(
    statusOf(kind),
    { type: `urn:berth:${kind}`, title: titles[kind], detail: message, system, ...(demands.length > 0 && { demands }) },
    headers,
  )
}

/** Nobody was recognized, so nobody was refused: signing in would help. */
export function signedOut(): Response {
  const detail = 'Send an API token as `Authorization: Bearer berth_…`, or sign in.'
  return problemResponse(
    401,
    { type: 'urn:berth:signed-out', title: 'Signed out', detail },
    { 'www-authenticate': 'Bearer' },
  )
}

/** A caller who asks too much, until the minute is over. */
export const tooMany = (waitSeconds: number): Response =>
  problemResponse(
    429,
    {
      type: 'urn:berth:too-many-requests',
      title: 'Too many requests',
      detail: `Too many requests; try again in ${waitSeconds === 1 ? 'a second' : `${waitSeconds} seconds`}.`,
    },
    { 'retry-after': String(waitSeconds) },
  )

/** A delivery that does not prove where it comes from. */
export const notBelieved = (why: string): Response =>
  problemResponse(401, { type: 'urn:berth:not-believed', title: 'Not believed', detail: why })

/** More than any door takes. */
export const tooLarge = (why: string): Response =>
  problemResponse(413, { type: 'urn:berth:too-large', title: 'Too large', detail: why })

function statusOf(kind: ErrorKind): number {
  switch (kind) {
    case 'not-found':
      return 404
    case 'forbidden':
      return 403
    case 'invalid':
      return 422
    case 'refused':
      return 409
    case 'unavailable':
      return 503
  }
}

function problemResponse(
  status: number,
  body: Record<string, unknown>,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify({ ...body, status }), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  })
}
