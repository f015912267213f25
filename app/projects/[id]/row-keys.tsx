'use client'

import { useEffect } from 'react'
import { isTyping } from './typing.ts'

/** `j` and `k` walk through the rows of the table by focusing each row's own link, so Enter opens it. Draws nothing. */
export function RowKeys() {
  useEffect(() => {
    const walk = (event: KeyboardEvent) => {
      if ((event.key !== 'j' && event.key !== 'k') || isTyping(event)) return
      const links = [...document.querySelectorAll<HTMLAnchorElement>('a[data-row]')]
      const present = document.activeElement?.closest('tr')?.querySelector<HTMLAnchorElement>('a[data-row]')
      const index = present ? links.indexOf(present) + (event.key === 'j' ? 1 : -1) : 0
      const next = links[Math.min(Math.max(index, 0), links.length - 1)]
      next?.focus()
      next?.closest('tr')?.scrollIntoView({ block: 'nearest' })
    }
    document.addEventListener('keydown', walk)
    return () => document.removeEventListener('keydown', walk)
  }, [])
  return null
}
