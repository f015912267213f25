import type { Reply } from './reply.ts'

/** What one token has asked in the current minute. */
export interface RateLimit {
  perMinute: number
  observed: Map<string, { minute: number; count: number }>
}

/** Counts a request; every answer carries the headers, and over the limit they come with a plain text refusal. */
export function countRequest(
  limit: RateLimit,
  token: string,
): { headers: Record<string, string>; refusal: Reply | null } {
  const now = Date.now()
  const minute = Math.floor(now / 60_000)
  const known = limit.observed.get(token)
  const count = known?.minute === minute ? known.count + 1 : 1
  limit.observed.set(token, { minute, count })
  const resetAt = (minute + 1) * 60
  const headers = {
    'ratelimit-limit': String(limit.perMinute),
    'ratelimit-name': 'throttle_authenticated_api',
    'ratelimit-observed': String(count),
    'ratelimit-remaining': String(Math.max(0, limit.perMinute - count)),
    'ratelimit-reset': String(resetAt),
  }
  if (count <= limit.perMinute) return { headers, refusal: null }
  return { headers, refusal: tooMany(Math.ceil(resetAt - now / 1000)) }
}

/** The front limiter's refusal. */
export const tooMany = (retryAfterSeconds: number): Reply => ({
  status: 429,
  body: 'Retry later\n',
  headers: {
    'retry-after': String(retryAfterSeconds),
    'ratelimit-resettime': new Date(Date.now() + retryAfterSeconds * 1000).toUTCString(),
  },
})
