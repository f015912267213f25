'use client'

import { useMemo, useState } from 'react'
import { AppLogLine } from './app-log-line.tsx'
import { AppLogNotice, AppLogStateBadge } from './app-log-state.tsx'
import { AppLogTools, type LogView, shows } from './app-log-tools.tsx'
import { button } from './button.ts'
import { Icon } from './icon.tsx'
import { LogPanel } from './log-panel.tsx'
import { patternOf } from './log-text.ts'
import { useAppLog } from './use-app-log.ts'

/** What an environment's app writes, live from its host. */
export function AppLog({
  projectId,
  environmentId,
  title,
  className = '',
}: {
  projectId: number
  environmentId: number
  /** The app's name. */
  title: string
  className?: string
}) {
  const log = useAppLog(`/api/projects/${projectId}/environments/${environmentId}/log`)
  const [view, setView] = useState<LogView>({ filter: '', processes: [], showsTimes: true, wraps: true })
  const { lines, dropped, waiting, processes } = log.shown
  const pattern = useMemo(() => patternOf(view.filter.trim()), [view.filter])
  const found = useMemo(() => lines.filter((line) => shows(view, pattern, line)), [lines, view, pattern])

  return (
    <LogPanel
      label={`Log of app ${title}`}
      head={
        <>
          <Icon name="terminal" className="size-4 text-ink-faint" />
          <span className="min-w-0 truncate font-medium">{title}</span>
          <AppLogStateBadge log={log} />
          <button
            type="button"
            onClick={log.isPaused ? log.resume : log.pause}
            className={`${button(log.isPaused ? 'primary' : 'plain', 'small')} ml-auto shrink-0`}
          >
            {log.isPaused ? 'Resume' : 'Pause'}
            {waiting > 0 && <span className="tabular-nums">· {waiting.toLocaleString('en')} waiting</span>}
          </button>
        </>
      }
      tools={
        <>
          <AppLogTools
            view={view}
            onView={setView}
            processes={processes}
            found={pattern || view.processes.length > 0 ? found.length : null}
          />
          <AppLogNotice log={log} />
        </>
      }
      before={
        dropped > 0 && (
          <p className="text-ink-faint">… {dropped.toLocaleString('en')} earlier lines are not kept here</p>
        )
      }
      lines={found}
      draw={(line) => (
        <AppLogLine
          key={line.id}
          line={line}
          pattern={pattern}
          showsTime={view.showsTimes}
          showsProcess={processes.length > 1}
        />
      )}
      empty={lines.length > 0 ? 'No line has that.' : emptyWords(log)}
      wraps={view.wraps}
      className={className}
    />
  )
}

function emptyWords({ connection, state }: ReturnType<typeof useAppLog>): string {
  if (connection.kind === 'open' && state?.kind === 'live') return 'The app has written nothing yet.'
  return state?.kind === 'waiting' || connection.kind === 'refused' ? 'There is no log now.' : 'Opening the log…'
}
