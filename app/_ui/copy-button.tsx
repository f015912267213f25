'use client'

import { useState } from 'react'
import { button } from './button.ts'
import { Icon } from './icon.tsx'

const thanksMs = 2000

/** Puts a text on the clipboard and says that it did. `about` tells its button apart from others of the page. */
export function CopyButton({ text, label, about }: { text: string; label: string; about?: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')

  const copy = async () => {
    setState(await written(text))
    setTimeout(() => setState('idle'), thanksMs)
  }

  const outcome = state === 'copied' ? 'Copied' : state === 'failed' ? 'Not copied' : null
  return (
    <>
      <button
        type="button"
        onClick={copy}
        aria-label={about && outcome === null ? `${label}: ${about}` : undefined}
        className={button('plain', about ? 'small' : 'medium')}
      >
        <Icon name={state === 'copied' ? 'check' : 'copy'} className="size-4" />
        {outcome ?? label}
      </button>
      <span role="status" className="sr-only">
        {outcome}
      </span>
    </>
  )
}

/** A page without TLS has no clipboard of the browser's; a selection that is copied works there too. */
async function written(text: string): Promise<'copied' | 'failed'> {
  try {
    if (window.isSecureContext) {
      await navigator.clipboard.writeText(text)
      return 'copied'
    }
    const area = document.createElement('textarea')
    area.value = text
    area.style.position = 'fixed'
    area.style.opacity = '0'
    document.body.append(area)
    area.select()
    const isCopied = document.execCommand('copy')
    area.remove()
    return isCopied ? 'copied' : 'failed'
  } catch {
    return 'failed'
  }
}
