import type { ReactNode } from 'react'

/** One connection: what it is, how it is, and what one may do about it. */
export function ConnectionCard({
  title,
  state,
  children,
  actions,
}: {
  title: string
  state: ReactNode
  children?: ReactNode
  actions?: ReactNode
}) {
  const id = `connection-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`
  return (
    <section aria-labelledby={id} className="rounded-xl border bg-surface">
      <header className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 px-4 pt-3 pb-2">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        <span className="text-sm">{state}</span>
      </header>
      {children && <div className="flex flex-col gap-1 px-4 pb-3 text-sm text-ink-soft">{children}</div>}
      {actions && <footer className="flex flex-wrap items-center gap-1 border-t px-2 py-1.5">{actions}</footer>}
    </section>
  )
}
