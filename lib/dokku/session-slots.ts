import { BerthError } from '#lib/domain/errors.ts'
import { givenUp } from './patience.ts'

/** Bounds how many sessions one connection has open at once. */
export interface SessionSlots {
  /** Waits for a free slot; call the result once to give it back. */
  take(signal?: AbortSignal): Promise<() => void>
}

/** First come, first served; refuses at once when `mostWaiting` already wait, so that a silent host cannot fill the memory. */
export function createSessionSlots({ count, mostWaiting }: { count: number; mostWaiting: number }): SessionSlots {
  let free = count
  const waiting = new Set<() => void>()

  function giveBack(): void {
    const [next] = waiting
    if (next) next()
    else free++
  }

  function once(): () => void {
    let given = false
    return () => {
      if (!given) giveBack()
      given = true
    }
  }

  return {
    async take(signal) {
      if (signal?.aborted) throw givenUp(signal)
      if (free > 0) {
        free--
        return once()
      }
      if (waiting.size >= mostWaiting)
        throw new BerthError('unavailable', 'dokku', `${mostWaiting} commands already wait for this Dokku host.`)
      return new Promise((resolve, reject) => {
        const enter = () => {
          waiting.delete(enter)
          signal?.removeEventListener('abort', leave)
          resolve(once())
        }
        const leave = () => {
          waiting.delete(enter)
          if (signal) reject(givenUp(signal))
        }
        waiting.add(enter)
        signal?.addEventListener('abort', leave, { once: true })
      })
    },
  }
}
