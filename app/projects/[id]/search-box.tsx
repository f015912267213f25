'use client'

import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useEffect, useRef, useState, useTransition } from 'react'
import { Icon } from '../../_ui/icon.tsx'
import { isTyping } from './typing.ts'

const debounceMs = 150

/** Searches while one types. The words live in the address; the focus stays; `/` comes here from anywhere. */
export function SearchBox() {
  const router = useRouter()
  const pathname = usePathname()
  const params = useSearchParams()
  const inAddress = params.get('q') ?? ''
  const [words, setWords] = useState(inAddress)
  const [isPending, startTransition] = useTransition()
  const input = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  /** What the box itself put into the address and has not seen there yet: one may have typed on in between. */
  const sent = useRef<string[]>([])
  const seen = useRef(inAddress)

  useEffect(() => {
    // Not at first: what was typed before the page could listen is newer than its address.
    if (seen.current === inAddress) return
    seen.current = inAddress
    const own = sent.current.indexOf(inAddress)
    if (own === -1) setWords(inAddress)
    else sent.current.splice(0, own + 1)
  }, [inAddress])

  useEffect(() => {
    const focusOnSlash = (event: KeyboardEvent) => {
      if (event.key !== '/' || isTyping(event)) return
      event.preventDefault()
      input.current?.select()
    }
    document.addEventListener('keydown', focusOnSlash)
    return () => {
      document.removeEventListener('keydown', focusOnSlash)
      clearTimeout(timer.current)
    }
  }, [])

  const search = (next: string) => {
    setWords(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      const changed = new URLSearchParams(window.location.search)
      changed.delete('page')
      if (next.trim()) changed.set('q', next)
      else changed.delete('q')
      sent.current.push(changed.get('q') ?? '')
      startTransition(() => router.replace(`${pathname}?${changed}`, { scroll: false }))
    }, debounceMs)
  }

  return (
    <search className="relative block w-full md:w-80">
      <Icon
        name={isPending ? 'spinner' : 'search'}
        className={`pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-faint ${isPending ? 'animate-turn' : ''}`}
      />
      <input
        ref={input}
        type="search"
        value={words}
        onChange={(event) => search(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          if (words) search('')
          else event.currentTarget.blur()
        }}
        placeholder="Search branch, merge request, author, SHA, app"
        aria-label="Search branches"
        aria-keyshortcuts="/"
        autoComplete="off"
        spellCheck={false}
        className="h-8 w-full rounded-md border border-line-strong bg-surface pr-8 pl-8 text-sm placeholder:text-ink-faint max-md:h-11 max-md:text-lg [&::-webkit-search-cancel-button]:hidden"
      />
      {words === '' && (
        <kbd className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 rounded border px-1.5 font-sans text-2xs text-ink-faint max-md:hidden">
          /
        </kbd>
      )}
    </search>
  )
}
