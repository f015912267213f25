import { memo } from 'react'
import type { ShownLine } from './app-log-lines.ts'
import { LogSpans } from './log-spans.tsx'

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const exact = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'long',
})

/** One line of an app's log: when, by which process, what. Times are those of the reader's zone. */
export const AppLogLine = memo(function AppLogLine({
  line: { at, process, spans, by },
  pattern,
  showsTime,
  showsProcess,
}: {
  line: ShownLine
  pattern: RegExp | null
  showsTime: boolean
  showsProcess: boolean
}) {
  if (by === 'berth') {
    return (
      <p className="my-1 flex items-center gap-2 font-sans whitespace-normal text-ink-faint before:h-px before:flex-1 before:bg-line-strong after:h-px after:flex-1 after:bg-line-strong">
        <span className="max-w-[80%] text-center">
          {at && `${clock.format(at)} · `}
          <LogSpans spans={spans} />
        </span>
      </p>
    )
  }
  return (
    <p className="min-h-5 pl-4 -indent-4">
      {showsTime && at && (
        <time dateTime={at.toISOString()} title={exact.format(at)} className="text-ink-faint">
          {timeOf(at)}{' '}
        </time>
      )}
      {showsProcess && process && <span className="text-ink-faint">{process} </span>}
      <LogSpans spans={spans} pattern={pattern} />
    </p>
  )
})

/** With the day where it is not today: the log of an app that is down may be old. */
function timeOf(at: Date): string {
  const isToday = at.toDateString() === new Date().toDateString()
  return isToday ? clock.format(at) : `${day.format(at)} ${clock.format(at)}`
}
