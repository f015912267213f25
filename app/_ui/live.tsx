'use client'

import { useRouter } from 'next/navigation'
import { startTransition, useEffect, useSyncExternalStore } from 'react'
import { type LiveState, liveState, onLiveState, subscribe } from './live-connection.ts'

/** Not faster than this, however much changes at once. */
const refreshEveryMs = 700
/** Ages of sources move without anything else changing, so a quiet page is read again this often. */
const quietRefreshMs = 30_000

/** Keeps the page true: reads it again from the server when one of these topics changes. Draws nothing. */
export function Live({ topics }: { topics: readonly string[] }) {
  const router = useRouter()
  const joined = topics.join(',')

  useEffect(() => {
    let refreshedAt = 0
    let timer: ReturnType<typeof setTimeout> | null = null
    let isDeferred = false
    const refresh = () => {
      timer = null
      // A hidden tab catches up when somebody looks at it again.
      if (document.hidden) return
      // While nobody can be reached one refresh waits for another; all are made up for at once when the connection is back.
      isDeferred = liveState() === 'lost'
      if (isDeferred) return
      refreshedAt = Date.now()
      startTransition(() => router.refresh())
    }
    const refreshSoon = () => {
      timer ??= setTimeout(refresh, Math.max(0, refreshedAt + refreshEveryMs - Date.now()))
    }
    const unsubscribe = subscribe(joined.split(','), refreshSoon)
    const unlisten = onLiveState(() => isDeferred && liveState() === 'live' && refreshSoon())
    const quiet = setInterval(refreshSoon, quietRefreshMs)
    document.addEventListener('visibilitychange', refreshSoon)
    return () => {
      unsubscribe()
      unlisten()
      clearInterval(quiet)
      document.removeEventListener('visibilitychange', refreshSoon)
      if (timer) clearTimeout(timer)
    }
  }, [joined, router])

  return null
}

const looks: Record<LiveState, { dot: string; words: string; title: string }> = {
  connecting: { dot: 'bg-line-strong', words: 'Connecting', title: 'Connecting to live changes' },
  live: { dot: 'bg-ok', words: 'Live', title: 'Changes appear by themselves' },
  lost: {
    dot: 'bg-attention animate-breathe',
    words: 'Reconnecting',
    title: 'Berth does not answer; what you see may be old',
  },
}

/** Says quietly whether changes arrive by themselves. */
export function LiveIndicator() {
  const state = useSyncExternalStore(onLiveState, liveState, () => 'connecting' as const)
  const { dot, words, title } = looks[state]
  return (
    <span role="status" title={title} className="inline-flex items-center gap-1.5 text-xs text-ink-faint">
      <span aria-hidden="true" className={`size-1.5 rounded-full ${dot}`} />
      <span className={state === 'lost' ? '' : 'max-md:sr-only'}>{words}</span>
    </span>
  )
}
