'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import type { BoardRow } from '#lib/domain/board.ts'
import { titleOf } from '#lib/domain/board-summary.ts'
import { shortSha } from '#lib/domain/branch.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { button } from '../../_ui/button.ts'
import { CommitMark } from '../../_ui/commit-mark.tsx'
import { Icon } from '../../_ui/icon.tsx'
import { RelativeTime } from '../../_ui/relative-time.tsx'
import { StatusBadge, StatusIcon, TruthBadge } from '../../_ui/status-badge.tsx'
import { mergeRequestLooks, runLooks } from '../../_ui/status-looks.ts'
import { environmentHref } from './board-url.ts'
import { RetryJob } from './job-buttons.tsx'

interface Props {
  row: BoardRow
  projectUrl: string
  stopHref: string | null
  /** What runs on its environment now. */
  operation: Operation | undefined
  mayAct: boolean
}

/**
 * One branch or review app: the whole row leads to it. It is drawn from its data in the browser too, because a live change
 * then sends fifty small values to every viewer and not fifty drawn rows: that is a tenth of the server's work.
 */
export function BranchRow({ row, projectUrl, stopHref, operation, mayAct }: Props) {
  return (
    <tr className="relative align-top hover:bg-sunken/60 has-[a[data-row]:focus-visible]:bg-sunken max-xl:grid max-xl:grid-cols-2 md:max-xl:grid-cols-4 max-xl:gap-x-3 max-xl:gap-y-2.5 max-xl:px-4 max-xl:py-4">
      <td className="py-2.5 pl-4 max-xl:absolute max-xl:top-4 max-xl:left-4 max-xl:p-0">
        <StatusIcon tone={row.health} className="mt-0.5 size-4" />
        <span className="sr-only">{row.health}</span>
      </td>
      <Cell className="max-xl:col-span-2 max-xl:pl-6">
        <BranchCell row={row} />
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
        <RowActions row={row} stopHref={stopHref} operation={operation} mayAct={mayAct} />
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

function BranchCell({ row }: { row: BoardRow }) {
  const { mergeRequest, branch, environment } = row
  const look = mergeRequest && mergeRequestLooks[mergeRequest.state]
  return (
    <>
      <p className="flex items-baseline gap-2">
        <RowLink row={row} />
        {branch?.isDefault && <span className="text-xs text-ink-faint">default</span>}
        {!branch && environment && <span className="shrink-0 text-xs text-ink-faint">no branch</span>}
        <span className="ml-auto shrink-0 text-ink-faint xl:hidden">
          <RelativeTime at={row.activeAt} terse />
        </span>
      </p>
      {mergeRequest && (
        <p className="flex min-w-0 items-center gap-1.5 text-ink-soft">
          <a
            href={mergeRequest.webUrl}
            className="relative z-10 truncate hover:text-ink hover:underline"
            title={mergeRequest.title}
          >
            <span className="text-ink-faint">!{mergeRequest.iid}</span> {mergeRequest.title}
          </a>
          {mergeRequest.draft && <Chip>draft</Chip>}
          {look && <Chip>{look.words}</Chip>}
        </p>
      )}
      {row.attention.map(({ kind, severity, words }) => (
        <p
          key={kind}
          className={`mt-0.5 text-pretty text-xs ${severity === 'critical' ? 'text-critical' : 'text-attention'}`}
        >
          {words}
        </p>
      ))}
    </>
  )
}

/** Leads to the environment, or to GitLab's branch where there is none; covers the row. */
function RowLink({ row }: { row: BoardRow }) {
  const { environment, branch, projectId } = row
  const title = titleOf(row)
  const looks =
    'truncate font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-busy'
  if (environment) {
    return (
      <Link data-row href={environmentHref(projectId, environment.id)} prefetch={false} title={title} className={looks}>
        {title}
      </Link>
    )
  }
  return (
    <a data-row href={branch?.webUrl} title={title} className={looks}>
      {title}
    </a>
  )
}

function Chip({ children }: { children: ReactNode }) {
  return <span className="shrink-0 rounded border px-1 text-2xs text-ink-soft">{children}</span>
}

function CommitCell({ row: { branch, deployment }, projectUrl }: { row: BoardRow; projectUrl: string }) {
  if (branch) {
    const { commit } = branch
    return (
      <>
        <p className="flex min-w-0 items-baseline gap-2">
          <CommitMark sha={commit.sha} projectUrl={projectUrl} />
          <span className="truncate text-ink-soft" title={commit.title}>
            {commit.title}
          </span>
        </p>
        <p className="truncate text-xs text-ink-faint">
          {commit.authorName} · <RelativeTime at={commit.committedAt} />
        </p>
      </>
    )
  }
  if (!deployment) return <None />
  return (
    <>
      <p className="flex min-w-0 items-baseline gap-2">
        <CommitMark sha={deployment.sha} projectUrl={projectUrl} />
        <span className="truncate text-ink-soft">{deployment.commitTitle}</span>
      </p>
      <p className="truncate text-xs text-ink-faint">
        {deployment.by} · <RelativeTime at={deployment.changedAt} />
      </p>
    </>
  )
}

function PipelineCell({ row: { pipeline } }: { row: BoardRow }) {
  if (!pipeline) return <None />
  const { tone, icon, words } = runLooks[pipeline.status]
  return (
    <a
      href={pipeline.webUrl}
      className="relative z-10 inline-flex max-w-full hover:underline"
      title={`Pipeline ${pipeline.id}`}
    >
      <StatusBadge tone={tone} icon={icon}>
        {words}
      </StatusBadge>
    </a>
  )
}

function GitlabDetail({ row: { environment, deployment, newer, branch } }: { row: BoardRow }) {
  if (!environment || environment.state === 'stopped') return null
  const head = branch?.commit.sha
  const isBehind = deployment && head && deployment.sha !== head && newer?.sha !== head
  return (
    <>
      {isBehind && (
        <p
          className="truncate text-xs text-ink-soft"
          title={`The branch is at ${shortSha(head)}, which was not deployed`}
        >
          runs <span className="font-mono">{shortSha(deployment.sha)}</span>
        </p>
      )}
      {environment.autoStopAt && (
        <p className="truncate text-xs text-ink-faint">
          stops <RelativeTime at={environment.autoStopAt} />
        </p>
      )}
    </>
  )
}

function PlaceCell({ row: { environment, database } }: { row: BoardRow }) {
  if (!environment || environment.state === 'stopped')
    return database?.exists ? <DatabaseLine database={database} /> : <None />
  return (
    <>
      {environment.url && (
        <a
          href={environment.url}
          target="_blank"
          rel="noreferrer"
          className="relative z-10 inline-flex max-w-full items-center gap-1 text-ink-soft hover:text-ink hover:underline"
        >
          <span className="truncate">{hostOf(environment.url)}</span>
          <Icon name="link-out" className="size-3" />
        </a>
      )}
      {database?.exists && <DatabaseLine database={database} />}
    </>
  )
}

function DatabaseLine({ database }: { database: NonNullable<BoardRow['database']> }) {
  return (
    <p className="flex items-center gap-1 text-ink-faint" title={`${database.plugin} database ${database.name}`}>
      <Icon name="database" className="size-3" />
      <span className="truncate font-mono text-2xs">{database.name}</span>
      {database.linked === false && <span className="shrink-0 text-2xs text-attention">not linked</span>}
    </p>
  )
}

function RowActions({ row, stopHref, operation, mayAct }: Omit<Props, 'projectUrl'>) {
  if (operation) return <StatusBadge tone="busy">{operation.kind === 'stop' ? 'stopping' : 'working'}</StatusBadge>
  const retriable = row.newer?.status === 'failed' || row.newer?.status === 'canceled' ? row.newer.jobId : null
  if (!mayAct || (retriable === null && !(stopHref && row.stoppability.allowed))) return null
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

function None() {
  return (
    <span className="text-ink-faint" aria-hidden="true">
      –
    </span>
  )
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url)
