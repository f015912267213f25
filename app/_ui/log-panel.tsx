'use client'

import { type ReactNode, useEffect, useRef, useState } from 'react'
import { button } from './button.ts'

/** This near to the end one is at the end. */
const endPx = 24

/** A log that grows: stays at the end until one scrolls up, and then says how much has come below. */
export function LogPanel<Line extends { id: number }>({
  label,
  head,
  tools,
  before,
  lines,
  draw,
  empty,
  wraps = true,
  className = '',
}: {
  label: string
  head: ReactNode
  /** A row of its own below the head. */
  tools?: ReactNode
  /** Above the lines. */
  before?: ReactNode
  /** Their ids grow. */
  lines: readonly Line[]
  draw: (line: Line) => ReactNode
  /** In the place of lines while there are none. */
  empty: ReactNode
  wraps?: boolean
  className?: string
}) {
  const panel = useRef<HTMLDivElement>(null)
  const [follows, setFollows] = useState(true)
  /** The last line that was there when one left the end. */
  const [leftAt, setLeftAt] = useState(0)
  const lastId = lines.at(-1)?.id ?? 0

  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what moves the panel.
  useEffect(() => {
    if (follows && panel.current) panel.current.scrollTop = panel.current.scrollHeight
  }, [lines, follows, wraps])

  const onScroll = ({ scrollTop, clientHeight, scrollHeight }: HTMLDivElement) => {
    const isAtEnd = scrollTop + clientHeight > scrollHeight - endPx
    if (follows && !isAtEnd) setLeftAt(lastId)
    setFollows(isAtEnd)
  }
  const newLines = follows || lastId === leftAt ? 0 : lines.length - 1 - lines.findLastIndex(({ id }) => id <= leftAt)

  return (
    <section
      aria-label={label}
      className={`relative flex min-h-0 flex-col overflow-hidden rounded-lg border bg-surface ${className}`}
    >
      <header className="flex min-h-10 items-center gap-2 border-b px-3 py-1.5 text-sm">{head}</header>
      {tools}
      <div
        ref={panel}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a panel that scrolls must be reachable to be scrolled by keys.
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={label}
        onScroll={({ currentTarget }) => onScroll(currentTarget)}
        className={`min-h-40 flex-1 overflow-auto bg-sunken px-3 py-2 font-mono text-xs leading-5 -outline-offset-2 ${
          wraps ? '[overflow-wrap:anywhere] whitespace-pre-wrap' : 'whitespace-pre'
        }`}
      >
        {before}
        {lines.length > 0 ? lines.map(draw) : <div className="font-sans whitespace-normal text-ink-faint">{empty}</div>}
      </div>
      {!follows && (
        <button
          type="button"
          onClick={() => setFollows(true)}
          className={`${button('plain', 'small')} absolute right-4 bottom-3 shadow-toast`}
        >
          To the end{newLines > 0 && ` · ${newLines.toLocaleString('en')} new`}
        </button>
      )}
    </section>
  )
}
