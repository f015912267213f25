import { setTimeout as sleep } from 'node:timers/promises'
import { BerthError } from '#lib/domain/errors.ts'
import { type Asked, connectionFailure, refusedAnswer, strangeAnswer, timedOut } from './failure.ts'

export interface TransportOptions {
  /** `https://api.heroku.com` */
  url: string
  apiKey: string
  /** For one call with its repeats. */
  timeoutMs?: number
  /** Before a question is repeated. */
  repeatAfterMs?: number
  fetch?: typeof fetch
  now?: () => number
}

export interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Begins with a slash; every name in it is encoded. */
  path: string
  /** `Range: version ..; order=desc, max=25`, of a list. */
  range?: string
  /** What the asker has already: an unchanged answer comes without a body. */
  etag?: string | undefined
  body?: unknown
}

export interface Answer {
  /** 200, 201, 202, 206 when a list goes on, or 304. */
  status: number
  headers: Headers
  /** `null` with 304. */
  json: unknown
}

export interface Transport {
  /** A 2xx or 304 answer, or a `BerthError`. */
  send(call: Call): Promise<Answer>
  /** As the last answer's `RateLimit-Remaining` said, with what was given back since; `null` before the first. */
  readonly requestsLeft: number | null
}

const repeats = 2

/** An account has 4,500 requests, and gets 75 back each minute. */
const most = 4500
const perMs = 75 / 60_000

/** The one place where a request to Heroku is made: key, version, timeout, repeats, failures. What changes something is asked once. */
export function createTransport(options: TransportOptions): Transport {
  const { apiKey, timeoutMs = 15_000, repeatAfterMs = 250, now = Date.now } = options
  const origin = options.url.replace(/\/+$/, '')
  let told: { left: number; at: number } | null = null

  async function send(call: Call): Promise<Answer> {
    const asked = askedBy(origin, call)
    const deadline = AbortSignal.timeout(timeoutMs)
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await sendOnce(call, asked, deadline)
      if (!('error' in outcome)) return outcome
      if (!outcome.isPassing || call.method !== 'GET' || attempt === repeats || deadline.aborted) throw outcome.error
      await sleep(repeatAfterMs)
    }
  }

  async function sendOnce(
    call: Call,
    asked: Asked,
    deadline: AbortSignal,
  ): Promise<Answer | { error: BerthError; isPassing: boolean }> {
    let response: Response
    let text: string
    try {
      response = await request(call, deadline)
      text = await response.text()
    } catch (error) {
      if (deadline.aborted) return { error: timedOut(asked, timeoutMs), isPassing: false }
      return { error: connectionFailure(asked, error), isPassing: true }
    }
    const left = leftAfter(response.headers)
    if (left !== null) told = { left, at: now() }
    const { status, headers } = response
    if (status === 304) return { status, headers, json: null }
    if (response.ok) return { status, headers, json: jsonOf(asked, text) }
    if (status < 400) return { error: strangeAnswer(asked, `a redirect (${status})`), isPassing: false }
    return { error: refusedAnswer(asked, { status, text }), isPassing: status >= 502 && status <= 504 }
  }

  function request({ method, path, range, etag, body }: Call, signal: AbortSignal): Promise<Response> {
    return (options.fetch ?? fetch)(`${origin}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.heroku+json; version=3',
        authorization: `Bearer ${apiKey}`,
        'user-agent': 'berth',
        ...(range !== undefined && { range }),
        ...(etag !== undefined && { 'if-none-match': etag }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      // The key goes to this address only.
      redirect: 'manual',
      body: body === undefined ? null : JSON.stringify(body),
      signal,
    })
  }

  return {
    send,
    get requestsLeft() {
      return told && Math.floor(Math.min(most, told.left + (now() - told.at) * perMs))
    },
  }
}

const askedBy = (origin: string, { method, path }: Call): Asked => ({
  system: `Heroku (${new URL(origin).host})`,
  request: `${method} ${path}`,
})

function leftAfter(headers: Headers): number | null {
  const text = headers.get('ratelimit-remaining')
  return text !== null && /^\d+$/.test(text) ? Number(text) : null
}

function jsonOf(asked: Asked, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw strangeAnswer(asked, text.trim() === '' ? 'nothing' : 'something that is not JSON')
  }
}

/** A name in a path; one of dots would climb out of its folder and ask something else. */
export function part(name: string): string {
  if (/^\.*$/.test(name)) throw new BerthError('invalid', 'heroku', `"${name}" cannot be the name of an app.`)
  return encodeURIComponent(name)
}
