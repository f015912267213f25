import Link from 'next/link'
import type { Role } from '#lib/domain/access.ts'
import type { BoardPage, BoardQuery, BoardSummary } from '#lib/domain/board.ts'
import type { Operation } from '#lib/domain/operation.ts'
import type { PolicyNotice } from '#lib/domain/policy-notice.ts'
import { button } from '../../_ui/button.ts'
import { EmptyState } from '../../_ui/empty-state.tsx'
import { BoardTable } from './board-table.tsx'
import { BoardToolbar } from './board-toolbar.tsx'
import { boardHref } from './board-url.ts'
import { Paging } from './paging.tsx'

/** The table of branches with its search, filters and pages, or why there is none. */
export function Branches({
  summary,
  page,
  query,
  operations,
  notices,
  role,
}: {
  summary: BoardSummary
  page: BoardPage
  query: BoardQuery
  operations: readonly Operation[]
  notices: readonly PolicyNotice[]
  role: Role | null
}) {
  const { projectId, counts } = summary
  return (
    <section aria-labelledby="branches" className="flex flex-col gap-3 pt-2">
      <h2 id="branches" className="flex items-baseline gap-2 text-lg font-semibold">
        Branches
        <span aria-live="polite" className="text-sm font-normal text-ink-faint">
          {howMany(page, query)}
        </span>
      </h2>
      <BoardToolbar projectId={projectId} query={query} counts={counts} />
      <div className="overflow-hidden rounded-xl border bg-surface max-md:-mx-4 max-md:rounded-none max-md:border-x-0">
        {page.rows.length === 0 ? (
          <NoRows projectId={projectId} query={query} />
        ) : (
          <BoardTable
            projectId={projectId}
            projectUrl={summary.webUrl}
            page={page}
            query={query}
            operations={operations}
            notices={notices}
            role={role}
          />
        )}
        {page.rows.length > 0 && <Paging projectId={projectId} page={page} query={query} />}
      </div>
    </section>
  )
}

function howMany({ total, totalIsCapped }: BoardPage, query: BoardQuery): string {
  const number = `${total.toLocaleString('en')}${totalIsCapped ? '+' : ''}`
  if (query.q || query.filter !== 'all') return total === 1 ? '1 match' : `${number} matches`
  return number
}

function NoRows({ projectId, query }: { projectId: number; query: BoardQuery }) {
  if (!query.q && query.filter === 'all') {
    return (
      <EmptyState icon="branch" title="No branches yet">
        Push a branch, and it appears here with its pipeline and its review app.
      </EmptyState>
    )
  }
  if (!query.q && query.filter === 'attention') {
    return <EmptyState icon="check" title="Nothing needs attention" />
  }
  return (
    <EmptyState
      icon="search"
      title={query.q ? `Nothing matches “${query.q}”` : 'No branch is like that'}
      action={
        <Link href={boardHref(projectId, {})} scroll={false} className={button('plain')}>
          Show all branches
        </Link>
      }
    >
      {query.q && 'Searched: branch, merge request, author, commit SHA, app and environment.'}
    </EmptyState>
  )
}
