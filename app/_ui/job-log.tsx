'use client'

import { memo, useEffect, useMemo, useRef, useState } from 'react'
import type { RunStatus } from '#lib/domain/pipeline.ts'
import { button } from './button.ts'
import { subscribe } from './live-connection.ts'
import { type LogSpan, logLines } from './log-text.ts'
import { StatusBadge, toneText } from './status-badge.tsx'
import { runLooks } from './status-looks.ts'

/** More lines than anybody reads in a panel; GitLab has the rest. */
const shownLines = 2000
const askAgainMs = 2000

interface Log {
  jobName: string
  jobStatus: RunStatus
  text: string
  next: number
  finished: boolean
}

/** What `GET /api/projects/…/jobs/…/log` answers: the part from `from` on, or another whole. */
interface Part extends Log {
  replaces: boolean
}

/** A job's log as it grows; stays at the end until one scrolls up. */
export function JobLog({
  projectId,
  jobId,
  jobUrl,
  className = '',
}: {
  projectId: number
  jobId: number
  jobUrl?: string | null
  className?: string
}) {
  const log = useJobLog(projectId, jobId)
  const lines = useMemo(() => logLines(log?.text ?? '').map((spans, number) => ({ number, spans })), [log?.text])
  const panel = useRef<HTMLDivElement>(null)
  const [follows, setFollows] = useState(true)
  const look = log && runLooks[log.jobStatus]

  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what moves the panel.
  useEffect(() => {
    if (follows && panel.current) panel.current.scrollTop = panel.current.scrollHeight
  }, [lines, follows])

  return (
    <section
      aria-label={`Log of job ${log?.jobName ?? jobId}`}
      className={`flex min-h-0 flex-col overflow-hidden rounded-lg border ${className}`}
    >
      <header className="flex items-center gap-2 border-b bg-surface px-3 py-1.5 text-sm">
        <span className="truncate font-medium">{log?.jobName ?? `Job ${jobId}`}</span>
        {look && (
          <StatusBadge tone={look.tone} icon={look.icon}>
            {look.words}
          </StatusBadge>
        )}
        {!follows && (
          <button type="button" onClick={() => setFollows(true)} className={`${button('quiet', 'small')} ml-auto`}>
            To the end
          </button>
        )}
        {jobUrl && (
          <a
            href={jobUrl}
            className={`${follows ? 'ml-auto' : ''} shrink-0 text-xs text-ink-faint hover:text-ink hover:underline`}
          >
            In GitLab
          </a>
        )}
      </header>
      <div
        ref={panel}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a panel that scrolls must be reachable to be scrolled by keys.
        tabIndex={0}
        role="log"
        aria-live="off"
        onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) =>
          setFollows(scrollTop + clientHeight > scrollHeight - 24)
        }
        className="min-h-40 flex-1 overflow-auto bg-sunken px-3 py-2 font-mono text-xs leading-5 [overflow-wrap:anywhere] whitespace-pre-wrap"
      >
        {lines.length > shownLines && (
          <p className="text-ink-faint">… {lines.length - shownLines} earlier lines are in GitLab</p>
        )}
        {log ? (
          lines.slice(-shownLines).map(({ number, spans }) => <Line key={number} spans={spans} />)
        ) : (
          <p className="text-ink-faint">Waiting for the log…</p>
        )}
      </div>
    </section>
  )
}

const Line = memo(
  function Line({ spans }: { spans: LogSpan[] }) {
    return (
      <p className="min-h-5">
        {spans.map(({ text, tone, bold }, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a line's spans have no other identity and never move.
            key={index}
            className={`${tone ? toneText(tone) : ''} ${bold ? 'font-semibold' : ''}`}
          >
            {text}
          </span>
        ))}
      </p>
    )
  },
  (before, after) =>
    before.spans.length === after.spans.length && before.spans.every((span, index) => isSame(span, after.spans[index])),
)

const isSame = (one: LogSpan, other: LogSpan | undefined): boolean =>
  one.text === other?.text && one.tone === other.tone && one.bold === other.bold

/** `null` until something of it has been read. */
function useJobLog(projectId: number, jobId: number): Log | null {
  const [log, setLog] = useState<Log | null>(null)

  useEffect(() => {
    let present: Log | null = null
    let isReading = false
    const stopped = new AbortController()
    const read = async () => {
      if (isReading || present?.finished) return
      isReading = true
      const part = await readPart(
        `/api/projects/${projectId}/jobs/${jobId}/log?from=${present?.next ?? 0}`,
        stopped.signal,
      )
      isReading = false
      if (!part || stopped.signal.aborted) return
      present = { ...part, text: part.replaces ? part.text : (present?.text ?? '') + part.text }
      setLog(present)
    }
    setLog(null)
    read()
    const unsubscribe = subscribe([`job:${jobId}`], read)
    const timer = setInterval(read, askAgainMs)
    return () => {
      stopped.abort()
      unsubscribe()
      clearInterval(timer)
    }
  }, [projectId, jobId])

  return log
}

/** `null` while there is no log yet, or no answer: it is asked again soon. */
async function readPart(url: string, signal: AbortSignal): Promise<Part | null> {
  try {
    const response = await fetch(url, { signal })
    return response.status === 200 ? ((await response.json()) as Part) : null
  } catch {
    return null
  }
}
