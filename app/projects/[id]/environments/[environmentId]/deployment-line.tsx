import Link from 'next/link'
import { type Role, reaches } from '#lib/domain/access.ts'
import type { RowDeployment } from '#lib/domain/board.ts'
import { shortSha } from '#lib/domain/branch.ts'
import { button } from '../../../../_ui/button.ts'
import { CommitMark } from '../../../../_ui/commit-mark.tsx'
import { Icon } from '../../../../_ui/icon.tsx'
import { RelativeTime } from '../../../../_ui/relative-time.tsx'
import { StatusBadge } from '../../../../_ui/status-badge.tsx'
import { deploymentLooks } from '../../../../_ui/status-looks.ts'
import { CancelJob, RetryJob } from '../../job-buttons.tsx'

/** What every deployment of an environment needs to know of the page it stands on. */
export interface Deploying {
  /** Whose log stands beside. */
  shownJobId: number | null
  projectId: number
  projectUrl: string
  here: string
  /** Of whoever looks, in the project. */
  role: Role | null
  /** What staging or production runs now, which may be made again and gone back from; `null` elsewhere and for who may not. */
  current: { id: number; sha: string } | null
}

/** One deployment of GitLab; leads to its job's log. */
export function DeploymentLine({ deployment, deploying }: { deployment: RowDeployment; deploying: Deploying }) {
  const { jobId } = deployment
  const isShown = jobId !== null && jobId === deploying.shownJobId
  return (
    <li
      aria-current={isShown ? 'true' : undefined}
      className="relative flex items-center gap-3 px-4 py-2.5 hover:bg-sunken/60 aria-[current]:bg-sunken"
    >
      <Words deployment={deployment} deploying={deploying} />
      {reaches(deploying.role, deployment.jobRole) && (
        <JobButton deployment={deployment} projectId={deploying.projectId} />
      )}
      <Rerun deployment={deployment} deploying={deploying} />
    </li>
  )
}

function Words({ deployment, deploying }: { deployment: RowDeployment; deploying: Deploying }) {
  const { status, sha, commitTitle, ref, by, changedAt, iid, jobId, jobName } = deployment
  const { tone, icon, words } = deploymentLooks[status]
  return (
    <div className="min-w-0 flex-1">
      <p className="flex min-w-0 items-baseline gap-2">
        <StatusBadge tone={tone} icon={icon} className="w-20 shrink-0 self-center">
          {words}
        </StatusBadge>
        <CommitMark sha={sha} projectUrl={deploying.projectUrl} />
        <span className="truncate">{commitTitle ?? ref}</span>
        <RelativeTime at={changedAt} terse className="ml-auto shrink-0 text-xs text-ink-faint" />
      </p>
      <p className="flex gap-1.5 truncate pl-22 text-xs text-ink-faint">
        deployment #{iid}
        {by && <span>by {by}</span>}
        {jobId !== null && (
          <Link
            href={`${deploying.here}?job=${jobId}`}
            scroll={false}
            prefetch={false}
            className="after:absolute after:inset-0"
          >
            log of {jobName}
          </Link>
        )}
      </p>
    </div>
  )
}

function JobButton({
  deployment: { status, jobId, sha },
  projectId,
}: {
  deployment: RowDeployment
  projectId: number
}) {
  if (jobId === null) return null
  const subject = `the deployment of ${shortSha(sha)}`
  const isEnded = status === 'failed' || status === 'canceled'
  return (
    <div className="relative z-10 empty:hidden">
      {isEnded && <RetryJob projectId={projectId} jobId={jobId} subject={subject} />}
      {status === 'running' && <CancelJob projectId={projectId} jobId={jobId} subject={subject} />}
    </div>
  )
}

/** Leads to the sheet that makes a deployment again. */
function Rerun({
  deployment: { id, sha, status, jobId },
  deploying: { current, here },
}: {
  deployment: RowDeployment
  deploying: Deploying
}) {
  if (current === null || status !== 'success' || jobId === null) return null
  const isCurrent = id === current.id
  if (!isCurrent && sha === current.sha) return null
  return (
    <Link
      href={isCurrent ? `${here}?redeploy=1` : `${here}?rollback=${id}`}
      scroll={false}
      prefetch={false}
      aria-label={isCurrent ? `Redeploy ${shortSha(sha)}` : `Roll back to ${shortSha(sha)}`}
      className={`relative z-10 ${button('quiet', 'small')}`}
    >
      <Icon name={isCurrent ? 'retry' : 'history'} className="size-3.5" /> {isCurrent ? 'Redeploy' : 'Roll back'}
    </Link>
  )
}
