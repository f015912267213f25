import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import { button } from '../../../_ui/button.ts'
import { Icon } from '../../../_ui/icon.tsx'
import { runPoliciesNow } from './actions.ts'

/** The run that comes every five minutes, now. */
export function RunPolicies({ projectId }: { projectId: number }) {
  const router = useRouter()
  const [words, setWords] = useState<string | null>(null)
  const [isPending, startTransition] = useTransition()

  const press = () =>
    startTransition(async () => {
      const came = await runPoliciesNow({ projectId })
      setWords('failure' in came ? came.failure.message : came.done.words)
      router.refresh()
    })

  return (
    <span className="inline-flex flex-wrap items-center justify-end gap-x-3 gap-y-1">
      <span role="status" className="text-pretty text-ink-soft">
        {words}
      </span>
      <button type="button" onClick={press} disabled={isPending} className={button('plain')}>
        {isPending && <Icon name="spinner" className="size-4 animate-turn" />}
        Run now
      </button>
    </span>
  )
}
