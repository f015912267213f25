import Link from 'next/link'
import type { BoardCounts, BoardQuery, BoardSummary } from '#lib/domain/board.ts'
import { environmentFindingKinds } from '#lib/domain/finding.ts'
import { findingKindWords } from '#lib/domain/finding-words.ts'
import { button } from '../../_ui/button.ts'
import { StatusIcon } from '../../_ui/status-badge.tsx'
import { boardHref, environmentHref, sweepHref } from './board-url.ts'

const shownItems = 4

/** What somebody should look at, the worst first; one calm line when there is nothing. */
export function AttentionStrip({
  summary,
  query,
  mayAct,
}: {
  summary: BoardSummary
  query: BoardQuery
  mayAct: boolean
}) {
  const { attention, counts, projectId } = summary
  if (attention.length === 0) {
    return (
      <section aria-label="Needs attention" className="flex items-center gap-2 text-sm text-ink-soft">
        <StatusIcon tone="ok" />
        Nothing needs attention. {upWords(counts.reviewApps)}
      </section>
    )
  }
  return (
    <section aria-label="Needs attention" className="overflow-hidden rounded-xl border bg-surface">
      <header className="flex items-center gap-2 border-b px-4 py-2">
        <h2 className="font-semibold whitespace-nowrap">Needs attention</h2>
        <span className="text-ink-faint">{counts.attention.toLocaleString('en')}</span>
        {counts.attention > shownItems && <Kinds counts={counts} projectId={projectId} query={query} />}
        <span className="ml-auto flex shrink-0 gap-1">
          {counts.byFilter.leftover > 0 && (
            <Link href={sweepHref(projectId, {})} prefetch={false} className={button('plain', 'small')}>
              Sweep…
            </Link>
          )}
          {counts.attention > shownItems && (
            <Link
              href={boardHref(projectId, { filter: 'attention', sort: 'health', direction: 'asc' })}
              scroll={false}
              prefetch={false}
              className={button('quiet', 'small')}
            >
              Show all
            </Link>
          )}
        </span>
      </header>
      <ul className="divide-y">
        {attention.slice(0, shownItems).map((entry) => (
          <AttentionItem key={entry.key} entry={entry} projectId={projectId} query={query} mayAct={mayAct} />
        ))}
      </ul>
    </section>
  )
}

/** What the trouble is made of; each kind shows its rows. */
function Kinds({ counts, projectId, query }: { counts: BoardCounts; projectId: number; query: BoardQuery }) {
  const present = environmentFindingKinds.filter((kind) => counts.byFilter[kind] > 0)
  return (
    <ul
      aria-label="Kinds of trouble"
      className="flex min-w-0 flex-1 gap-1 overflow-x-auto [scrollbar-width:none] max-md:hidden"
    >
      {present.map((kind) => (
        <li key={kind}>
          <Link
            href={boardHref(projectId, { filter: kind })}
            scroll={false}
            prefetch={false}
            aria-current={query.filter === kind ? 'true' : undefined}
            className={`inline-flex items-center gap-1.5 rounded-full border px-2 py-px text-xs whitespace-nowrap hover:bg-sunken ${
              query.filter === kind ? 'border-line-strong bg-sunken text-ink' : 'text-ink-soft'
            }`}
          >
            {findingKindWords[kind]}
            <span className="text-ink-faint">{counts.byFilter[kind].toLocaleString('en')}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

function upWords(reviewApps: number): string {
  if (reviewApps === 0) return 'No review app is up.'
  return reviewApps === 1 ? '1 review app is up.' : `${reviewApps} review apps are up.`
}

function AttentionItem({
  entry: { title, environmentId, items },
  projectId,
  query,
  mayAct,
}: {
  entry: BoardSummary['attention'][number]
  projectId: number
  query: BoardQuery
  mayAct: boolean
}) {
  const severity = items.some((item) => item.severity === 'critical') ? 'critical' : 'attention'
  const isUnneeded = items.some(({ kind }) => kind === 'merged-but-up' || kind === 'branch-gone')
  return (
    <li className="relative flex items-start gap-2.5 px-4 py-2 text-sm hover:bg-sunken/60 md:items-center">
      <StatusIcon tone={severity} className="mt-0.5 size-4 md:mt-0" />
      <p className="flex min-w-0 flex-1 gap-x-3 max-md:flex-col">
        {environmentId === null ? (
          <span className="shrink-0 font-medium">{title}</span>
        ) : (
          <Link
            href={environmentHref(projectId, environmentId)}
            prefetch={false}
            className="max-w-full shrink-0 truncate font-medium after:absolute after:inset-0 md:max-w-96"
          >
            {title}
          </Link>
        )}
        <span className="text-ink-soft md:truncate">
          <span className="sr-only">{severity}: </span>
          {items.map(({ words }) => words).join(' ')}
        </span>
      </p>
      {mayAct && isUnneeded && environmentId !== null && (
        <Link
          href={boardHref(projectId, query, { stop: environmentId })}
          scroll={false}
          prefetch={false}
          aria-label={`Stop ${title}`}
          className={`${button('plain', 'small')} relative z-10`}
        >
          Stop
        </Link>
      )}
    </li>
  )
}
