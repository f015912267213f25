import type { ReactNode } from 'react'
import { ClockTime } from './relative-time.tsx'
import { StatusBadge, StatusIcon } from './status-badge.tsx'
import type { AppLogInBrowser } from './use-app-log.ts'

/** In a word whether what the app writes arrives here. */
export function AppLogStateBadge({ log: { connection, state, isPaused } }: { log: AppLogInBrowser }) {
  if (isPaused) {
    return (
      <StatusBadge tone="none" icon="pause">
        paused
      </StatusBadge>
    )
  }
  if (connection.kind === 'refused') return <StatusBadge tone="attention">not available</StatusBadge>
  if (connection.kind === 'lost') return <StatusBadge tone="attention">reconnecting</StatusBadge>
  if (connection.kind === 'resting') {
    return (
      <StatusBadge tone="none" icon="pause">
        resting
      </StatusBadge>
    )
  }
  if (connection.kind === 'connecting' || !state || state.kind === 'connecting') {
    return <StatusBadge tone="busy">connecting</StatusBadge>
  }
  return state.kind === 'live' ? (
    <StatusBadge tone="ok">live</StatusBadge>
  ) : (
    <StatusBadge tone="attention" icon="clock">
      waiting
    </StatusBadge>
  )
}

/** The sentence to it, where somebody has to know more. */
export function AppLogNotice({ log: { connection, state } }: { log: AppLogInBrowser }) {
  if (connection.kind === 'lost') return <Sentence>Berth does not answer; it is asked again by itself.</Sentence>
  if (connection.kind === 'refused') return <Sentence>{connection.words}</Sentence>
  if (state?.kind !== 'waiting') return null
  return (
    <Sentence>
      {state.words} Waiting since <ClockTime at={new Date(state.since)} />; Berth looks again by itself.
    </Sentence>
  )
}

function Sentence({ children }: { children: ReactNode }) {
  return (
    <p role="status" className="flex items-start gap-2 border-b bg-attention-wash px-3 py-1.5 text-sm text-pretty">
      <StatusIcon tone="attention" className="mt-0.5 size-4" />
      <span className="min-w-0 [overflow-wrap:anywhere]">{children}</span>
    </p>
  )
}
