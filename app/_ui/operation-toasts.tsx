import Link from 'next/link'
import type { Operation } from '#lib/domain/operation.ts'
import { operationWords } from '#lib/domain/operation-words.ts'
import { Departing } from './departing.tsx'
import { StatusIcon } from './status-badge.tsx'
import { operationLooks } from './status-looks.ts'

/** A success is read at a glance; a failure stays until somebody has had the time to see it. */
const lingerMs: Record<Operation['status'], number> = {
  running: 0,
  succeeded: 10_000,
  failed: 60_000,
  canceled: 10_000,
}

/** What runs and what has just ended, whoever asked for it, for everybody who looks. */
export function OperationToasts({
  operations,
  asOf,
  hrefOf,
}: {
  operations: readonly Operation[]
  asOf: Date
  hrefOf(operation: Operation): string
}) {
  const shown = operations.filter(
    ({ status, endedAt }) => !endedAt || asOf.getTime() - endedAt.getTime() < lingerMs[status],
  )
  return (
    <div
      role="status"
      aria-label="Operations"
      className="pointer-events-none fixed right-4 bottom-4 z-30 flex w-80 max-w-[calc(100vw-2rem)] flex-col gap-2"
    >
      {shown.slice(0, 4).map((operation) => (
        <Departing key={operation.id} at={leavesAt(operation)}>
          <Toast operation={operation} href={hrefOf(operation)} />
        </Departing>
      ))}
    </div>
  )
}

const leavesAt = ({ endedAt, status }: Operation): number | null => endedAt && endedAt.getTime() + lingerMs[status]

function Toast({ operation, href }: { operation: Operation; href: string }) {
  const { tone, icon } = operationLooks[operation.status]
  const now = operation.steps.find(({ status }) => status === 'running' || status === 'failed')
  return (
    <Link
      href={href}
      scroll={false}
      prefetch={false}
      className="pointer-events-auto flex gap-2.5 rounded-lg bg-surface p-3 text-sm shadow-toast hover:bg-sunken"
    >
      <StatusIcon tone={tone} icon={icon} className="mt-0.5 size-4" />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{operationWords(operation)}</span>
        <span className="block truncate text-xs text-ink-soft">
          {operation.requestedBy}
          {now?.words ? ` · ${now.words}` : ''}
        </span>
      </span>
    </Link>
  )
}
