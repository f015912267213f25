import type { Metadata } from 'next'
import Link from 'next/link'
import { pageContext } from '#lib/context.ts'
import {
  type ActivityPage as Activity,
  type ActivityQuery,
  activityList,
  auditOutcomes,
  parseActivityQuery,
} from '#lib/queries/activity.ts'
import { button } from '../_ui/button.ts'
import { EmptyState } from '../_ui/empty-state.tsx'
import { Live } from '../_ui/live.tsx'
import { Shell } from '../_ui/shell.tsx'
import { outcomeLooks } from '../_ui/status-looks.ts'
import { ActivityFilters } from './activity-filters.tsx'
import { ActivityLine } from './activity-line.tsx'
import { activityHref, exportHref } from './activity-url.ts'
import { wordsOfAction } from './activity-words.ts'

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export const metadata: Metadata = { title: 'Activity' }

/** Who did what, when, with which result: the audit, newest first. */
export default async function ActivityPage({ searchParams }: Props) {
  const ctx = await pageContext()
  const query = parseActivityQuery(await searchParams)
  const activity = await activityList(ctx, query)
  return (
    <Shell actor={ctx.actor} crumbs={[{ words: 'Activity' }]}>
      <Live topics={['activity']} />
      <header className="flex flex-wrap items-center gap-2">
        <h1 className="mr-auto flex items-baseline gap-2 text-xl font-semibold">
          Activity <span className="text-sm font-normal text-ink-faint">{activity.total.toLocaleString('en')}</span>
        </h1>
        {(['csv', 'json'] as const).map((format) => (
          <a key={format} href={exportHref(query, format)} download className={button('plain')}>
            Export {format.toUpperCase()}
          </a>
        ))}
      </header>
      <ActivityFilters chosen={query} choices={choicesOf(activity)} />
      <section aria-label="Entries" className="overflow-hidden rounded-xl border bg-surface">
        {activity.entries.length === 0 ? (
          <Nothing query={query} />
        ) : (
          <ul className="divide-y">
            {activity.entries.map((entry) => (
              <ActivityLine key={entry.id} entry={entry} />
            ))}
          </ul>
        )}
      </section>
      <Pages activity={activity} query={query} />
    </Shell>
  )
}

const choicesOf = ({ projects, actors, actions }: Activity) => ({
  project: projects.map(({ id, path }) => ({ value: String(id), words: path })),
  actor: actors.map((actor) => ({ value: actor, words: actor })),
  action: actions.map((action) => ({ value: action, words: wordsOfAction(action) })),
  outcome: auditOutcomes.map((outcome) => ({ value: outcome, words: outcomeLooks[outcome].words })),
})

function Nothing({ query }: { query: ActivityQuery }) {
  if (activityHref(query) === activityHref({})) {
    return (
      <EmptyState icon="history" title="Nothing has happened yet">
        Everything that somebody tries to change through Berth is written down here, also what was refused.
      </EmptyState>
    )
  }
  return (
    <EmptyState icon="search" title="No such entry">
      <Link href={activityHref({})} className="hover:underline">
        Show all of them
      </Link>
    </EmptyState>
  )
}

function Pages({ activity: { newerBefore, olderBefore }, query }: { activity: Activity; query: ActivityQuery }) {
  if (newerBefore === null && olderBefore === null) return null
  return (
    <nav aria-label="Pages" className="flex items-center justify-end gap-2">
      {newerBefore !== null && (
        <>
          <Link href={activityHref({ ...query, before: null })} prefetch={false} className={button('quiet')}>
            Newest
          </Link>
          <Link
            href={activityHref({ ...query, before: newerBefore === 'newest' ? null : newerBefore })}
            prefetch={false}
            className={button('plain')}
          >
            Newer
          </Link>
        </>
      )}
      {olderBefore !== null && (
        <Link href={activityHref({ ...query, before: olderBefore })} prefetch={false} className={button('plain')}>
          Older
        </Link>
      )}
    </nav>
  )
}
