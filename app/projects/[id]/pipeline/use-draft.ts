import { useEffect, useState } from 'react'
import type { Failure } from '#lib/domain/errors.ts'
import type { PipelineOptions } from '#lib/domain/pipeline-file/index.ts'
import type { PipelineDraft } from '#lib/operations/pipeline-draft.ts'
import { draft } from './actions.ts'

/** While somebody types, only what stands for a moment is asked. */
const settleMs = 400

export type Drafted = { done: PipelineDraft } | { failure: Failure }

/** What GitLab says of the present options; `null` while it is asked, or when there is nothing to ask. `look` asks anew. */
export function useDraft(
  projectId: number,
  options: PipelineOptions | null,
): { drafted: Drafted | null; look(): void } {
  const [asked, setAsked] = useState(0)
  const [answer, setAnswer] = useState<{ key: string; drafted: Drafted } | null>(null)
  const key = options && `${asked} ${JSON.stringify(options)}`
  useEffect(() => {
    if (key === null) return
    let isCurrent = true
    const timer = setTimeout(async () => {
      const drafted = await draft({ projectId, options: JSON.parse(key.slice(key.indexOf(' '))) })
      if (isCurrent) setAnswer({ key, drafted })
    }, settleMs)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [projectId, key])
  return { drafted: key !== null && answer?.key === key ? answer.drafted : null, look: () => setAsked(asked + 1) }
}
