'use client'

import { useState } from 'react'
import { optionFlaws, type PipelineOptions } from '#lib/domain/pipeline-file/index.ts'
import { LaneFields, ReviewFields, TestFields } from './option-fields.tsx'
import { pipelineHref } from './options-url.ts'
import { Preview } from './preview.tsx'
import { useDraft } from './use-draft.ts'

/** The choices, and beside them what comes of them. The address keeps the choices. */
export function PipelineForm({
  projectId,
  usual,
  chosen,
  refusal,
}: {
  projectId: number
  usual: PipelineOptions
  chosen: PipelineOptions
  /** Why this person may neither lint nor propose; `null` when they may. */
  refusal: string | null
}) {
  const [options, setOptions] = useState(chosen)
  const flaws = optionFlaws(options)
  const { drafted, look } = useDraft(projectId, refusal === null && flaws.length === 0 ? options : null)

  const change = (more: Partial<PipelineOptions>) => {
    const next = { ...options, ...more }
    setOptions(next)
    window.history.replaceState(null, '', pipelineHref(projectId, next, usual))
  }

  const fields = { options, flaws, onChange: change }
  return (
    <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
      <form aria-label="Pipeline options" onSubmit={(event) => event.preventDefault()} className="flex flex-col gap-5">
        <TestFields {...fields} />
        <ReviewFields {...fields} />
        <LaneFields {...fields} />
      </form>
      <Preview
        projectId={projectId}
        options={options}
        isFlawed={flaws.length > 0}
        drafted={drafted}
        refusal={refusal}
        onProposed={look}
      />
    </div>
  )
}
