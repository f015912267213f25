'use client'

import { useState } from 'react'
import { button } from '../_ui/button.ts'
import { Icon } from '../_ui/icon.tsx'

/** A line to take somewhere else, with a button that takes it. */
export function CopyLine({ text, label }: { text: string; label: string }) {
  const [isCopied, setCopied] = useState(false)

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
    } catch {
      // Without TLS a browser gives no clipboard: the line can still be marked by hand.
      setCopied(false)
    }
  }

  return (
    <div className="flex items-start gap-1 rounded-md bg-sunken p-1 pl-3">
      <code className="min-w-0 flex-1 py-1 font-mono text-xs break-all select-all">{text}</code>
      <button
        type="button"
        onClick={copy}
        aria-label={`Copy ${label}`}
        className={`${button('quiet', 'small')} shrink-0`}
      >
        {isCopied && <Icon name="check" className="size-3.5 text-ok" />}
        <span aria-live="polite">{isCopied ? 'Copied' : 'Copy'}</span>
      </button>
    </div>
  )
}
