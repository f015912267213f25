import { Refusal } from './reply.ts'

/** The account's requests: a full bucket of 4,500 that gets 75 back each minute. */
export interface RateLimit {
  left: number
  at: number
}

const most = 4500
const perMs = 75 / 60_000

export const fullBucket = (): RateLimit => ({ left: most, at: Date.now() })

/** Takes one; answers how many are left. */
export function takeRequest(limit: RateLimit): number {
  const now = Date.now()
  limit.left = Math.min(most, limit.left + (now - limit.at) * perMs)
  limit.at = now
  if (limit.left < 1) throw new Refusal(429, 'rate_limit', 'Your account reached the API rate limit.')
  limit.left -= 1
  return Math.floor(limit.left)
}
