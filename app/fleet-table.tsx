import Link from 'next/link'
import type { ReactNode } from 'react'
import type { BoardRow, BoardSummary } from '#lib/domain/board.ts'
import type { SourceState } from '#lib/domain/source.ts'
import { CommitMark } from './_ui/commit-mark.tsx'
import { RelativeTime } from './_ui/relative-time.tsx'
import { StatusBadge, StatusIcon, StatusPill } from './_ui/status-badge.tsx'

interface FleetProject {
  summary: BoardSummary
  source: SourceState
}

/** A line a project: what its staging and production run, how far apart, what is up, what needs attention. */
export function FleetTable({ projects }: { projects: readonly FleetProject[] }) {
  return (
    <div className="overflow-hidden rounded-xl border bg-surface max-md:-mx-4 max-md:rounded-none max-md:border-x-0">
      <table className="w-full table-fixed text-sm max-lg:block">
        <thead className="border-b text-left text-xs text-ink-faint max-lg:sr-only">
          <tr>
            <Head className="w-[24%]">Project</Head>
            <Head className="w-[19%]">Staging</Head>
            <Head className="w-[9%]">Between</Head>
            <Head className="w-[19%]">Production</Head>
            <Head className="w-[8%]">Review apps</Head>
            <Head className="w-[13%]">Attention</Head>
            <Head className="w-[8%]">Seen</Head>
          </tr>
        </thead>
        <tbody className="divide-y max-lg:block">
          {projects.map((project) => (
            <FleetRow key={project.summary.projectId} project={project} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function FleetRow({ project: { summary, source } }: { project: FleetProject }) {
  const { lane, counts } = summary
  return (
    <tr className="relative align-top hover:bg-sunken/60 max-lg:grid max-lg:grid-cols-2 max-lg:gap-3 max-lg:px-4 max-lg:py-4">
      <Cell className="max-lg:col-span-2">
        <Link
          href={`/projects/${summary.projectId}`}
          className="block truncate text-base font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-busy"
        >
          {summary.name}
        </Link>
        <span className="block truncate text-xs text-ink-faint">{summary.pathWithNamespace}</span>
      </Cell>
      <Cell label="Staging">
        <Places rows={lane.staging} />
      </Cell>
      <Cell label="Between" className="max-lg:order-1">
        <Between summary={summary} />
      </Cell>
      <Cell label="Production">
        <Places rows={lane.production} />
      </Cell>
      <Cell label="Review apps" className="max-lg:order-1">
        {counts.reviewApps === 0 ? (
          <span className="text-ink-faint">none</span>
        ) : (
          `${counts.reviewApps.toLocaleString('en')} up`
        )}
        <span className="block text-xs text-ink-faint">
          {counts.branches === 1 ? '1 branch' : `${counts.branches.toLocaleString('en')} branches`}
        </span>
      </Cell>
      <Cell label="Attention" className="max-lg:order-2">
        <AttentionCount summary={summary} />
      </Cell>
      <Cell label="Seen" className="max-lg:order-2">
        <Seen source={source} />
      </Cell>
    </tr>
  )
}

function Places({ rows }: { rows: readonly BoardRow[] }) {
  if (rows.length === 0) return <span className="text-ink-faint">–</span>
  return rows.slice(0, 3).map(({ key, deployment, health, environment, dokku, gitlab }) => (
    <div key={key} className="min-w-0 [&+&]:mt-1.5">
      <p className="flex min-w-0 items-center gap-1.5">
        <StatusIcon tone={health} />
        <span className="sr-only">{health}</span>
        {deployment ? <CommitMark sha={deployment.sha} /> : <span className="text-ink-faint">never deployed</span>}
        {rows.length > 1 && <span className="truncate text-xs text-ink-faint">{environment?.name}</span>}
      </p>
      <p className="truncate pl-5.5 text-xs text-ink-faint">
        {health === 'ok' || health === 'none' ? null : `${dokku.health === 'ok' ? gitlab.state : dokku.state} · `}
        {deployment && <RelativeTime at={deployment.changedAt} />}
      </p>
    </div>
  ))
}

function Between({ summary: { lane } }: { summary: BoardSummary }) {
  if (lane.links.length === 0) return <span className="text-ink-faint">–</span>
  return lane.links.slice(0, 3).map(({ toEnvironmentId, fromSha, toSha, commitCount }) => (
    <span key={toEnvironmentId} className="block">
      {fromSha !== null && fromSha === toSha ? (
        <span className="text-ink-faint">in step</span>
      ) : commitCount === null ? (
        <span className="text-ink-faint">{toSha === null ? 'first' : '…'}</span>
      ) : (
        `${commitCount} ${commitCount === 1 ? 'commit' : 'commits'}`
      )}
    </span>
  ))
}

function AttentionCount({ summary: { counts, attention } }: { summary: BoardSummary }) {
  if (counts.attention === 0) return <span className="text-ink-faint">calm</span>
  const isCritical = attention.some(({ items }) => items.some(({ severity }) => severity === 'critical'))
  return (
    <>
      <StatusPill tone={isCritical ? 'critical' : 'attention'}>{counts.attention.toLocaleString('en')}</StatusPill>
      <span className="mt-0.5 block truncate text-xs text-ink-faint">{attention[0]?.title}</span>
    </>
  )
}

function Seen({ source: { observedAt, failure } }: { source: SourceState }) {
  if (failure) {
    return (
      <StatusBadge tone="attention" title={failure.message}>
        {observedAt ? <RelativeTime at={observedAt} /> : 'failing'}
      </StatusBadge>
    )
  }
  return <span className="text-ink-faint">{observedAt ? <RelativeTime at={observedAt} /> : 'not yet'}</span>
}

function Head({ className, children }: { className: string; children: ReactNode }) {
  return (
    <th scope="col" className={`px-2 py-2 font-normal first:pl-4 last:pr-4 ${className}`}>
      {children}
    </th>
  )
}

function Cell({ label, className = '', children }: { label?: string; className?: string; children: ReactNode }) {
  return (
    <td className={`min-w-0 px-2 py-3 first:pl-4 last:pr-4 max-lg:p-0! ${className}`}>
      {label && <span className="mb-0.5 block text-xs text-ink-faint lg:hidden">{label}</span>}
      {children}
    </td>
  )
}
