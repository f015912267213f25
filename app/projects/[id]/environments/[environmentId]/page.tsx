import type { Metadata } from 'next'
import Link from 'next/link'
import { pageContext } from '#lib/context.ts'
import { isAtLeast } from '#lib/domain/access.ts'
import type { BoardRow, RowDeployment } from '#lib/domain/board.ts'
import { environmentDetail } from '#lib/queries/environment.ts'
import { stopPreview } from '#lib/queries/stop.ts'
import { button } from '../../../../_ui/button.ts'
import { Icon } from '../../../../_ui/icon.tsx'
import { JobLog } from '../../../../_ui/job-log.tsx'
import { Live } from '../../../../_ui/live.tsx'
import { OperationToasts } from '../../../../_ui/operation-toasts.tsx'
import { present } from '../../../../_ui/present.ts'
import { Shell } from '../../../../_ui/shell.tsx'
import { SourceAges, SourceBanner } from '../../../../_ui/source-banner.tsx'
import { Notice, StatusPill } from '../../../../_ui/status-badge.tsx'
import { wholeNumber } from '../../../../_ui/whole-number.ts'
import { environmentHref, projectHref } from '../../board-url.ts'
import { StopDialog } from '../../stop-dialog.tsx'
import { Deployments } from './deployments.tsx'
import { Timeline } from './timeline.tsx'
import { Truths } from './truths.tsx'

interface Props {
  params: Promise<{ id: string; environmentId: string }>
  searchParams: Promise<{ job?: string | string[]; stop?: string | string[]; operation?: string | string[] }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id, environmentId } = await params
  const detail = await present(environmentDetail(await pageContext(), wholeNumber(id), wholeNumber(environmentId)))
  return { title: 'failure' in detail ? 'Environment' : (detail.row.environment?.name ?? 'Environment') }
}

export default async function EnvironmentPage({ params, searchParams }: Props) {
  const ctx = await pageContext()
  const { id, environmentId: environmentText } = await params
  const [projectId, environmentId] = [wholeNumber(id), wholeNumber(environmentText)]
  const given = await searchParams
  const detail = await present(environmentDetail(ctx, projectId, environmentId))
  if ('failure' in detail) return <Shell actor={ctx.actor}>{detail.failure.message}</Shell>

  const { row, deployments, operations, sources, project } = detail
  const here = environmentHref(projectId, environmentId)
  const job = shownJob(deployments, given.job)
  const mayAct = isAtLeast(ctx.actor, 'developer')
  return (
    <Shell
      actor={ctx.actor}
      crumbs={[
        { words: project.pathWithNamespace, href: projectHref(projectId) },
        { words: row.environment?.name ?? row.key },
      ]}
    >
      <Live topics={[`environment:${environmentId}`, `project:${projectId}`]} />
      <Head row={row} stopHref={mayAct && row.stoppability.allowed ? `${here}?stop=${environmentId}` : null} />
      <SourceBanner sources={sources} asOf={ctx.now()} />
      {row.findings.map(({ kind, severity, words }) => (
        <Notice key={kind} tone={severity}>
          {words}
        </Notice>
      ))}
      <Truths row={row} projectUrl={project.webUrl} />
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          <Deployments
            deployments={deployments}
            shownJobId={job?.jobId ?? null}
            projectId={projectId}
            projectUrl={project.webUrl}
            here={here}
            mayAct={mayAct}
          />
          <Timeline operations={operations} />
        </div>
        {job?.jobId ? (
          <JobLog
            key={job.jobId}
            projectId={projectId}
            jobId={job.jobId}
            jobUrl={job.jobUrl}
            className="h-[34rem] max-h-[calc(100dvh-6rem)] lg:sticky lg:top-16"
          />
        ) : (
          <p className="rounded-lg border border-dashed px-4 py-16 text-center text-ink-faint">
            No deployment here has a job, so there is no log.
          </p>
        )}
      </div>
      <SourceAges sources={sources} />
      {given.stop !== undefined && (
        <StopDialog
          preview={await stopPreview(ctx, projectId, environmentId)}
          operations={operations}
          operationId={typeof given.operation === 'string' ? given.operation : undefined}
          projectUrl={project.webUrl}
          closeHref={here}
          mayAct={mayAct}
        />
      )}
      <OperationToasts
        operations={operations}
        asOf={ctx.now()}
        hrefOf={({ kind, id: operationId, jobId }) =>
          kind === 'stop'
            ? `${here}?stop=${environmentId}&operation=${operationId}`
            : jobId === null
              ? here
              : `${here}?job=${jobId}`
        }
      />
    </Shell>
  )
}

function Head({
  row: { environment, health, branch, mergeRequest },
  stopHref,
}: {
  row: BoardRow
  stopHref: string | null
}) {
  if (!environment) return null
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <h1 className="min-w-0 truncate text-xl font-semibold">{environment.name}</h1>
      <StatusPill tone={health}>{healthWords[health]}</StatusPill>
      {mergeRequest ? (
        <a href={mergeRequest.webUrl} className="min-w-0 truncate text-ink-soft hover:text-ink hover:underline">
          <span className="text-ink-faint">!{mergeRequest.iid}</span> {mergeRequest.title}
        </a>
      ) : (
        branch && <span className="truncate text-ink-soft">{branch.name}</span>
      )}
      <div className="flex gap-2 max-md:w-full max-md:*:flex-1 md:ml-auto">
        {stopHref && (
          <Link href={stopHref} scroll={false} prefetch={false} className={button('plain')}>
            Stop
          </Link>
        )}
        {environment.url && environment.state !== 'stopped' && (
          <a href={environment.url} target="_blank" rel="noreferrer" className={button('primary')}>
            Open <Icon name="link-out" className="size-3.5" />
          </a>
        )}
      </div>
    </div>
  )
}

const healthWords: Record<BoardRow['health'], string> = {
  critical: 'down',
  attention: 'needs a look',
  unknown: 'unknown',
  busy: 'changing',
  ok: 'healthy',
  none: 'not up',
}

/** The deployment whose job's log is shown: the one asked for, else what runs, else the newest that ran. */
function shownJob(
  deployments: readonly RowDeployment[],
  asked: string | string[] | undefined,
): RowDeployment | undefined {
  const withJob = deployments.filter(({ jobId }) => jobId !== null)
  return (
    withJob.find(({ jobId }) => String(jobId) === asked) ??
    withJob.find(({ status }) => status === 'running') ??
    withJob.find(({ status }) => status === 'success' || status === 'failed' || status === 'canceled')
  )
}
