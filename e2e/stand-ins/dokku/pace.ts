import { setTimeout as wait } from 'node:timers/promises'

/** How long things take: the recorded seconds of a real host, times `pace`, times what the control door asks for. */
export interface Pace {
  /** 1 as recorded, 10 ten times slower. Set by the control door. */
  factor: number
  /** Waits without using the processor; rejects when the caller hangs up. */
  spend(seconds: number, signal: AbortSignal): Promise<void>
  /** Uses the host's one processor: callers wait for each other, as they do on a busy Dokku host. */
  spendProcessor(seconds: number, signal: AbortSignal): Promise<void>
}

/** Slowing down must be felt on an instant host too. */
const slowedPace = 0.02

export function createPace(pace: number): Pace {
  let processor: Promise<unknown> = Promise.resolve()
  let owedMs = 0
  const spend = async (seconds: number, signal: AbortSignal) => {
    signal.throwIfAborted()
    owedMs += seconds * 1000 * (self.factor === 1 ? pace : Math.max(pace, slowedPace) * self.factor)
    // A timer cannot wait less than a millisecond: what is less adds up until it can.
    if (owedMs < 1) return
    const ms = owedMs
    owedMs = 0
    await wait(ms, undefined, { signal })
  }
  const self: Pace = {
    factor: 1,
    spend,
    spendProcessor(seconds, signal) {
      const turn = processor.then(() => spend(seconds, signal))
      processor = turn.catch(() => undefined)
      return turn
    },
  }
  return self
}
