import Link from 'next/link'
import type { Approval } from '#lib/domain/approval.ts'
import { button } from './button.ts'
import { RelativeTime } from './relative-time.tsx'
import { Notice } from './status-badge.tsx'

/** Deployments that wait for a second person, where that person comes by. */
export function WaitingApprovals({ approvals, viewer }: { approvals: readonly Approval[]; viewer: string }) {
  if (approvals.length === 0) return null
  return (
    <section aria-label="Waiting for approval" className="flex flex-col gap-2">
      {approvals.map(({ id, projectId, environmentId, requestedBy, requestedAt, title, reason }) => (
        <Notice
          key={id}
          tone="busy"
          action={
            <Link
              href={`/projects/${projectId}?promote=${environmentId}`}
              scroll={false}
              prefetch={false}
              className={button('plain')}
            >
              {requestedBy === viewer ? 'Look' : 'Review'}
            </Link>
          }
        >
          <strong className="font-medium">
            {requestedBy === viewer ? 'You want' : `${requestedBy} wants`} to deploy {title}
          </strong>
          {reason !== '' && <>: {reason}</>}{' '}
          <span className="text-ink-faint">
            · asked <RelativeTime at={requestedAt} />
          </span>
        </Notice>
      ))}
    </section>
  )
}
