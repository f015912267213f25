import Link from 'next/link'
import type { Operation } from '#lib/domain/operation.ts'
import { operationWords } from '#lib/domain/operation-words.ts'
import { button } from '../../_ui/button.ts'
import { JobLog } from '../../_ui/job-log.tsx'
import { OperationSteps } from '../../_ui/operation-steps.tsx'
import { RelativeTime } from '../../_ui/relative-time.tsx'
import { Notice, StatusIcon } from '../../_ui/status-badge.tsx'
import { operationLooks } from '../../_ui/status-looks.ts'
import { CancelJob } from './job-buttons.tsx'

/** An operation on its way, with its job's log; the inside of a sheet. */
export function OperationProgress({
  operation,
  jobUrl,
  closeHref,
  mayCancel = false,
}: {
  operation: Operation
  jobUrl: string | null | 0
  closeHref: string
  /** Whether whoever looks may cancel the job while it runs. */
  mayCancel?: boolean
}) {
  const { tone, icon } = operationLooks[operation.status]
  const jobRuns = operation.steps.some(({ name, status }) => name === 'follow' && status === 'running')
  return (
    <>
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-5 py-4">
        <div role="status" className="flex items-start gap-2.5">
          <StatusIcon tone={tone} icon={icon} className="mt-1 size-4" />
          <div className="min-w-0">
            <p className="text-lg font-semibold">{operationWords(operation)}</p>
            <p className="text-sm text-ink-faint">
              asked by {operation.requestedBy} <RelativeTime at={operation.createdAt} />
            </p>
          </div>
        </div>
        {operation.failure && <Notice tone="critical">{operation.failure.message}</Notice>}
        <OperationSteps operation={operation} />
        {operation.jobId !== null && (
          <JobLog
            projectId={operation.projectId}
            jobId={operation.jobId}
            jobUrl={jobUrl || null}
            className="min-h-56 flex-1"
          />
        )}
      </div>
      <footer className="flex items-center gap-3 border-t bg-surface px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
        <p className="flex-1 text-xs text-ink-faint">
          {operation.status === 'running' ? 'It goes on when you close this.' : ''}
        </p>
        {mayCancel && jobRuns && operation.jobId !== null && (
          <CancelJob
            projectId={operation.projectId}
            jobId={operation.jobId}
            subject={String(operation.jobId)}
            words="Cancel the job"
          />
        )}
        <Link href={closeHref} scroll={false} className={button('plain')}>
          {operation.status === 'running' ? 'Close' : 'Done'}
        </Link>
      </footer>
    </>
  )
}
