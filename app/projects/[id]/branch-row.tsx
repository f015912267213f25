'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import { type Role, reaches } from '#lib/domain/access.ts'
import type { BoardRow } from '#lib/domain/board.ts'
import { titleOf } from '#lib/domain/board-summary.ts'
import type { Operation } from '#lib/domain/operation.ts'
import type { PolicyNotice } from '#lib/domain/policy-notice.ts'
import { button } from '../../_ui/button.ts'
import { RelativeTime } from '../../_ui/relative-time.tsx'
import { StatusBadge, StatusIcon, TruthBadge } from '../../_ui/status-badge.tsx'
import { BranchCell, CommitCell, GitlabDetail, None, PipelineCell, PlaceCell } from './branch-cells.tsx'
import { RetryJob } from './job-buttons.tsx'

interface Props {
  row: BoardRow
  projectUrl: string
  stopHref: string | null
  /** What runs on its environment now. */
  operation: Operation | undefined
  /** What policies announced of it, and who keeps it. */
  notice: PolicyNotice | undefined
  /** Of whoever looks, in the project. */
  role: Role | null
}

/**
 * One branch or review app: the whole row leads to it. It is drawn from its data in the browser too, because a live change
 * then sends fifty small values to every viewer and not fifty drawn rows: that is a tenth of the server's work.
 */
export function BranchRow({ row, projectUrl, stopHref, operation, notice, role }: Props) {
  return (
    <tr className="relative align-top hover:bg-sunken/60 has-[a[data-row]:focus-visible]:bg-sunken max-xl:grid max-xl:grid-cols-2 md:max-xl:grid-cols-4 max-xl:gap-x-3 max-xl:gap-y-2.5 max-xl:px-4 max-xl:py-4">
      <td className="py-2.5 pl-4 max-xl:absolute max-xl:top-4 max-xl:left-4 max-xl:p-0">
        <StatusIcon tone={row.health} className="mt-0.5 size-4" />
        <span className="sr-only">{row.health}</span>
      </td>
      <Cell className="max-xl:col-span-2 max-xl:pl-6">
        <BranchCell row={row} notice={notice} />
      </Cell>
      <Cell className="max-xl:col-span-2">
        <CommitCell row={row} projectUrl={projectUrl} />
      </Cell>
      <Cell label="Pipeline">
        <PipelineCell row={row} />
      </Cell>
      <Cell label="GitLab">
        <TruthBadge truth={row.gitlab} />
        <GitlabDetail row={row} />
      </Cell>
      <Cell label="Dokku" className={row.environment ? '' : 'max-xl:hidden'}>
        {row.environment ? <TruthBadge truth={row.dokku} /> : <None />}
        {row.app && <p className="truncate font-mono text-2xs text-ink-faint">{row.app.app}</p>}
      </Cell>
      <Cell label="URL and database" className={row.environment ? '' : 'max-xl:hidden'}>
        <PlaceCell row={row} />
      </Cell>
      <Cell className="text-ink-faint max-xl:hidden">
        <RelativeTime at={row.activeAt} terse />
      </Cell>
      <td className="py-1.5 pr-4 pl-2 text-right max-xl:col-span-full max-xl:p-0 max-xl:empty:hidden">
        <RowActions row={row} stopHref={stopHref} operation={operation} role={role} />
      </td>
    </tr>
  )
}

/** A cell that says on a card, where there are no table heads, what it is. */
function Cell({ label, className = '', children }: { label?: string; className?: string; children: ReactNode }) {
  return (
    <td className={`min-w-0 px-2 py-2.5 max-xl:p-0 ${className}`}>
      {label && <span className="mb-0.5 block text-xs text-ink-faint xl:hidden">{label}</span>}
      {children}
    </td>
  )
}

function RowActions({ row, stopHref, operation, role }: Omit<Props, 'projectUrl' | 'notice'>) {
  if (operation) return <StatusBadge tone="busy">{operation.kind === 'stop' ? 'stopping' : 'working'}</StatusBadge>
  const { newer } = row
  const isEnded = newer?.status === 'failed' || newer?.status === 'canceled'
  const retriable = isEnded && reaches(role, newer.jobRole) ? newer.jobId : null
  if (!reaches(role, 'developer') || (retriable === null && !(stopHref && row.stoppability.allowed))) return null
  return (
    <div className="relative z-10 flex justify-end gap-1 max-md:*:flex-1">
      {retriable !== null && <RetryJob projectId={row.projectId} jobId={retriable} subject={titleOf(row)} />}
      {stopHref && row.stoppability.allowed && (
        <Link
          href={stopHref}
          scroll={false}
          prefetch={false}
          aria-label={`Stop ${titleOf(row)}`}
          className={`${button('quiet', 'small')} max-xl:border`}
        >
          Stop
        </Link>
      )}
    </div>
  )
}
