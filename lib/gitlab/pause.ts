/** GitLab's application limits say no time; they count by the minute. */
const unsaidSeconds = 60
const longestSeconds = 3600

/** What a 429 forbids: everything until a time that GitLab named, else the one kind of request it was about. */
export interface Pauses {
  /** Takes note of a 429; returns the seconds to wait, and whether GitLab itself named them. */
  note(pattern: string, headers: Headers): { seconds: number; named: boolean }
  /** Milliseconds until a request of this pattern may be made; 0 when now. */
  remainingMs(pattern: string): number
}

/**
 * GitLab has two kinds of 429: the rate limiter in front of it names a time in `Retry-After` (or `RateLimit-Reset`) and means
 * every request of this user; an application limit names none and means one kind of request.
 */
export function createPauses(now: () => number): Pauses {
  const untilMs = new Map<string, number>()
  return {
    note(pattern, headers) {
      const said = secondsSaid(headers, now())
      const seconds = Math.min(said ?? unsaidSeconds, longestSeconds)
      untilMs.set(said === null ? pattern : '*', now() + seconds * 1000)
      return { seconds, named: said !== null }
    },
    remainingMs: (pattern) => Math.max(0, (untilMs.get('*') ?? 0) - now(), (untilMs.get(pattern) ?? 0) - now()),
  }
}

/** `Retry-After` is seconds or an HTTP date, `RateLimit-Reset` is seconds since 1970; `null` when neither can be read. */
function secondsSaid(headers: Headers, nowMs: number): number | null {
  const retryAfter = headers.get('retry-after')?.trim() ?? ''
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter)
  const date = Date.parse(retryAfter)
  if (!Number.isNaN(date)) return Math.max(0, Math.ceil((date - nowMs) / 1000))
  const reset = headers.get('ratelimit-reset')?.trim() ?? ''
  return /^\d+$/.test(reset) ? Math.max(0, Number(reset) - Math.floor(nowMs / 1000)) : null
}
