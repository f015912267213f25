import { whereSet } from '#lib/domain/connections.ts'
import { BerthError, type ErrorKind } from '#lib/domain/errors.ts'

interface FailedAnswer {
  status: number
  text: string
}

/** What was asked, for a person: `Heroku (api.heroku.com)` and `GET /apps/hello-app/dynos`. */
export interface Asked {
  system: string
  request: string
}

/** Heroku gives back a request every 0.8 seconds; a minute later there is something to spend. */
const rateLimitSeconds = 60

/** An answer that is not 2xx, as an error that keeps Heroku's words: `{ "id": "not_found", "message": "Couldn't find that app." }`. */
export function refusedAnswer(asked: Asked, { status, text }: FailedAnswer): BerthError {
  const { id, message } = errorIn(text)
  const words = message ?? `status ${status}`
  if (status === 401) {
    return failure(
      'forbidden',
      `${asked.system} does not accept Berth's key (${words}). It is invalid, revoked or expired: check it ${whereSet('BERTH_HEROKU_API_KEY')}.`,
    )
  }
  if (status === 429 || id === 'rate_limit') {
    return new BerthError(
      'unavailable',
      'heroku',
      `${asked.system} answered too many requests to ${asked.request}: the account's limit an hour is used up.`,
      { retryAfterSeconds: rateLimitSeconds },
    )
  }
  return failure(kindOf(status), `${asked.system} answered to ${asked.request}: ${words}`)
}

/** An answer that Heroku's API never gives, with what it looks like. */
export const strangeAnswer = (asked: Asked, what: string): BerthError =>
  failure('unavailable', `${asked.system} answered to ${asked.request} with ${what}.`)

export const timedOut = (asked: Asked, timeoutMs: number): BerthError =>
  failure('unavailable', `${asked.system} did not answer ${asked.request} within ${timeoutMs / 1000} s.`)

/** A request that got no answer. Only Node's code is kept of the cause: its message may hold addresses. */
export function connectionFailure(asked: Asked, error: unknown): BerthError {
  const code = codeOf(error)
  return failure(
    'unavailable',
    `${asked.system} cannot be reached for ${asked.request}: ${reasons[code] ?? `the connection failed (${code || 'unknown'})`}.`,
  )
}

const reasons: Record<string, string> = {
  ENOTFOUND: 'its name is not known (DNS)',
  EAI_AGAIN: 'its name could not be looked up (DNS)',
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'the connection broke',
  UND_ERR_SOCKET: 'the connection broke',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
}

const failure = (kind: ErrorKind, message: string): BerthError => new BerthError(kind, 'heroku', message)

/** An account that has to pay (402) or an app in a state that forbids it (409, 422) is Heroku's no, with its words. */
function kindOf(status: number): ErrorKind {
  if (status === 403) return 'forbidden'
  if (status === 404) return 'not-found'
  return status >= 400 && status < 500 && status !== 408 ? 'refused' : 'unavailable'
}

/** Without the URL that Heroku may add; a web page of a proxy has neither. */
function errorIn(text: string): { id: string | null; message: string | null } {
  try {
    const body = JSON.parse(text) as { id?: unknown; message?: unknown } | null
    return {
      id: typeof body?.id === 'string' ? body.id : null,
      message: typeof body?.message === 'string' ? body.message.replace(/\s+/g, ' ').trim().slice(0, 300) : null,
    }
  } catch {
    return { id: null, message: null }
  }
}

/** `fetch` hides the code one or two causes deep. */
function codeOf(error: unknown): string {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string') return current.code
  }
  return ''
}
