'use client'

import { useRouter } from 'next/navigation'
import { type MouseEvent, type ReactNode, useEffectEvent, useLayoutEffect, useRef } from 'react'
import { Icon } from './icon.tsx'

const shapes = {
  /** From the right; on a phone from below. */
  side: 'ml-auto h-dvh max-h-dvh w-[34rem] md:[--sheet-x:32px] md:[--sheet-y:0] max-md:mt-auto max-md:mb-0 max-md:h-auto max-md:max-h-[92dvh] max-md:w-full max-md:rounded-t-2xl',
  /** In the middle; on a phone from below. */
  center:
    'm-auto w-[30rem] max-h-[88dvh] rounded-xl md:[--sheet-y:8px] max-md:mb-0 max-md:max-h-[92dvh] max-md:w-full max-md:rounded-b-none max-md:rounded-t-2xl',
}

/**
 * A modal that stands in the address: it is open because the page was rendered with it, and leaves by going to `closeHref`.
 * The browser's own dialog keeps the focus inside and gives it back.
 */
export function Sheet({
  title,
  closeHref,
  shape,
  children,
}: {
  title: string
  closeHref: string
  shape: keyof typeof shapes
  children: ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const router = useRouter()
  const leave = useEffectEvent(() => router.push(closeHref, { scroll: false }))

  useLayoutEffect(() => {
    const element = dialog.current
    if (!element) return
    if (!element.open) element.showModal()
    // Nothing is chosen beforehand: neither the way out nor the button that deploys.
    element.focus()
    const onCancel = (event: Event) => {
      event.preventDefault()
      leave()
    }
    element.addEventListener('cancel', onCancel)
    return () => {
      element.removeEventListener('cancel', onCancel)
      element.close()
    }
  }, [])

  const leaveFromBackdrop = (event: MouseEvent) => {
    if (event.target === dialog.current) router.push(closeHref, { scroll: false })
  }

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard leaves by Escape, which the dialog reports as cancel.
    <dialog
      ref={dialog}
      tabIndex={-1}
      aria-labelledby="sheet-title"
      onClick={leaveFromBackdrop}
      className={`sheet fixed max-w-full overflow-hidden overscroll-contain outline-none bg-surface shadow-sheet ${shapes[shape]}`}
    >
      <div className="flex h-full max-h-[inherit] flex-col">
        <header className="flex items-center gap-3 border-b py-2.5 pr-2.5 pl-5">
          <h2 id="sheet-title" className="min-w-0 flex-1 truncate text-lg font-semibold">
            {title}
          </h2>
          <button
            type="button"
            onClick={() => router.push(closeHref, { scroll: false })}
            aria-label="Close"
            className="inline-flex size-9 items-center justify-center rounded-md text-ink-soft hover:bg-sunken hover:text-ink"
          >
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}
