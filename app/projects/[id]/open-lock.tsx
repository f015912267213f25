'use client'

import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import { button } from '../../_ui/button.ts'
import { unlockDeploys } from './actions.ts'

/** Opens what a lock closed. */
export function OpenLock({ lockId }: { lockId: string }) {
  const router = useRouter()
  const [words, setWords] = useState<string | null>(null)
  const [isPending, startTransition] = useTransition()
  const open = () =>
    startTransition(async () => {
      const failure = await unlockDeploys({ lockId })
      setWords(failure?.message ?? null)
      router.refresh()
    })
  return (
    <>
      <button type="button" onClick={open} disabled={isPending} className={button('plain')}>
        Open production
      </button>
      {words && (
        <p role="alert" className="w-full text-critical">
          {words}
        </p>
      )}
    </>
  )
}
