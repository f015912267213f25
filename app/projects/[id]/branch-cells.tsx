import Link from 'next/link'
import type { ReactNode } from 'react'
import type { BoardRow } from '#lib/domain/board.ts'
import { titleOf } from '#lib/domain/board-summary.ts'
import { shortSha } from '#lib/domain/branch.ts'
import { policyActorName } from '#lib/domain/policy.ts'
import type { PolicyNotice } from '#lib/domain/policy-notice.ts'
import { CommitMark } from '../../_ui/commit-mark.tsx'
import { Icon } from '../../_ui/icon.tsx'
import { RelativeTime } from '../../_ui/relative-time.tsx'
import { StatusBadge, TruthBadge } from '../../_ui/status-badge.tsx'
import { mergeRequestLooks, runLooks } from '../../_ui/status-looks.ts'
import { environmentHref } from './board-url.ts'

/** The branch, its merge request, and what somebody should look at. */
export function BranchCell({ row, notice }: { row: BoardRow; notice: PolicyNotice | undefined }) {
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
      {row.findings
        .filter(({ snooze }) => snooze === null)
        .map(({ kind, severity, words }) => (
          <p
            key={kind}
            className={`mt-0.5 text-pretty text-xs ${severity === 'critical' ? 'text-critical' : 'text-attention'}`}
          >
            {words}
          </p>
        ))}
      {notice?.stop && (
        <p className="mt-0.5 text-pretty text-xs text-attention">
          {policyActorName} stops this <RelativeTime at={notice.stop.actsAt} />
        </p>
      )}
      {notice?.kept && !notice.stop && (
        <p className="mt-0.5 truncate text-xs text-ink-faint">
          kept by {notice.kept.by}, ends <RelativeTime at={notice.kept.until} />
        </p>
      )}
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

/** The branch's head, or what was last deployed where the branch is gone. */
export function CommitCell({ row: { branch, deployment }, projectUrl }: { row: BoardRow; projectUrl: string }) {
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

/** The branch's newest pipeline. */
export function PipelineCell({ row: { pipeline } }: { row: BoardRow }) {
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

/** What runs when it is not the head, and when GitLab will stop it. */
export function GitlabDetail({ row: { environment, deployment, newer, branch } }: { row: BoardRow }) {
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

/** What a visitor gets and where, and the database behind it. */
export function PlaceCell({ row: { environment, database, url } }: { row: BoardRow }) {
  if (!environment || environment.state === 'stopped')
    return database?.exists ? <DatabaseLine database={database} /> : <None />
  return (
    <>
      {url.health !== 'none' && <TruthBadge truth={url} />}
      {environment.url && (
        <a
          href={environment.url}
          target="_blank"
          rel="noreferrer"
          className="relative z-10 flex max-w-full items-center gap-1 text-xs text-ink-faint hover:text-ink hover:underline"
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

/** Nothing to say, for the eye only. */
export function None() {
  return (
    <span className="text-ink-faint" aria-hidden="true">
      –
    </span>
  )
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url)
