'use client'

import { usePathname, useRouter } from 'next/navigation'
import { type ReactNode, useState, useTransition } from 'react'
import type { Asked } from './asked.ts'
import { Icon } from './icon.tsx'

interface Props {
  /** A Server Action with its input bound. */
  ask(): Promise<Asked>
  children: ReactNode
  className: string
  label?: string
  /** Put the operation into the address, so that the open sheet follows it and a reload still does. */
  follows?: boolean
}

/** Asks for a change once, however often it is pressed, and says why when there is none. */
export function AskButton({ ask, children, className, label, follows = false }: Props) {
  const router = useRouter()
  const pathname = usePathname()
  const [refusal, setRefusal] = useState<string | null>(null)
  const [isPending, startTransition] = useTransition()

  const press = () =>
    startTransition(async () => {
      const asked = await ask()
      if ('failure' in asked) {
        setRefusal(asked.failure.message)
        router.refresh()
        return
      }
      setRefusal(null)
      if (!follows) return router.refresh()
      const params = new URLSearchParams(window.location.search)
      params.set('operation', asked.operationId)
      router.replace(`${pathname}?${params}`, { scroll: false })
    })

  return (
    <>
      {refusal && (
        <p role="alert" className="mb-2 text-pretty text-left text-sm whitespace-normal text-critical">
          {refusal}
        </p>
      )}
      <button type="button" onClick={press} disabled={isPending} aria-label={label} className={className}>
        {isPending && <Icon name="spinner" className="size-4 animate-turn" />}
        {children}
      </button>
    </>
  )
}
