'use client'

import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import type { Operation } from '#lib/domain/operation.ts'
import { operationWords } from '#lib/domain/operation-words.ts'
import type { SweepItem, SweepItemStatus } from '#lib/domain/sweep.ts'
import { button } from '../../../_ui/button.ts'
import { RelativeTime } from '../../../_ui/relative-time.tsx'
import { Notice, StatusBadge, StatusIcon, toneText } from '../../../_ui/status-badge.tsx'
import { operationLooks, sweepItemLooks } from '../../../_ui/status-looks.ts'
import { cancelOperation } from '../actions.ts'
import { VictimLine } from './victim-line.tsx'

/** A sweep as it goes: how far, and a result for each victim. */
export function SweepRun({
  operation,
  items,
  mayCancel,
}: {
  operation: Operation
  items: readonly SweepItem[]
  mayCancel: boolean
}) {
  const { tone, icon } = operationLooks[operation.status]
  const ended = items.filter(({ status }) => status !== 'waiting' && status !== 'running').length
  return (
    <>
      <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
        <div role="status" className="flex min-w-0 flex-1 items-start gap-2.5">
          <StatusIcon tone={tone} icon={icon} className="mt-1.5 size-4" />
          <div className="min-w-0">
            <h1 className="text-xl font-semibold">{operationWords(operation)}</h1>
            <p className="text-sm text-ink-soft">
              {ended} of {items.length}: {countWords(items)}
            </p>
            <p className="text-xs text-ink-faint">
              asked by {operation.requestedBy} <RelativeTime at={operation.createdAt} />
              {operation.status === 'running' && ' · it goes on when you leave this page'}
            </p>
          </div>
        </div>
        {operation.status === 'running' && mayCancel && <CancelButton operation={operation} />}
      </div>
      <progress
        value={ended}
        max={Math.max(1, items.length)}
        aria-label="How far it is"
        className="h-1.5 w-full overflow-hidden rounded-full [&::-moz-progress-bar]:bg-ink [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-ink"
      />
      {operation.failure && <Notice tone="critical">{operation.failure.message}</Notice>}
      <ol className="divide-y overflow-hidden rounded-xl border bg-surface" aria-label="Items">
        {items.map((item) => (
          <li key={item.position} className="flex gap-3 px-4 py-3 text-sm">
            <StatusIcon
              tone={sweepItemLooks[item.status].tone}
              icon={sweepItemLooks[item.status].icon}
              className="mt-0.5 size-4"
            />
            <div className="min-w-0 flex-1">
              <VictimLine victim={item} />
              {item.words && (
                <p className={`mt-1 text-pretty [overflow-wrap:anywhere] ${wordsTone(item.status)}`}>{item.words}</p>
              )}
            </div>
            <StatusBadge
              tone={sweepItemLooks[item.status].tone}
              icon={sweepItemLooks[item.status].icon}
              className="w-20 shrink-0 self-start max-md:hidden"
            >
              {sweepItemLooks[item.status].words}
            </StatusBadge>
          </li>
        ))}
      </ol>
    </>
  )
}

const wordsTone = (status: SweepItemStatus): string => (status === 'failed' ? toneText('critical') : 'text-ink-soft')

function countWords(items: readonly SweepItem[]): string {
  const statuses: SweepItemStatus[] = ['done', 'failed', 'skipped', 'running', 'waiting']
  return statuses
    .flatMap((status) => {
      const count = items.filter((item) => item.status === status).length
      return count === 0 ? [] : [`${count} ${sweepItemLooks[status].words}`]
    })
    .join(', ')
}

function CancelButton({ operation: { id, cancelRequestedBy } }: { operation: Operation }) {
  const router = useRouter()
  const [refusal, setRefusal] = useState<string | null>(null)
  const [isPending, startTransition] = useTransition()
  if (cancelRequestedBy) {
    return <p className="text-sm text-ink-soft">{cancelRequestedBy} ends it after the present item.</p>
  }
  const press = () =>
    startTransition(async () => {
      const failure = await cancelOperation({ operationId: id })
      setRefusal(failure?.message ?? null)
      router.refresh()
    })
  return (
    <div className="text-right max-md:w-full">
      <button type="button" onClick={press} disabled={isPending} className={`${button('plain')} max-md:w-full`}>
        End after this item
      </button>
      {refusal && (
        <p role="alert" className="mt-1 text-sm text-critical">
          {refusal}
        </p>
      )}
    </div>
  )
}
