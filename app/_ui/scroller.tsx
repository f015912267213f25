import type { ReactNode } from 'react'

/** A part of a page that scrolls by itself. It takes the focus, so that whoever has only keys can scroll it too. */
export function Scroller({ label, className, children }: { label: string; className: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is of forms.
    <div
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable to be scrolled by keys.
      tabIndex={0}
      role="group"
      aria-label={label}
      className={`overflow-y-auto -outline-offset-2 ${className}`}
    >
      {children}
    </div>
  )
}
