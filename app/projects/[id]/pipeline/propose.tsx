import { useState, useTransition } from 'react'
import type { Decision } from '#lib/domain/decision.ts'
import type { PipelineOptions } from '#lib/domain/pipeline-file/index.ts'
import type { PipelineProposal } from '#lib/operations/propose-pipeline.ts'
import { button } from '../../../_ui/button.ts'
import { Icon } from '../../../_ui/icon.tsx'
import { propose } from './actions.ts'

/** Opens the merge request in the name of whoever presses. */
export function Propose({
  projectId,
  options,
  decision,
  isRefused,
  onProposed,
}: {
  projectId: number
  options: PipelineOptions
  /** `null` while it is not known. */
  decision: Decision | null
  isRefused: boolean
  onProposed(): void
}) {
  const [came, setCame] = useState<{ done: PipelineProposal } | { failure: { message: string } } | null>(null)
  const [isPending, startTransition] = useTransition()
  if (isRefused) return null

  const press = () =>
    startTransition(async () => {
      setCame(await propose({ projectId, options }))
      onProposed()
    })

  const isAllowed = decision?.allowed === true
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <button type="button" onClick={press} disabled={!isAllowed || isPending} className={button('primary')}>
        <Icon name={isPending ? 'spinner' : 'merge'} className={`size-4 ${isPending ? 'animate-turn' : ''}`} />
        Open a merge request
      </button>
      <p role="status" aria-label="Merge request" className="min-w-0 flex-1 text-pretty">
        {came && 'failure' in came && <span className="text-critical">{came.failure.message}</span>}
        {came && 'done' in came && (
          <>
            {came.done.words}{' '}
            <a href={came.done.mergeRequest.webUrl} className="font-medium hover:underline">
              {came.done.mergeRequest.title} <Icon name="link-out" className="inline size-3.5" />
            </a>
          </>
        )}
        {!came && decision && !decision.allowed && <span className="text-ink-soft">{shortly(decision.reason)}</span>}
      </p>
    </div>
  )
}

/** The lint's own words stand above already. */
const shortly = (reason: string): string =>
  reason.startsWith('GitLab’s lint') ? 'Not while the lint refuses it.' : reason
