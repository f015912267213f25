'use client'

import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import { button } from '../../../_ui/button.ts'
import { Icon } from '../../../_ui/icon.tsx'
import { checkWiring } from './actions.ts'

/** Looks at everything now; it takes some seconds, and what is on the page stays meanwhile. */
export function CheckButton({
  projectId,
  refusal,
  words,
  kind,
}: {
  projectId: number
  /** Why this viewer may not; `null` when they may. */
  refusal: string | null
  words: string
  kind: 'primary' | 'plain'
}) {
  const router = useRouter()
  const [failure, setFailure] = useState<string | null>(null)
  const [isPending, startTransition] = useTransition()

  const press = () =>
    startTransition(async () => {
      const failed = await checkWiring({ projectId })
      setFailure(failed?.message ?? null)
      router.refresh()
    })

  return (
    <>
      {failure && (
        <p role="alert" className="text-pretty text-sm text-critical">
          {failure}
        </p>
      )}
      <button
        type="button"
        onClick={press}
        disabled={isPending || refusal !== null}
        title={refusal ?? undefined}
        className={button(kind)}
      >
        <Icon name={isPending ? 'spinner' : 'retry'} className={`size-4 ${isPending ? 'animate-turn' : ''}`} />
        {isPending ? 'Checking …' : words}
      </button>
    </>
  )
}
