import { BerthError } from '#lib/domain/errors.ts'
import type { Asked } from './failure.ts'

const reasons: Record<string, string> = {
  ENOTFOUND: 'its name is not known (DNS)',
  EAI_AGAIN: 'its name could not be looked up (DNS)',
  ECONNREFUSED: 'it refuses connections',
  EHOSTUNREACH: 'no route leads to it',
  ENETUNREACH: 'no route leads to it',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
}

/** The codes of a connection that was there and broke. */
const broken = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

/** A request that got no answer. Only Node's code is kept of the cause: its message may hold addresses. */
export function connectionFailure(asked: Asked, error: unknown): BerthError {
  const code = codeOf(error)
  const reason =
    reasons[code] ?? (isBroken(error) ? 'the connection broke' : `the connection failed (${code || 'unknown'})`)
  return new BerthError('unavailable', 'gitlab', `${asked.system} cannot be reached for ${asked.request}: ${reason}.`)
}

export const isBroken = (error: unknown): boolean => broken.has(codeOf(error))

export const timedOut = (asked: Asked, timeoutMs: number): BerthError =>
  new BerthError(
    'unavailable',
    'gitlab',
    `${asked.system} did not answer ${asked.request} within ${timeoutMs / 1000} s.`,
  )

export const givenUp = (asked: Asked): BerthError =>
  new BerthError('unavailable', 'gitlab', `Berth gave up ${asked.request} to ${asked.system} before it was answered.`)

/** `fetch` hides the code one or two causes deep. */
function codeOf(error: unknown): string {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string') return current.code
  }
  return ''
}
