import { setTimeout as sleep } from 'node:timers/promises'
import { BerthError } from '#lib/domain/errors.ts'
import type { RequestBudget } from './budget.ts'
import { connectionFailure, givenUp, isBroken, timedOut } from './connection.ts'
import { type Asked, ownAddress, refusedAnswer, strangeAnswer, type TokenOwner, tooManyRequests } from './failure.ts'
import { createPauses } from './pause.ts'

/**
 * The token to send; asked before every request. `refused` is one that GitLab has just not taken, `null` when none was: whoever
 * has a newer one gives that, whoever has not throws.
 */
export type TokenSource = (refused: string | null) => Promise<string>

export interface TransportOptions {
  budget: RequestBudget
  tokenOf: TokenSource
  owner: TokenOwner
  fetch: typeof fetch
  /** For one call with its repeats, from its first request on; waiting for the budget is not counted. */
  timeoutMs: number
  /** Gives up everything under way and to come. */
  signal: AbortSignal | undefined
  now: () => number
}

export interface Call {
  method: string
  /** Below `apiUrl`, encoded, without the query. */
  path: string
  /** Ends with a slash. */
  apiUrl: string
  query: string
  headers: Record<string, string>
  body: string | undefined
}

export interface Answer {
  status: number
  headers: Headers
  text: string
}

export interface Transport {
  /** A 2xx answer, or a `BerthError`. */
  send(call: Call): Promise<Answer>
  /** Requests made so far by pattern, as in `GET projects/:id/jobs/:id`; repeats and followed redirects count. */
  readonly requestCounts: ReadonlyMap<string, number>
}

/** A call that failed; `repeatAfterMs` is `null` when repeating cannot help or could do it twice. */
interface Failed {
  error: BerthError
  repeatAfterMs: number | null
  /** GitLab did not take the token, so it did nothing. */
  tokenRefused?: boolean
}

const repeats = 2
const redirects = 3
/** A pause up to this long is waited out; a longer one is told to the caller at once. */
const shortPauseMs = 5_000

/** The one place where a request to GitLab is made: budget, pauses, timeout, repeats, redirects, failures. */
export function createTransport(options: TransportOptions): Transport {
  const { budget, tokenOf, owner, timeoutMs, now } = options
  const pauses = createPauses(now)
  const requestCounts = new Map<string, number>()

  async function send(call: Call): Promise<Answer> {
    const asked = askedBy(call)
    const url = urlOf(call)
    let deadline: { signal: AbortSignal; atMs: number } | null = null
    let refused: string | null = null
    for (let attempt = 0; ; attempt += 1) {
      await waitOutPause(call, asked)
      await budget.take(1)
      // While this request waited for the budget, another may have been told to stop.
      await waitOutPause(call, asked)
      deadline ??= { signal: AbortSignal.timeout(timeoutMs), atMs: now() + timeoutMs }
      const token = await tokenOf(refused)
      const outcome = await sendOnce(withToken(call, token), url, deadline.signal)
      if (!('error' in outcome)) return outcome
      const { error, repeatAfterMs, tokenRefused = false } = outcome
      // A person's token ends when another process renews it: with the new one the same request is asked for the first time.
      if (tokenRefused && owner === 'person' && refused === null) {
        refused = token
        continue
      }
      if (repeatAfterMs === null || attempt === repeats || now() + repeatAfterMs >= deadline.atMs) throw error
      await sleep(repeatAfterMs, undefined, options.signal && { signal: options.signal }).catch(() => {
        throw givenUp(asked)
      })
    }
  }

  async function waitOutPause(call: Call, asked: Asked): Promise<void> {
    const pauseMs = pauses.remainingMs(patternOf(call))
    if (pauseMs > shortPauseMs) throw tooManyRequests(asked, Math.ceil(pauseMs / 1000))
    if (pauseMs > 0) await sleep(pauseMs)
  }

  async function sendOnce(call: Call, url: URL, deadline: AbortSignal): Promise<Answer | Failed> {
    const asked = askedBy(call)
    const mayRepeat = call.method === 'GET'
    const answer = await request(call, url, deadline).catch((error: unknown): Failed => {
      if (options.signal?.aborted) return { error: givenUp(asked), repeatAfterMs: null }
      if (deadline.aborted) return { error: timedOut(asked, timeoutMs), repeatAfterMs: null }
      const repeatAfterMs = mayRepeat && isBroken(error) ? 100 : null
      return { error: error instanceof BerthError ? error : connectionFailure(asked, error), repeatAfterMs }
    })
    if ('error' in answer || (answer.status >= 200 && answer.status < 300)) return answer
    if (answer.status === 429) {
      const pause = pauses.note(patternOf(call), answer.headers)
      const isShort = pause.named && pause.seconds * 1000 <= shortPauseMs
      return {
        error: tooManyRequests(asked, pause.seconds),
        repeatAfterMs: mayRepeat && isShort ? pause.seconds * 1000 : null,
      }
    }
    const isPassing = answer.status >= 502 && answer.status <= 504
    return {
      error: refusedAnswer(asked, answer, owner),
      repeatAfterMs: mayRepeat && isPassing ? 250 : null,
      tokenRefused: answer.status === 401,
    }
  }

  /** Follows redirects only for reading and only inside the same API, so that the token goes nowhere else. */
  async function request(call: Call, firstUrl: URL, deadline: AbortSignal): Promise<Answer> {
    const signal = options.signal ? AbortSignal.any([deadline, options.signal]) : deadline
    const { method, headers, body = null } = call
    let url = firstUrl
    for (let followed = 0; followed <= redirects; followed += 1) {
      signal.throwIfAborted()
      if (followed > 0) await budget.take(1)
      const pattern = patternOf(call)
      requestCounts.set(pattern, (requestCounts.get(pattern) ?? 0) + 1)
      const response = await options.fetch(url, { method, headers, body, redirect: 'manual', signal })
      const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null
      if (location === null) return { status: response.status, headers: response.headers, text: await response.text() }
      await response.body?.cancel()
      url = redirectTarget(call, url, location)
    }
    throw strangeAnswer(askedBy(call), 'a circle of redirects')
  }

  return { send, requestCounts }
}

const withToken = (call: Call, token: string): Call => ({
  ...call,
  headers: { ...call.headers, authorization: `Bearer ${token}` },
})

export const askedBy = (call: Call): Asked => ({
  system: `GitLab (${new URL(call.apiUrl).host})`,
  request: `${call.method} /${call.path}`,
})

const collections =
  /(^|\/)(projects|branches|environments|deployments|pipelines|jobs|merge_requests|tags|hooks|runners|groups)\/[^/]+/g

const patternOf = (call: Call): string => `${call.method} ${call.path.replace(collections, '$1$2/:id')}`

function urlOf(call: Call): URL {
  const url = new URL(call.path, call.apiUrl)
  // A name of dots would climb out of its folder and ask something else.
  if (url.href !== `${call.apiUrl}${call.path}`) {
    throw new BerthError('invalid', 'gitlab', `${call.method} /${call.path} holds a name that cannot stand in a URL.`)
  }
  url.search = call.query
  return url
}

function redirectTarget(call: Call, from: URL, location: string): URL {
  const target = URL.canParse(location, from) ? new URL(location, from) : null
  if (call.method === 'GET' && target?.href.startsWith(call.apiUrl)) return target
  const where = target ? `${target.origin}${target.pathname}` : 'nowhere'
  throw strangeAnswer(askedBy(call), `a redirect to ${where}; ${ownAddress}`)
}
