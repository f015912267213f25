import Link from 'next/link'
import type { ReactNode } from 'react'
import type { BoardRow, RowDeployment } from '#lib/domain/board.ts'
import { button } from '../../_ui/button.ts'
import { CommitMark } from '../../_ui/commit-mark.tsx'
import { Icon } from '../../_ui/icon.tsx'
import { RelativeTime } from '../../_ui/relative-time.tsx'
import { HealthRail, StatusBadge, TruthBadge } from '../../_ui/status-badge.tsx'
import { deploymentLooks } from '../../_ui/status-looks.ts'
import { environmentHref } from './board-url.ts'

/** What one place of the lane runs, and the three truths about it. */
export function BerthCard({ row, projectUrl }: { row: BoardRow; projectUrl: string }) {
  const { environment, deployment, newer, app, heroku, projectId } = row
  if (!environment) return null
  return (
    <article className="relative flex flex-1 flex-col overflow-hidden rounded-xl border bg-surface">
      <HealthRail health={row.health} />
      <header className="flex items-center gap-2 px-4 pt-3">
        <h2 className="min-w-0 truncate text-lg font-semibold">
          <Link href={environmentHref(projectId, environment.id)} prefetch={false} className="hover:underline">
            {environment.name}
          </Link>
        </h2>
        {environment.name !== environment.tier && <span className="text-xs text-ink-faint">{environment.tier}</span>}
        {environment.url && (
          <a
            href={environment.url}
            target="_blank"
            rel="noreferrer"
            className={`${button('quiet', 'small')} -mr-2 ml-auto`}
          >
            Open <Icon name="link-out" className="size-3.5" />
          </a>
        )}
      </header>
      <div className="flex-1 px-4 pt-1 pb-3">
        {deployment ? (
          <Running deployment={deployment} projectUrl={projectUrl} />
        ) : (
          <p className="text-ink-soft">Nothing deployed yet.</p>
        )}
        {newer && newer.status !== 'blocked' && newer.status !== 'created' && (
          <Newer deployment={newer} projectUrl={projectUrl} />
        )}
      </div>
      <dl className="grid grid-cols-3 border-t text-sm">
        <Fact name="GitLab">
          <TruthBadge truth={row.gitlab} />
        </Fact>
        <Fact name={heroku ? 'Heroku' : 'Dokku'} detail={heroku?.app ?? app?.app}>
          <TruthBadge truth={row.dokku} />
        </Fact>
        <Fact name="URL" detail={row.url.latencyMs === null ? undefined : `${row.url.latencyMs} ms`}>
          <TruthBadge truth={row.url} />
        </Fact>
      </dl>
    </article>
  )
}

function Running({ deployment, projectUrl }: { deployment: RowDeployment; projectUrl: string }) {
  return (
    <>
      <p className="flex min-w-0 items-baseline gap-2">
        <CommitMark sha={deployment.sha} projectUrl={projectUrl} />
        <span className="truncate">{deployment.commitTitle ?? deployment.ref}</span>
      </p>
      <p className="text-sm text-ink-faint">
        deployed <RelativeTime at={deployment.changedAt} />
        {deployment.by && ` by ${deployment.by}`}
      </p>
    </>
  )
}

function Newer({ deployment, projectUrl }: { deployment: RowDeployment; projectUrl: string }) {
  const { tone, icon, words } = deploymentLooks[deployment.status]
  return (
    <p className="mt-1.5 flex items-center gap-2 text-sm">
      <StatusBadge tone={tone} icon={icon}>
        {deployment.status === 'running' ? 'deploying' : `newest ${words}`}
      </StatusBadge>
      <CommitMark sha={deployment.sha} projectUrl={projectUrl} />
    </p>
  )
}

function Fact({ name, detail, children }: { name: string; detail?: string | undefined; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5 px-4 py-2 [&+&]:border-l">
      <dt className="flex min-w-0 gap-1.5 text-xs text-ink-faint">
        {name}
        {detail && <span className="truncate font-mono text-2xs leading-[1.125rem]">{detail}</span>}
      </dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  )
}
