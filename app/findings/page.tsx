import type { Metadata } from 'next'
import Link from 'next/link'
import { pageContext } from '#lib/context.ts'
import { findingKinds, isSnoozed } from '#lib/domain/finding.ts'
import { maySnooze } from '#lib/domain/finding-sight.ts'
import { findingKindWords } from '#lib/domain/finding-words.ts'
import { type FindingPage, type FindingQuery, findingList, parseFindingQuery } from '#lib/queries/findings.ts'
import { button } from '../_ui/button.ts'
import { EmptyState } from '../_ui/empty-state.tsx'
import { FindingLine } from '../_ui/finding-line.tsx'
import { Live } from '../_ui/live.tsx'
import { Shell } from '../_ui/shell.tsx'
import { SnoozeSheet } from '../_ui/snooze-sheet.tsx'
import { findingsHref } from './findings-url.ts'

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export const metadata: Metadata = { title: 'Findings' }

const stateWords: Record<FindingQuery['state'], string> = { open: 'Open', snoozed: 'Snoozed', closed: 'Ended' }

/** Every disagreement that Berth knows of, over all projects and hosts. */
export default async function FindingsPage({ searchParams }: Props) {
  const ctx = await pageContext()
  const given = await searchParams
  const query = parseFindingQuery(given)
  const page = await findingList(ctx, query)
  const asOf = ctx.now()
  const snoozed = page.findings.find(({ id }) => id === given.snooze)
  return (
    <Shell actor={ctx.actor} crumbs={[{ words: 'Findings' }]}>
      <Live topics={['findings']} />
      <h1 className="flex items-baseline gap-2 text-xl font-semibold">
        Findings <span className="text-sm font-normal text-ink-faint">{page.counts.open.toLocaleString('en')}</span>
      </h1>
      <Filters page={page} query={query} />
      <section aria-label="Findings" className="overflow-hidden rounded-xl border bg-surface">
        {page.findings.length === 0 ? (
          <Nothing query={query} />
        ) : (
          <ul className="divide-y">
            {page.findings.map((finding) => (
              <FindingLine
                key={finding.id}
                finding={finding}
                asOf={asOf}
                mayAct={maySnooze(ctx.actor, finding)}
                snoozeHref={findingsHref(query, { snooze: finding.id })}
              />
            ))}
          </ul>
        )}
      </section>
      <Pages page={page} query={query} />
      {snoozed && maySnooze(ctx.actor, snoozed) && (
        <SnoozeSheet
          findingId={snoozed.id}
          title={findingKindWords[snoozed.kind]}
          words={snoozed.words}
          isSnoozed={isSnoozed(snoozed, asOf)}
          closeHref={findingsHref(query)}
        />
      )}
    </Shell>
  )
}

function Filters({ page: { counts }, query }: { page: FindingPage; query: FindingQuery }) {
  const kinds = findingKinds.filter((kind) => counts.byKind[kind] > 0 || kind === query.kind)
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <nav aria-label="State" className="inline-flex rounded-lg border bg-sunken p-0.5 text-sm">
        {(['open', 'snoozed', 'closed'] as const).map((state) => (
          <Link
            key={state}
            href={findingsHref({ ...query, state, kind: null, page: 1 })}
            prefetch={false}
            aria-current={query.state === state ? 'true' : undefined}
            className="inline-flex h-7 items-center gap-1.5 rounded-md px-2.5 text-ink-soft hover:text-ink aria-[current]:bg-surface aria-[current]:text-ink aria-[current]:shadow-[0_0_0_1px_var(--color-line-strong)] max-md:h-9"
          >
            {stateWords[state]} <span className="text-ink-faint">{counts[state].toLocaleString('en')}</span>
          </Link>
        ))}
      </nav>
      <ul aria-label="Kinds" className="flex min-w-0 flex-wrap gap-1">
        {kinds.map((kind) => (
          <li key={kind}>
            <Link
              href={findingsHref({ ...query, kind: query.kind === kind ? null : kind, page: 1 })}
              prefetch={false}
              aria-current={query.kind === kind ? 'true' : undefined}
              className={`inline-flex items-center gap-1.5 rounded-full border px-2 py-px text-xs whitespace-nowrap hover:bg-sunken max-md:py-1.5 ${
                query.kind === kind ? 'border-line-strong bg-sunken text-ink' : 'text-ink-soft'
              }`}
            >
              {findingKindWords[kind]}
              <span className="text-ink-faint">{counts.byKind[kind].toLocaleString('en')}</span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Nothing({ query }: { query: FindingQuery }) {
  if (query.kind || query.projectId !== null || query.host !== null) {
    return (
      <EmptyState icon="search" title="No such finding">
        <Link href={findingsHref({ state: query.state })} className="hover:underline">
          Show all of them
        </Link>
      </EmptyState>
    )
  }
  if (query.state === 'snoozed') return <EmptyState icon="pause" title="Nothing is snoozed" />
  if (query.state === 'closed') return <EmptyState icon="history" title="Nothing has ended in the last 30 days" />
  return (
    <EmptyState icon="check" title="Everything agrees">
      GitLab, Dokku and the URLs say the same of every environment.
    </EmptyState>
  )
}

function Pages({ page: { total, page, pageSize }, query }: { page: FindingPage; query: FindingQuery }) {
  const last = Math.max(1, Math.ceil(total / pageSize))
  if (last === 1) return null
  return (
    <nav aria-label="Pages" className="flex items-center justify-end gap-2 text-sm text-ink-soft">
      <span className="mr-auto">
        Page {page} of {last}
      </span>
      {page > 1 && (
        <Link href={findingsHref({ ...query, page: page - 1 })} prefetch={false} className={button('plain')}>
          Previous
        </Link>
      )}
      {page < last && (
        <Link href={findingsHref({ ...query, page: page + 1 })} prefetch={false} className={button('plain')}>
          Next
        </Link>
      )}
    </nav>
  )
}
