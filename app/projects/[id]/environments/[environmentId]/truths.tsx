import type { ReactNode } from 'react'
import type { BoardRow } from '#lib/domain/board.ts'
import { CommitMark } from '../../../../_ui/commit-mark.tsx'
import { Icon } from '../../../../_ui/icon.tsx'
import { RelativeTime } from '../../../../_ui/relative-time.tsx'
import { HealthRail, StatusBadge, TruthBadge } from '../../../../_ui/status-badge.tsx'
import { runLooks } from '../../../../_ui/status-looks.ts'

/** The branch and the three truths beside each other, each with the commit that it means: where they differ, one sees it. */
export function Truths({ row, projectUrl }: { row: BoardRow; projectUrl: string }) {
  return (
    <div className="grid gap-3 md:grid-cols-2 xl:grid-cols-4">
      <BranchTruth row={row} projectUrl={projectUrl} />
      <GitlabTruth row={row} projectUrl={projectUrl} />
      {row.heroku ? (
        <HerokuTruth row={row} heroku={row.heroku} projectUrl={projectUrl} />
      ) : (
        <DokkuTruth row={row} projectUrl={projectUrl} />
      )}
      <VisitorTruth row={row} />
    </div>
  )
}

function BranchTruth({
  row: { branch, pipeline, mergeRequest, deployment },
  projectUrl,
}: {
  row: BoardRow
  projectUrl: string
}) {
  const run = pipeline && runLooks[pipeline.status]
  const source = branch?.name ?? deployment?.ref
  return (
    <Column
      title="Branch"
      badge={
        run && (
          <StatusBadge tone={run.tone} icon={run.icon}>
            pipeline {run.words}
          </StatusBadge>
        )
      }
      sha={branch?.commit.sha ?? null}
      projectUrl={projectUrl}
      words={branch ? branch.commit.title : source ? `${source} is not a branch any more.` : 'No branch belongs to it.'}
    >
      <Fact name="Branch">{source ?? '–'}</Fact>
      <Fact name="Author">{branch?.commit.authorName ?? mergeRequest?.author ?? '–'}</Fact>
      <Fact name="Committed">{branch ? <RelativeTime at={branch.commit.committedAt} /> : '–'}</Fact>
      {mergeRequest && (
        <Fact name="Merge request">
          <a href={mergeRequest.webUrl} className="hover:underline">
            !{mergeRequest.iid} {mergeRequest.draft ? 'draft' : mergeRequest.state}
          </a>
        </Fact>
      )}
    </Column>
  )
}

function GitlabTruth({
  row: { environment, gitlab, deployment, health },
  projectUrl,
}: {
  row: BoardRow
  projectUrl: string
}) {
  return (
    <Column
      title="GitLab says"
      badge={<TruthBadge truth={gitlab} />}
      observedAt={gitlab.observedAt}
      sha={deployment?.sha ?? null}
      projectUrl={projectUrl}
      words={gitlab.words}
      health={gitlab.health === health ? health : 'none'}
    >
      <Fact name="Tier">{environment?.tier ?? '–'}</Fact>
      <Fact name="Deployed">{deployment ? <RelativeTime at={deployment.changedAt} /> : 'never'}</Fact>
      <Fact name="By">{deployment?.by ?? '–'}</Fact>
      <Fact name="Auto-stop">{environment?.autoStopAt ? <RelativeTime at={environment.autoStopAt} /> : 'never'}</Fact>
    </Column>
  )
}

function DokkuTruth({ row: { app, dokku, database, health }, projectUrl }: { row: BoardRow; projectUrl: string }) {
  return (
    <Column
      title="Dokku says"
      badge={<TruthBadge truth={dokku} />}
      observedAt={dokku.observedAt}
      sha={app?.deployedSha ?? null}
      projectUrl={projectUrl}
      words={dokku.words}
      health={dokku.health === health ? health : 'none'}
    >
      <Fact name="App">{app ? <code className="font-mono text-xs">{app.app}</code> : 'not mapped'}</Fact>
      <Fact name="Host">{app?.host ?? '–'}</Fact>
      <Fact name="Processes">{processWords(app)}</Fact>
      {app?.sourceImage && <Fact name="Image">{app.sourceImage}</Fact>}
      <Fact name="Database">
        {database?.exists ? (
          <>
            <code className="font-mono text-xs">{database.name}</code> {database.status ?? database.plugin}
            {database.linked === false && <span className="text-attention"> not linked</span>}
          </>
        ) : (
          'none'
        )}
      </Fact>
    </Column>
  )
}

function HerokuTruth({
  row: { dokku, health },
  heroku,
  projectUrl,
}: {
  row: BoardRow
  heroku: NonNullable<BoardRow['heroku']>
  projectUrl: string
}) {
  const { app, release, newer, formation } = heroku
  return (
    <Column
      title="Heroku says"
      badge={<TruthBadge truth={dokku} />}
      observedAt={dokku.observedAt}
      sha={release?.sha ?? null}
      projectUrl={projectUrl}
      words={dokku.words}
      health={dokku.health === health ? health : 'none'}
    >
      <Fact name="App">
        <code className="font-mono text-xs">{app}</code>
      </Fact>
      <Fact name="Release">
        {release ? `v${release.version}, ${release.description}` : '–'}
        {newer && (
          <span className="text-attention">
            {' '}
            · v{newer.version} {newer.status}
          </span>
        )}
      </Fact>
      <Fact name="Formation">{formation.map(({ type, quantity }) => `${type}=${quantity}`).join(' ') || 'none'}</Fact>
      <Fact name="Maintenance">{heroku.maintenance ? <span className="text-attention">on</span> : 'off'}</Fact>
    </Column>
  )
}

/** What a visitor gets; there is no commit to tell. */
function VisitorTruth({ row: { environment, url, health } }: { row: BoardRow }) {
  const address = environment?.url ?? null
  return (
    <Column
      title="The URL says"
      badge={<TruthBadge truth={url} />}
      observedAt={url.observedAt}
      words={url.words}
      health={url.health === health ? health : 'none'}
    >
      <Fact name="Address">
        {address ? (
          <a href={address} target="_blank" rel="noreferrer" className="hover:underline">
            {address.replace(/^https?:\/\//, '')}
          </a>
        ) : (
          'none'
        )}
      </Fact>
      <Fact name="First byte">{url.latencyMs === null ? '–' : `${url.latencyMs.toLocaleString('en')} ms`}</Fact>
      <Fact name="Leads to">{url.redirectTo ?? '–'}</Fact>
      <Fact name="Certificate">
        {url.certificateExpiresAt ? (
          <>
            ends <RelativeTime at={url.certificateExpiresAt} />
          </>
        ) : (
          'none'
        )}
      </Fact>
    </Column>
  )
}

function processWords(app: BoardRow['app']): ReactNode {
  if (!app?.processes) return 'not asked yet'
  if (app.processes.length === 0) return 'none'
  return app.processes.map(({ type, index, status }) => (
    <span key={`${type}.${index}`} className="mr-2 whitespace-nowrap">
      {type}.{index} <span className={status === 'running' ? 'text-ink-faint' : 'text-critical'}>{status}</span>
    </span>
  ))
}

function Column({
  title,
  badge,
  observedAt,
  sha,
  projectUrl,
  words,
  health = 'none',
  children,
}: {
  title: string
  badge: ReactNode
  observedAt?: Date | null
  /** Left out where there is no commit to tell. */
  sha?: string | null
  projectUrl?: string
  words: string
  health?: BoardRow['health']
  children: ReactNode
}) {
  return (
    <section className="relative flex min-w-0 flex-col overflow-hidden rounded-xl border bg-surface">
      <HealthRail health={health} />
      <header className="flex items-center gap-3 px-4 pt-3">
        <h2 className="font-semibold">{title}</h2>
        <span className="flex min-w-0 text-sm">{badge}</span>
        {observedAt && <RelativeTime at={observedAt} className="ml-auto shrink-0 text-xs text-ink-faint" />}
      </header>
      <p className="flex min-h-6 items-baseline gap-2 px-4 pt-2">
        {sha !== undefined && <Icon name="commit" className="size-4 self-center text-ink-faint" />}
        {sha && <CommitMark sha={sha} {...(projectUrl && { projectUrl })} className="text-ink!" />}
        {sha === null && <span className="shrink-0 text-sm text-ink-faint">no commit</span>}
        <span className="truncate text-sm text-ink-soft" title={words}>
          {words}
        </span>
      </p>
      <dl className="grid grid-cols-[6.5rem_1fr] gap-y-1 px-4 pt-2.5 pb-3.5 text-sm">{children}</dl>
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-faint">{name}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </>
  )
}
