'use client'

import { useEffect, useMemo, useState } from 'react'
import type { RunStatus } from '#lib/domain/pipeline.ts'
import { subscribe } from './live-connection.ts'
import { LogPanel } from './log-panel.tsx'
import { LogSpans } from './log-spans.tsx'
import { logLines, shownLines } from './log-text.ts'
import { StatusBadge } from './status-badge.tsx'
import { runLooks } from './status-looks.ts'

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

/** A job's log as it grows. */
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
  const lines = useMemo(() => (log ? logLines(log.text).map((spans, id) => ({ id, spans })) : []), [log])
  const look = log && runLooks[log.jobStatus]

  return (
    <LogPanel
      label={`Log of job ${log?.jobName ?? jobId}`}
      head={
        <>
          <span className="truncate font-medium">{log?.jobName ?? `Job ${jobId}`}</span>
          {look && (
            <StatusBadge tone={look.tone} icon={look.icon}>
              {look.words}
            </StatusBadge>
          )}
          {jobUrl && (
            <a href={jobUrl} className="ml-auto shrink-0 text-xs text-ink-faint hover:text-ink hover:underline">
              In GitLab
            </a>
          )}
        </>
      }
      before={
        lines.length > shownLines && (
          <p className="text-ink-faint">… {lines.length - shownLines} earlier lines are in GitLab</p>
        )
      }
      lines={lines.slice(-shownLines)}
      draw={({ id, spans }) => (
        <p key={id} className="min-h-5">
          <LogSpans spans={spans} />
        </p>
      )}
      empty="Waiting for the log…"
      className={className}
    />
  )
}

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
