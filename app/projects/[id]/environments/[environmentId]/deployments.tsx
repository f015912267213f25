import Link from 'next/link'
import type { RowDeployment } from '#lib/domain/board.ts'
import { shortSha } from '#lib/domain/branch.ts'
import { CommitMark } from '../../../../_ui/commit-mark.tsx'
import { RelativeTime } from '../../../../_ui/relative-time.tsx'
import { StatusBadge } from '../../../../_ui/status-badge.tsx'
import { deploymentLooks } from '../../../../_ui/status-looks.ts'
import { CancelJob, RetryJob } from '../../job-buttons.tsx'

interface Props {
  deployments: readonly RowDeployment[]
  /** Whose log stands beside. */
  shownJobId: number | null
  projectId: number
  projectUrl: string
  here: string
  mayAct: boolean
}

/** What was deployed here, newest first; each line leads to its job's log. */
export function Deployments({ deployments, shownJobId, projectId, projectUrl, here, mayAct }: Props) {
  return (
    <section className="overflow-hidden rounded-xl border bg-surface">
      <h2 className="flex items-baseline gap-2 border-b px-4 py-2.5 font-semibold">
        Deployments <span className="text-sm font-normal text-ink-faint">{deployments.length}</span>
      </h2>
      {deployments.length === 0 && (
        <p className="px-4 py-8 text-center text-ink-faint">Nothing was deployed here yet.</p>
      )}
      <ol className="max-h-[32rem] divide-y overflow-y-auto">
        {deployments.map((deployment) => (
          <li
            key={deployment.id}
            aria-current={deployment.jobId !== null && deployment.jobId === shownJobId ? 'true' : undefined}
            className="relative flex items-center gap-3 px-4 py-2.5 text-sm hover:bg-sunken/60 aria-[current]:bg-sunken"
          >
            <Line deployment={deployment} here={here} projectUrl={projectUrl} />
            {mayAct && <JobButton deployment={deployment} projectId={projectId} />}
          </li>
        ))}
      </ol>
    </section>
  )
}

function Line({ deployment, here, projectUrl }: { deployment: RowDeployment; here: string; projectUrl: string }) {
  const { status, sha, commitTitle, ref, by, changedAt, iid, jobId, jobName } = deployment
  const { tone, icon, words } = deploymentLooks[status]
  return (
    <div className="min-w-0 flex-1">
      <p className="flex min-w-0 items-baseline gap-2">
        <StatusBadge tone={tone} icon={icon} className="w-20 shrink-0 self-center">
          {words}
        </StatusBadge>
        <CommitMark sha={sha} projectUrl={projectUrl} />
        <span className="truncate">{commitTitle ?? ref}</span>
        <RelativeTime at={changedAt} terse className="ml-auto shrink-0 text-xs text-ink-faint" />
      </p>
      <p className="flex gap-1.5 truncate pl-22 text-xs text-ink-faint">
        #{iid}
        {by && <span>by {by}</span>}
        {jobId !== null && (
          <Link href={`${here}?job=${jobId}`} scroll={false} prefetch={false} className="after:absolute after:inset-0">
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
