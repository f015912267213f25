import { setTimeout as sleep } from 'node:timers/promises'
import { BerthError } from '#lib/domain/errors.ts'

/** Requests that may be made, shared by everybody who holds the same budget. */
export interface RequestBudget {
  /** Resolves when `count` requests may be made; throws `unavailable` when that would take too long. */
  take(count: number): Promise<void>
}

const minuteMs = 60_000

/**
 * A budget of this process alone: in no 60 seconds more than `requestsPerMinute`, in the order of asking. A place is given
 * away when it is asked for, so that nobody is overtaken.
 */
export function memoryBudget(options: {
  requestsPerMinute: number
  /** How long `take` waits at most. */
  maxWaitMs?: number
  now?: () => number
}): RequestBudget {
  const { requestsPerMinute, maxWaitMs = 30_000, now = Date.now } = options
  let startsAtMs: number[] = []
  return {
    async take(count) {
      const asOf = now()
      // Further in the past than the limit reaches, a start no longer holds anybody back.
      startsAtMs = startsAtMs.slice(-requestsPerMinute)
      const blocking = startsAtMs[startsAtMs.length + count - 1 - requestsPerMinute]
      const startAtMs = blocking === undefined ? asOf : Math.max(asOf, blocking + minuteMs)
      const waitMs = startAtMs - asOf
      if (count > requestsPerMinute || waitMs > maxWaitMs) throw exhausted(requestsPerMinute, waitMs)
      startsAtMs.push(...Array<number>(count).fill(startAtMs))
      if (waitMs > 0) await sleep(waitMs)
    },
  }
}

const exhausted = (requestsPerMinute: number, waitMs: number) =>
  new BerthError(
    'unavailable',
    'gitlab',
    `Berth's own budget of ${requestsPerMinute} requests to GitLab a minute is used up.`,
    { retryAfterSeconds: Math.ceil(waitMs / 1000) },
  )
