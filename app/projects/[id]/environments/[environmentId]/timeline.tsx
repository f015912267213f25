import type { Operation } from '#lib/domain/operation.ts'
import { OperationSteps } from '../../../../_ui/operation-steps.tsx'
import { operationWords } from '../../../../_ui/operation-words.ts'
import { RelativeTime } from '../../../../_ui/relative-time.tsx'
import { StatusIcon } from '../../../../_ui/status-badge.tsx'
import { operationLooks } from '../../../../_ui/status-looks.ts'

/** What was asked for through Berth, newest first; what runs or failed is told step by step. */
export function Timeline({ operations }: { operations: readonly Operation[] }) {
  return (
    <section className="overflow-hidden rounded-xl border bg-surface">
      <h2 className="border-b px-4 py-2.5 font-semibold">Operations</h2>
      {operations.length === 0 && (
        <p className="px-4 py-8 text-center text-ink-faint">Nobody has asked for anything here through Berth.</p>
      )}
      <ol className="divide-y">
        {operations.map((operation, index) => (
          <li key={operation.id} className="px-4 py-2.5 text-sm">
            <p className="flex items-center gap-2">
              <StatusIcon tone={operationLooks[operation.status].tone} icon={operationLooks[operation.status].icon} />
              <span className="min-w-0 truncate">{operationWords(operation)}</span>
              <span className="ml-auto shrink-0 text-xs text-ink-faint">
                {operation.requestedBy} · <RelativeTime at={operation.createdAt} />
              </span>
            </p>
            {operation.failure && <p className="mt-0.5 pl-6 text-pretty text-critical">{operation.failure.message}</p>}
            {(operation.status === 'running' || (operation.status === 'failed' && index === 0)) && (
              <div className="mt-2.5 pl-6">
                <OperationSteps operation={operation} />
              </div>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}
