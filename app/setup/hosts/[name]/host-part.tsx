import type { ReactNode } from 'react'
import { Icon } from '../../../_ui/icon.tsx'

/** One of the things to do for a host, in order. */
export function HostPart({
  number,
  title,
  isDone,
  children,
}: {
  number: number
  title: string
  isDone: boolean
  children: ReactNode
}) {
  const id = `part-${number}`
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3 rounded-xl border bg-surface p-5 max-md:p-4">
      <h2 id={id} className="flex items-center gap-2.5 font-semibold">
        <span
          className={`flex size-6 items-center justify-center rounded-full border text-xs ${isDone ? 'border-ok-line bg-ok-wash text-ok' : 'border-line-strong text-ink-soft'}`}
        >
          {isDone ? <Icon name="check" className="size-3.5" /> : number}
        </span>
        {title}
        {isDone && <span className="sr-only">(done)</span>}
      </h2>
      {children}
    </section>
  )
}
