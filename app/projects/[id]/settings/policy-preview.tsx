import Link from 'next/link'
import { useEffect, useState } from 'react'
import type { PolicyIntent } from '#lib/domain/policy.ts'
import type { PolicySettings } from '#lib/domain/settings.ts'
import type { PolicyPreview as Preview } from '#lib/queries/policies.ts'
import { Icon } from '../../../_ui/icon.tsx'
import { RelativeTime } from '../../../_ui/relative-time.tsx'
import { environmentHref } from '../board-url.ts'
import { previewPolicies } from './actions.ts'
import { RunPolicies } from './run-policies.tsx'

/** While somebody types, only what stands for a moment is asked. */
const settleMs = 250

/** Exactly what the policies would do now and when: as they are kept, or with what stands in the form and nobody saved. */
export function PolicyPreview({
  projectId,
  draft,
  kept,
  mayRun,
}: {
  projectId: number
  draft: PolicySettings | null
  kept: Preview
  mayRun: boolean
}) {
  const drafted = useDrafted(projectId, draft)
  const preview = draft === null ? kept : drafted
  const isEmpty = preview !== null && preview.intents.length + preview.spared.length === 0
  return (
    <div className="flex flex-col gap-3 rounded-lg border bg-sunken/50 px-3 py-3">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-2">
        <p role="status" className="text-pretty">
          <strong className="font-semibold">{draft === null ? 'As it is set' : 'With these settings'}:</strong>{' '}
          {preview === null ? 'Looking …' : summaryWords(preview)}
        </p>
        {mayRun && !isEmpty && <RunPolicies projectId={projectId} />}
      </div>
      {preview && preview.intents.length > 0 && (
        <ul className="divide-y rounded-md border bg-surface">
          {preview.intents.map((intent) => (
            <li key={intent.environmentId} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 px-3 py-2">
              <Link
                href={environmentHref(projectId, intent.environmentId)}
                prefetch={false}
                className="max-w-full truncate font-medium hover:underline"
              >
                {intent.environmentName}
              </Link>
              <span className="min-w-0 flex-1 text-pretty text-ink-soft max-md:basis-full">
                {intent.reason} {intent.hindrance}
              </span>
              <When intent={intent} />
            </li>
          ))}
        </ul>
      )}
      {preview && <Cut count={totalOf(preview) - preview.intents.length} />}
      {preview && preview.spared.length > 0 && (
        <details>
          <summary className="text-ink-soft hover:text-ink">Left alone: {preview.sparedCount}</summary>
          <ul className="mt-2 flex flex-col gap-1.5">
            {preview.spared.map(({ environmentId, environmentName, reason }) => (
              <li key={environmentId} className="flex gap-2">
                <Icon name="lock" className="mt-0.5 size-4 text-ink-faint" />
                <span className="min-w-0 text-pretty">
                  <span className="font-medium">{environmentName}</span> <span className="text-ink-soft">{reason}</span>
                </span>
              </li>
            ))}
          </ul>
          <Cut count={preview.sparedCount - preview.spared.length} />
        </details>
      )}
    </div>
  )
}

/** The answer for the present draft; `null` while it is asked for. */
function useDrafted(projectId: number, draft: PolicySettings | null): Preview | null {
  const key = draft && JSON.stringify(draft)
  const [answer, setAnswer] = useState<{ key: string; preview: Preview } | null>(null)
  useEffect(() => {
    if (key === null) return
    let isCurrent = true
    const timer = setTimeout(async () => {
      const came = await previewPolicies({ projectId, policies: JSON.parse(key) })
      if (isCurrent && 'done' in came) setAnswer({ key, preview: came.done })
    }, settleMs)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [projectId, key])
  return answer?.key === key ? answer.preview : null
}

function When({ intent: { due, actsAt, warnsAt } }: { intent: PolicyIntent }) {
  switch (due) {
    case 'stop':
      return <span className="shrink-0 font-medium text-critical">stops now</span>
    case 'warn':
      return (
        <span className="shrink-0 text-attention">
          announced now, stops <RelativeTime at={actsAt} />
        </span>
      )
    case 'warned':
      return (
        <span className="shrink-0 text-attention">
          announced, stops <RelativeTime at={actsAt} />
        </span>
      )
    case 'later':
      return (
        <span className="shrink-0 text-ink-faint">
          announced <RelativeTime at={warnsAt} />, stops <RelativeTime at={actsAt} />
        </span>
      )
  }
}

const Cut = ({ count }: { count: number }) =>
  count > 0 ? <p className="text-xs text-ink-faint">and {count.toLocaleString('en')} more</p> : null

const totalOf = ({ counts }: Preview): number => Object.values(counts).reduce((sum, count) => sum + count, 0)

function summaryWords({ counts }: Preview): string {
  const words = [
    ...(counts.stop > 0 ? [`${counts.stop} stopped now`] : []),
    ...(counts.warn > 0 ? [`${counts.warn} announced now`] : []),
    ...(counts.warned > 0 ? [`${counts.warned} announced already`] : []),
    ...(counts.later > 0 ? [`${counts.later} later`] : []),
  ]
  return words.length === 0 ? 'no review app is stopped.' : `${words.join(', ')}.`
}
