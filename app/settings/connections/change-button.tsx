'use client'

import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import { button } from '../../_ui/button.ts'
import { Icon } from '../../_ui/icon.tsx'

interface Props {
  /** A Server Action with its input bound. */
  change(): Promise<string | null>
  children: string
  /** What is lost; asked before. `null`: nothing. */
  asks: string | null
  label?: string
}

/** Changes something at once; what takes something away asks first, in place. */
export function ChangeButton({ change, children, asks, label }: Props) {
  const router = useRouter()
  const [isAsking, setAsking] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const [isPending, startTransition] = useTransition()

  const press = () =>
    startTransition(async () => {
      const refused = await change()
      setRefusal(refused)
      setAsking(false)
      router.refresh()
    })

  if (isAsking && asks !== null)
    return (
      <div className="flex w-full flex-wrap items-center gap-2 rounded-lg border border-critical-line bg-critical-wash px-3 py-2">
        <p className="min-w-0 flex-1 basis-60 text-pretty text-sm">{asks}</p>
        <button
          type="button"
          onClick={() => setAsking(false)}
          disabled={isPending}
          className={button('plain', 'small')}
        >
          Keep it
        </button>
        <button type="button" onClick={press} disabled={isPending} className={button('danger', 'small')}>
          {isPending && <Icon name="spinner" className="size-3.5 animate-turn" />}
          {children}
        </button>
      </div>
    )
  return (
    <>
      <button
        type="button"
        onClick={asks === null ? press : () => setAsking(true)}
        disabled={isPending}
        aria-label={label}
        className={button('quiet', 'small')}
      >
        {isPending && <Icon name="spinner" className="size-3.5 animate-turn" />}
        {children}
      </button>
      {refusal && (
        <p role="alert" className="w-full text-pretty text-sm text-critical">
          {refusal}
        </p>
      )}
    </>
  )
}
