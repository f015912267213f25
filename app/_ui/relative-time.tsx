'use client'

import { useSyncExternalStore } from 'react'
import { age, ageInWords } from './age.ts'

const tickMs = 10_000
let now = Date.now()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | null = null

/** One clock moves every time on the page. */
function onTick(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(tick, tickMs)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0 || timer === null) return
    clearInterval(timer)
    timer = null
  }
}

function tick(): void {
  now = Date.now()
  for (const listener of listeners) listener()
}

/** An instant as its age, which ticks; the exact time on hover. `terse` drops "ago". */
export function RelativeTime({ at, terse = false, className }: { at: Date; terse?: boolean; className?: string }) {
  const current = useSyncExternalStore(
    onTick,
    () => now,
    () => Date.now(),
  )
  const asOf = new Date(Math.max(current, now))
  // The server's clock and time zone differ from the browser's, so its words are replaced without a warning.
  return (
    <time dateTime={at.toISOString()} title={at.toLocaleString()} className={className} suppressHydrationWarning>
      {terse ? age(at, asOf) : ageInWords(at, asOf)}
    </time>
  )
}

/** An instant as the time of day where the reader is, `14:02`. */
export function ClockTime({ at }: { at: Date }) {
  const isBrowser = useSyncExternalStore(
    onTick,
    () => true,
    () => false,
  )
  return (
    <time dateTime={at.toISOString()} title={at.toLocaleString()} suppressHydrationWarning>
      {at.toLocaleTimeString('en-GB', {
        hour: '2-digit',
        minute: '2-digit',
        ...(isBrowser ? {} : { timeZone: 'UTC' }),
      })}
    </time>
  )
}
