import { whereSet } from '#lib/domain/connections.ts'
import { BerthError, type ErrorKind } from '#lib/domain/errors.ts'

/** What was asked, for a person: `GitLab (gitlab.example.jp)` and `GET /projects/42/jobs/7`. */
export interface Asked {
  system: string
  request: string
}

/** Whose token was sent: Berth's own, or that of the person who asked. */
export type TokenOwner = 'berth' | 'person'

interface FailedAnswer {
  status: number
  headers: Headers
  text: string
}

/** What to do about an answer of something that stands before GitLab. */
export const ownAddress = `the address ${whereSet('BERTH_GITLAB_URL')} must be GitLab's own, without a sign-in page before it`

/** An answer that is not 2xx, as an error that keeps GitLab's words. 429 is told apart by `tooManyRequests`. */
export function refusedAnswer(asked: Asked, answer: FailedAnswer, owner: TokenOwner = 'berth'): BerthError {
  const words = gitlabWords(answer.text) ?? `status ${answer.status}`
  if (answer.status === 401) {
    const message =
      owner === 'person'
        ? `${asked.system} does not accept the sign-in of whoever asked (${words}): sign in again.`
        : `${asked.system} does not accept Berth's token (${words}). It is invalid, revoked or expired: check it ${whereSet('BERTH_GITLAB_TOKEN')}.`
    return new BerthError('forbidden', 'gitlab', message)
  }
  const scope = answer.status === 403 ? missingScope(answer.text) : null
  if (scope !== null) {
    const message =
      owner === 'person'
        ? `The sign-in with ${asked.system} lacks a scope: ${asked.request} needs ${scope}. Give it to Berth's application in GitLab and sign in again.`
        : `Berth's token for ${asked.system} lacks a scope: ${asked.request} needs ${scope}. Check it ${whereSet('BERTH_GITLAB_TOKEN')}.`
    return new BerthError('forbidden', 'gitlab', message)
  }
  return new BerthError(kindOf(answer.status), 'gitlab', `${asked.system} answered to ${asked.request}: ${words}`)
}

export function tooManyRequests(asked: Asked, retryAfterSeconds: number): BerthError {
  const message = `${asked.system} answered too many requests to ${asked.request}; Berth asks again in ${retryAfterSeconds} s.`
  return new BerthError('unavailable', 'gitlab', message, { retryAfterSeconds })
}

/** An answer that GitLab's API never gives, with what it looks like. */
export const strangeAnswer = (asked: Asked, what: string): BerthError =>
  new BerthError('unavailable', 'gitlab', `${asked.system} answered to ${asked.request} with ${what}.`)

function kindOf(status: number): ErrorKind {
  if (status === 403) return 'forbidden'
  if (status === 404) return 'not-found'
  return status >= 400 && status < 500 && status !== 408 ? 'refused' : 'unavailable'
}

function missingScope(text: string): string | null {
  const body = jsonObject(text)
  if (body?.error !== 'insufficient_scope') return null
  return typeof body.scope === 'string' ? body.scope : 'another one'
}

/**
 * The sentence in an error answer, at most 300 characters; `null` when there is none, or a web page. GitLab writes it as
 * `message` (text, list, or lists by field, nested) or as `error` with `error_description`.
 */
export function gitlabWords(text: string): string | null {
  const body = jsonObject(text)
  const words = body ? flatWords(body.message ?? body.error_description ?? body.error ?? body.errors) : plainWords(text)
  const line = words.replace(/\s+/g, ' ').trim()
  return line === '' ? null : line.length > 300 ? `${line.slice(0, 299)}…` : line
}

const plainWords = (text: string): string => (/^\s*[<[{]/.test(text) ? '' : text)

function flatWords(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(flatWords).filter(Boolean).join(', ')
  if (value === null || typeof value !== 'object') return ''
  return Object.entries(value)
    .map(([field, words]) =>
      field === 'error' || field === 'base' ? flatWords(words) : `${field} ${flatWords(words)}`,
    )
    .join('; ')
}

function jsonObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}
