import { BerthError } from '#lib/domain/errors.ts'

/** Settles as the promise does, or fails as soon as the caller gives up; what it waited for goes on. */
export async function orGivenUp<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return promise
  const { promise: givenUpOn, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(givenUp(signal))
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, givenUpOn])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** Waits, unless the caller gives up first. */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  try {
    await orGivenUp(promise, signal)
  } finally {
    clearTimeout(timer)
  }
}

export const givenUp = (signal: AbortSignal): BerthError =>
  new BerthError('unavailable', 'dokku', 'The question to Dokku was given up by its asker.', { cause: signal.reason })
