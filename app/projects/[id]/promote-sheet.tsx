import Link from 'next/link'
import type { ReactNode } from 'react'
import type { PromotionPlan } from '#lib/domain/board.ts'
import { type Commit, shortSha } from '#lib/domain/branch.ts'
import { operationWords } from '#lib/domain/operation-words.ts'
import type { PromotedMergeRequest, PromotionSheet } from '#lib/queries/promotion.ts'
import { button } from '../../_ui/button.ts'
import { CommitMark } from '../../_ui/commit-mark.tsx'
import { Icon } from '../../_ui/icon.tsx'
import { RelativeTime } from '../../_ui/relative-time.tsx'
import { Sheet } from '../../_ui/sheet.tsx'
import { StatusBadge, StatusIcon, TruthBadge } from '../../_ui/status-badge.tsx'
import { operationLooks } from '../../_ui/status-looks.ts'
import { promoteTo } from './actions.ts'
import { ApprovalBox } from './approval-box.tsx'
import { DeployForm } from './deploy-form.tsx'
import { KeepInAddress } from './keep-in-address.tsx'
import { OperationProgress } from './operation-progress.tsx'
import type { Viewer } from './viewer.ts'

interface Props {
  sheet: PromotionSheet
  projectId: number
  projectUrl: string
  closeHref: string
  /** The same sheet, following this operation. */
  followHref(operationId: string): string
  /** The one that was pressed from here, or that another page follows. */
  operationId: string | undefined
  viewer: Viewer
  targetHref(environmentId: number): string
}

/** What promoting would bring, why one should hesitate, and the button; then the operation as it goes. */
export function PromoteSheet({
  sheet,
  projectId,
  projectUrl,
  closeHref,
  followHref,
  operationId,
  viewer,
  targetHref,
}: Props) {
  const toName = sheet.to.environment?.name ?? 'production'
  const operation = sheet.recent.find(({ id, status }) => (operationId ? id === operationId : status === 'running'))
  return (
    <Sheet title={`Promote to ${toName}`} closeHref={closeHref} shape="side">
      {sheet.targets.length > 1 && <Targets sheet={sheet} targetHref={targetHref} />}
      {operation ? (
        <>
          {!operationId && <KeepInAddress href={followHref(operation.id)} />}
          <OperationProgress
            operation={operation}
            jobUrl={operation.jobId && `${projectUrl}/-/jobs/${operation.jobId}`}
            closeHref={closeHref}
            mayCancel={viewer.refusal === null}
          />
        </>
      ) : (
        <Asking sheet={sheet} projectId={projectId} projectUrl={projectUrl} viewer={viewer} />
      )}
    </Sheet>
  )
}

function FromTo({ sheet: { from, to, link }, projectUrl }: { sheet: PromotionSheet; projectUrl: string }) {
  return (
    <div className="grid grid-cols-[1fr_auto_1fr] items-center gap-3 rounded-lg border bg-sunken px-4 py-3">
      <Place name={from?.environment?.name ?? 'staging'} sha={link.fromSha} projectUrl={projectUrl}>
        {from && <TruthBadge truth={from.dokku} className="text-sm" />}
      </Place>
      <Icon name="arrow-right" className="size-4 text-ink-faint" />
      <Place name={to.environment?.name ?? 'production'} sha={link.toSha} projectUrl={projectUrl}>
        <TruthBadge truth={to.dokku} className="text-sm" />
      </Place>
    </div>
  )
}

function Place({
  name,
  sha,
  projectUrl,
  children,
}: {
  name: string
  sha: string | null
  projectUrl: string
  children: ReactNode
}) {
  return (
    <div className="min-w-0">
      <p className="flex items-baseline gap-2">
        <span className="truncate font-medium">{name}</span>
        {sha ? (
          <CommitMark sha={sha} projectUrl={projectUrl} />
        ) : (
          <span className="text-xs text-ink-faint">nothing yet</span>
        )}
      </p>
      {children}
    </div>
  )
}

/** Several productions: one at a time, each with a result of its own. */
function Targets({ sheet: { targets, link }, targetHref }: { sheet: PromotionSheet; targetHref: Props['targetHref'] }) {
  return (
    <nav aria-label="Production environments" className="flex flex-wrap gap-1.5 border-b px-5 py-2.5 text-sm">
      {targets.map(({ environmentId, name, isInStep, promotability }) => (
        <Link
          key={environmentId}
          href={targetHref(environmentId)}
          scroll={false}
          prefetch={false}
          aria-current={environmentId === link.toEnvironmentId ? 'page' : undefined}
          className="inline-flex items-center gap-1.5 rounded-md border px-2.5 py-1 aria-[current]:border-ink aria-[current]:bg-sunken"
        >
          <StatusIcon
            tone={isInStep ? 'ok' : promotability.allowed ? 'busy' : 'none'}
            icon={isInStep ? 'check' : promotability.allowed ? 'rocket' : 'dash'}
            className="size-3.5"
          />
          {name}
          <span className="text-xs text-ink-faint">
            {isInStep ? 'in step' : promotability.allowed ? 'behind' : 'not now'}
          </span>
        </Link>
      ))}
    </nav>
  )
}

/** What it brings, what stands before it, and the button. */
function Asking({
  sheet,
  projectId,
  projectUrl,
  viewer,
}: Pick<Props, 'sheet' | 'projectId' | 'projectUrl' | 'viewer'>) {
  const { decision, link, to } = sheet
  const toName = to.environment?.name ?? 'production'
  const environmentId = link.toEnvironmentId
  const details = (
    <>
      <FromTo sheet={sheet} projectUrl={projectUrl} />
      <MergeRequests mergeRequests={sheet.mergeRequests} />
      <Commits commits={sheet.commits} projectUrl={projectUrl} isFirst={link.toSha === null} />
      <LastPressed recent={sheet.recent} />
    </>
  )
  if (!decision.allowed) {
    return (
      <>
        <div className="flex flex-1 flex-col gap-5 overflow-y-auto px-5 py-4">{details}</div>
        <footer className="border-t bg-surface px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
          <button
            type="button"
            disabled
            className={`${button('primary', 'large')} w-full !h-auto min-h-10 py-2 whitespace-normal`}
          >
            {viewer.refusal ?? decision.reason}
          </button>
        </footer>
      </>
    )
  }
  const { sha } = decision
  return (
    <DeployForm
      sha={sha}
      guards={decision.guards}
      isApproved={sheet.isApproved}
      approval={<ApprovalBox {...{ projectId, environmentId, sha }} approval={sheet.approval} viewer={viewer} />}
      words={`Deploy ${shortSha(sha)} to ${toName}`}
      note={noteOf(decision)}
      ask={promoteTo.bind(null, { projectId, environmentId, sha })}
      byTag={decision.way === 'tag'}
      projectId={projectId}
      refusal={viewer.refusal}
    >
      {details}
    </DeployForm>
  )
}

function noteOf(plan: PromotionPlan): ReactNode {
  if (plan.way === 'tag') return 'Creates the tag at this commit; its pipeline deploys.'
  return (
    <>
      {plan.act === 'retry' ? 'Retries' : 'Plays'} job <span className="font-mono">{plan.jobName}</span> of pipeline{' '}
      {plan.pipelineId}
    </>
  )
}

function MergeRequests({ mergeRequests }: { mergeRequests: readonly PromotedMergeRequest[] }) {
  if (mergeRequests.length === 0) return null
  return (
    <Part title="Merge requests" count={mergeRequests.length}>
      {mergeRequests.map(({ iid, title, authorName, webUrl }) => (
        <li key={iid} className="flex items-baseline gap-2 py-1.5">
          <a href={webUrl} className="min-w-0 truncate hover:underline">
            <span className="text-ink-faint">!{iid}</span> {title}
          </a>
          <span className="ml-auto shrink-0 text-xs text-ink-faint">{authorName}</span>
        </li>
      ))}
    </Part>
  )
}

function Commits({
  commits,
  projectUrl,
  isFirst,
}: {
  commits: readonly Commit[] | null
  projectUrl: string
  isFirst: boolean
}) {
  if (isFirst)
    return <p className="text-ink-soft">Nothing has been deployed there yet, so there is nothing to compare with.</p>
  if (commits === null) return <p className="text-ink-soft">GitLab has not compared the two commits yet.</p>
  if (commits.length === 0) return <p className="text-ink-soft">Both run the same commit.</p>
  const authors = new Set(commits.map(({ authorName }) => authorName)).size
  return (
    <Part
      title="Commits"
      count={commits.length}
      detail={`by ${authors === 1 ? '1 author' : `${authors} authors`}, newest first`}
    >
      {commits.toReversed().map(({ sha, title, authorName, committedAt }) => (
        <li key={sha} className="grid grid-cols-[auto_1fr] gap-x-2 py-1.5">
          <CommitMark sha={sha} projectUrl={projectUrl} className="leading-5" />
          <span className="truncate" title={title}>
            {title}
          </span>
          <span className="col-start-2 text-xs text-ink-faint">
            {authorName} · <RelativeTime at={committedAt} />
          </span>
        </li>
      ))}
    </Part>
  )
}

function Part({
  title,
  count,
  detail,
  children,
}: {
  title: string
  count: number
  detail?: string
  children: ReactNode
}) {
  return (
    <section>
      <h3 className="flex items-baseline gap-2 font-semibold">
        {title} <span className="font-normal text-ink-faint">{count}</span>
        {detail && <span className="ml-auto text-xs font-normal text-ink-faint">{detail}</span>}
      </h3>
      <ul className="mt-1 divide-y text-sm">{children}</ul>
    </section>
  )
}

function LastPressed({ recent }: { recent: PromotionSheet['recent'] }) {
  const [last] = recent
  if (!last) return null
  const { tone, icon } = operationLooks[last.status]
  return (
    <p className="flex flex-wrap items-center gap-x-2 text-sm text-ink-soft">
      <StatusBadge tone={tone} icon={icon}>
        {operationWords(last)}
      </StatusBadge>
      <span className="text-ink-faint">
        {last.requestedBy}, <RelativeTime at={last.createdAt} />
      </span>
    </p>
  )
}
