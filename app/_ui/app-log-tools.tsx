import type { Dispatch, ReactNode, SetStateAction } from 'react'
import type { ShownLine } from './app-log-lines.ts'
import { Icon } from './icon.tsx'

/** How somebody looks at a log. */
export interface LogView {
  filter: string
  /** Only these; all when there are none. */
  processes: readonly string[]
  showsTimes: boolean
  wraps: boolean
}

/** Berth's own notes pass every filter: they tell of lines that are missing. */
export function shows({ processes }: LogView, pattern: RegExp | null, { by, process, words }: ShownLine): boolean {
  if (by === 'berth') return true
  if (processes.length > 0 && !(process && processes.includes(process))) return false
  return pattern === null || words.search(pattern) !== -1
}

/** What one sets of a log's view. */
export function AppLogTools({
  view,
  onView,
  processes,
  found,
}: {
  view: LogView
  onView: Dispatch<SetStateAction<LogView>>
  /** Those that wrote something. */
  processes: readonly string[]
  /** How many lines pass; `null` when all do. */
  found: number | null
}) {
  const set = (changed: Partial<LogView>) => onView((before) => ({ ...before, ...changed }))
  const toggled = (name: string) =>
    view.processes.includes(name) ? view.processes.filter((other) => other !== name) : [...view.processes, name]
  return (
    <div className="flex flex-wrap items-center gap-1.5 border-b px-3 py-1.5">
      <search className="relative min-w-36 flex-1 max-md:basis-full">
        <Icon
          name="search"
          className="pointer-events-none absolute top-1/2 left-2 size-3.5 -translate-y-1/2 text-ink-faint"
        />
        <input
          type="search"
          value={view.filter}
          onChange={({ target }) => set({ filter: target.value })}
          onKeyDown={({ key }) => key === 'Escape' && set({ filter: '' })}
          placeholder="Filter lines"
          aria-label="Filter lines"
          autoComplete="off"
          spellCheck={false}
          className="h-7 w-full rounded-md border border-line-strong bg-surface pr-20 pl-7 text-sm placeholder:text-ink-faint max-md:h-9 max-md:text-lg [&::-webkit-search-cancel-button]:hidden"
        />
        {found !== null && (
          <span
            role="status"
            className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 bg-surface pl-1 text-xs text-ink-faint"
          >
            {found.toLocaleString('en')} {found === 1 ? 'line' : 'lines'}
          </span>
        )}
      </search>
      {processes.length > 1 && (
        <fieldset className="contents">
          <legend className="sr-only">Processes</legend>
          {processes.map((name) => (
            <Toggle
              key={name}
              isOn={view.processes.includes(name)}
              onToggle={() => set({ processes: toggled(name) })}
              title={`Only lines of ${name}`}
            >
              <span className="font-mono text-xs">{name}</span>
            </Toggle>
          ))}
        </fieldset>
      )}
      <Toggle isOn={view.showsTimes} onToggle={() => set({ showsTimes: !view.showsTimes })} title="Show when it was">
        Times
      </Toggle>
      <Toggle isOn={view.wraps} onToggle={() => set({ wraps: !view.wraps })} title="Break long lines">
        Wrap
      </Toggle>
    </div>
  )
}

function Toggle({
  isOn,
  onToggle,
  title,
  children,
}: {
  isOn: boolean
  onToggle: () => void
  title: string
  children: ReactNode
}) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onToggle}
      title={title}
      className="h-7 rounded-md border border-transparent px-2 text-sm text-ink-faint hover:text-ink aria-pressed:border-line-strong aria-pressed:bg-sunken aria-pressed:text-ink max-md:h-9"
    >
      {children}
    </button>
  )
}
