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

/**
 * The page's clock; `null` on the server and while the browser takes over what the server drew, because the two differ in
 * clock, language and time zone.
 */
const useNow = (): number | null =>
  useSyncExternalStore(
    onTick,
    () => now,
    () => null,
  )

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const clockUtc = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' })

/** An instant as its age, which ticks; the exact time on hover. `terse` drops "ago". */
export function RelativeTime({ at, terse = false, className }: { at: Date; terse?: boolean; className?: string }) {
  const current = useNow()
  const asOf = new Date(current ?? Date.now())
  return (
    <time
      dateTime={at.toISOString()}
      title={current === null ? undefined : exact.format(at)}
      className={className}
      suppressHydrationWarning
    >
      {terse ? age(at, asOf) : ageInWords(at, asOf)}
    </time>
  )
}

/** An instant as the time of day where the reader is, `14:02`; UTC until the browser has taken over. */
export function ClockTime({ at }: { at: Date }) {
  const isBrowser = useNow() !== null
  return (
    <time dateTime={at.toISOString()} title={isBrowser ? exact.format(at) : undefined}>
      {(isBrowser ? clock : clockUtc).format(at)}
    </time>
  )
}
