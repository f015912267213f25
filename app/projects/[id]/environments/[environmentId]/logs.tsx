import Link from 'next/link'
import type { BoardRow, RowDeployment } from '#lib/domain/board.ts'
import { AppLog } from '../../../../_ui/app-log.tsx'
import { JobLog } from '../../../../_ui/job-log.tsx'

/** Which of the two logs stands beside the timeline. */
export type ShownLog = 'app' | 'job'

const frame = 'h-[40rem] max-h-[calc(100dvh-8rem)]'

/** The app's live log and the log of the job that deployed it; one at a time. */
export function Logs({
  row,
  job,
  shown,
  here,
}: {
  row: BoardRow
  job: RowDeployment | undefined
  shown: ShownLog
  here: string
}) {
  const { environment, app, projectId } = row
  return (
    <div className="flex min-w-0 flex-col gap-2 lg:sticky lg:top-16">
      <nav aria-label="Log" className="inline-flex self-start rounded-lg border bg-sunken p-0.5 text-sm">
        <Tab href={`${here}?log=app`} isShown={shown === 'app'}>
          App log
        </Tab>
        <Tab href={`${here}?log=job`} isShown={shown === 'job'}>
          Job log
        </Tab>
      </nav>
      {shown === 'app' ? (
        app?.exists && environment ? (
          <AppLog projectId={projectId} environmentId={environment.id} title={app.app} className={frame} />
        ) : (
          <NoLog>
            {row.heroku ? 'Heroku keeps the log of this app.' : 'Dokku has no app here, so there is no log.'}
          </NoLog>
        )
      ) : job?.jobId ? (
        <JobLog key={job.jobId} projectId={projectId} jobId={job.jobId} jobUrl={job.jobUrl} className={frame} />
      ) : (
        <NoLog>No deployment here has a job, so there is no log.</NoLog>
      )}
    </div>
  )
}

function Tab({ href, isShown, children }: { href: string; isShown: boolean; children: string }) {
  return (
    <Link
      href={href}
      scroll={false}
      prefetch={false}
      aria-current={isShown ? 'true' : undefined}
      className="inline-flex h-7 items-center rounded-md px-2.5 text-ink-soft hover:text-ink aria-[current]:bg-surface aria-[current]:text-ink aria-[current]:shadow-[0_0_0_1px_var(--color-line-strong)] max-md:h-9"
    >
      {children}
    </Link>
  )
}

function NoLog({ children }: { children: string }) {
  return <p className="rounded-lg border border-dashed px-4 py-16 text-center text-ink-faint">{children}</p>
}
