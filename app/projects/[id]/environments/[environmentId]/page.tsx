import type { Metadata } from 'next'
import Link from 'next/link'
import { type Context, pageContext } from '#lib/context.ts'
import { isAtLeast, roleIn } from '#lib/domain/access.ts'
import type { BoardRow, RowDeployment } from '#lib/domain/board.ts'
import { isSnoozed } from '#lib/domain/finding.ts'
import { findingKindWords } from '#lib/domain/finding-words.ts'
import { closureOf } from '#lib/queries/closure.ts'
import { type EnvironmentDetail, environmentDetail } from '#lib/queries/environment.ts'
import { policyNotices } from '#lib/queries/policies.ts'
import { stopPreview } from '#lib/queries/stop.ts'
import { button } from '../../../../_ui/button.ts'
import { Icon } from '../../../../_ui/icon.tsx'
import { Live } from '../../../../_ui/live.tsx'
import { OperationToasts } from '../../../../_ui/operation-toasts.tsx'
import { present } from '../../../../_ui/present.ts'
import { Shell } from '../../../../_ui/shell.tsx'
import { SnoozeSheet } from '../../../../_ui/snooze-sheet.tsx'
import { SourceAges, SourceBanner } from '../../../../_ui/source-banner.tsx'
import { StatusPill } from '../../../../_ui/status-badge.tsx'
import { wholeNumber } from '../../../../_ui/whole-number.ts'
import { ApprovalBox } from '../../approval-box.tsx'
import { environmentHref, projectHref } from '../../board-url.ts'
import { StopDialog } from '../../stop-dialog.tsx'
import { viewerOf } from '../../viewer.ts'
import { appCommands } from './app-command.ts'
import { AppCommandSheet } from './app-command-sheet.tsx'
import { AppSection } from './app-section.tsx'
import { Findings } from './findings.tsx'
import { herokuCommands } from './heroku-command.ts'
import { HerokuCommandSheet } from './heroku-command-sheet.tsx'
import { HerokuSection } from './heroku-section.tsx'
import { Logs, type ShownLog } from './logs.tsx'
import { operationHref } from './operation-href.ts'
import { PolicyStrip } from './policy-strip.tsx'
import { ReleaseSheet } from './release-sheet.tsx'
import { RerunSheet } from './rerun-sheet.tsx'
import { Timeline } from './timeline.tsx'
import { Truths } from './truths.tsx'

interface Props {
  params: Promise<{ id: string; environmentId: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
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

  const { row, app, heroku, findings, deployments, operations, timeline, sources, project } = detail
  const here = environmentHref(projectId, environmentId)
  const [notice] = await policyNotices(ctx, projectId, [environmentId])
  const job = shownJob(deployments, given.job)
  const mayAct = isAtLeast(ctx.actor, 'developer', projectId)
  const mayCommand = isAtLeast(ctx.actor, 'maintainer', projectId) && row.environment?.state === 'available'
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
      <Findings findings={findings} asOf={ctx.now()} mayAct={mayAct} here={here} />
      {notice && <PolicyStrip notice={notice} projectId={projectId} mayKeep={mayAct} />}
      <Truths row={row} projectUrl={project.webUrl} />
      {app && <AppSection app={app} row={row} here={here} mayCommand={mayCommand} />}
      {heroku && <HerokuSection heroku={heroku} at={row.dokku.observedAt} here={here} mayCommand={mayCommand} />}
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
        <Timeline
          entries={timeline}
          deploying={{
            shownJobId: job?.jobId ?? null,
            projectId,
            projectUrl: project.webUrl,
            here,
            role: roleIn(ctx.actor, projectId),
            current: isAtLeast(ctx.actor, 'maintainer', projectId) && row.zone === 'lane' ? row.deployment : null,
          }}
        />
        <Logs row={row} job={job} shown={shownLog(given, job, row)} here={here} />
      </div>
      <SourceAges sources={sources} />
      <Overlay ctx={ctx} detail={detail} given={given} here={here} />
      <OperationToasts
        operations={operations}
        asOf={ctx.now()}
        hrefOf={(operation) => operationHref(operation, { here, environmentId })}
      />
    </Shell>
  )
}

/** What the address asks to be made again: the present deployment, or an earlier one by its number. */
function rerunOf(given: Record<string, string | string[] | undefined>): 'redeploy' | number | null {
  if (given.redeploy) return 'redeploy'
  return given.rollback ? wholeNumber(given.rollback) : null
}

/** What stands open over the page, by its address. */
async function Overlay({
  ctx,
  detail: { row, app, heroku, findings, deployments, operations, project },
  given,
  here,
}: {
  ctx: Context
  detail: EnvironmentDetail
  given: Record<string, string | string[] | undefined>
  here: string
}) {
  const mayAct = isAtLeast(ctx.actor, 'developer', row.projectId)
  const operationId = typeof given.operation === 'string' ? given.operation : undefined
  const snoozed = findings.find(({ id }) => id === given.snooze)
  if (snoozed && mayAct) {
    return (
      <SnoozeSheet
        findingId={snoozed.id}
        title={findingKindWords[snoozed.kind]}
        words={snoozed.words}
        isSnoozed={isSnoozed(snoozed, ctx.now())}
        closeHref={here}
      />
    )
  }
  const rerun = rerunOf(given)
  if (rerun !== null && row.environment) {
    const { environment } = row
    const chosen = rerun === 'redeploy' ? row.deployment : deployments.find(({ id }) => id === rerun)
    if (!chosen) return null
    const { projectId } = row
    const subject = { projectId, environment, sha: chosen.sha }
    const { closure, lastApproval } = await closureOf(ctx, subject)
    const operation = operations.find(({ id }) => id === operationId)
    const viewer = viewerOf(ctx.actor, projectId, ctx.now(), rerun === 'redeploy' ? 'redeploying' : 'rolling back')
    const place = { projectId, environmentId: environment.id, sha: chosen.sha }
    return (
      <RerunSheet
        key={chosen.id}
        {...place}
        name={environment.name}
        deploymentId={rerun === 'redeploy' ? null : rerun}
        approval={<ApprovalBox {...place} approval={lastApproval} viewer={viewer} />}
        isApproved={closure.approval?.answer === 'approved'}
        operation={operation}
        jobUrl={operation?.jobId ? `${project.webUrl}/-/jobs/${operation.jobId}` : null}
        closeHref={here}
        viewer={viewer}
      />
    )
  }
  const version = given.release === undefined ? null : wholeNumber(given.release)
  const release = heroku?.releases.find((candidate) => candidate.version === version)
  if (release && row.environment && row.heroku) {
    const { environment, projectId } = row
    const sha = release.sha ?? ''
    const { closure, lastApproval } = await closureOf(ctx, { projectId, environment, sha })
    const viewer = viewerOf(ctx.actor, projectId, ctx.now(), 'rolling back')
    const place = { projectId, environmentId: environment.id }
    return (
      <ReleaseSheet
        key={release.version}
        {...place}
        name={environment.name}
        app={row.heroku.app}
        version={release.version}
        approval={<ApprovalBox {...place} sha={sha} approval={lastApproval} viewer={viewer} />}
        isApproved={closure.approval?.answer === 'approved'}
        operation={operations.find(({ id }) => id === operationId)}
        closeHref={here}
        viewer={viewer}
      />
    )
  }
  const herokuCommand = row.heroku ? herokuCommands.find((candidate) => candidate === given.ask) : undefined
  if (herokuCommand && isAtLeast(ctx.actor, 'maintainer', row.projectId)) {
    return (
      <HerokuCommandSheet
        command={herokuCommand}
        row={row}
        operation={operations.find(({ id }) => id === operationId)}
        closeHref={here}
      />
    )
  }
  const command = appCommands.find((candidate) => candidate === given.ask)
  if (command && isAtLeast(ctx.actor, 'maintainer', row.projectId)) {
    return (
      <AppCommandSheet
        key={app?.scale ? 'scaled' : 'asking'}
        command={command}
        row={row}
        scale={app?.scale ?? null}
        operation={operations.find(({ id, kind, status }) =>
          operationId ? id === operationId : kind === `app.${command}` && status === 'running',
        )}
        closeHref={here}
      />
    )
  }
  if (given.stop === undefined || !row.environment) return null
  return (
    <StopDialog
      preview={await stopPreview(ctx, row.projectId, row.environment.id)}
      operations={operations}
      operationId={operationId}
      projectUrl={project.webUrl}
      closeHref={here}
      mayAct={mayAct}
    />
  )
}

/** The log asked for; else that of the job while it deploys, or where there is no app; else the app's own. */
function shownLog(
  given: Record<string, string | string[] | undefined>,
  job: RowDeployment | undefined,
  row: BoardRow,
): ShownLog {
  if (given.log === 'app') return 'app'
  if (given.job !== undefined || given.log === 'job') return 'job'
  return job?.status === 'running' || !row.app?.exists ? 'job' : 'app'
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
