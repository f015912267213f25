import Link from 'next/link'
import {
  type BoardCounts,
  type BoardQuery,
  type BoardSort,
  boardSorts,
  type PlainFilter,
  plainFilters,
} from '#lib/domain/board.ts'
import { boardHref, ownDirection } from './board-url.ts'
import { SearchBox } from './search-box.tsx'

const filterWords: Record<PlainFilter, string> = {
  all: 'All',
  attention: 'Needs attention',
  up: 'Up',
  open: 'Open MR',
  leftover: 'Leftover',
  'no-app': 'No review app',
}

const filterTitles: Record<PlainFilter, string> = {
  all: 'Every branch and review app',
  attention: 'Something is wrong or should be cleaned up',
  up: 'The environment is not stopped',
  open: 'The merge request is open',
  leftover: 'Up, though nobody needs it any more',
  'no-app': 'Branches without a review app',
}

export const sortWords: Record<BoardSort, string> = {
  active: 'Active',
  health: 'Health',
  branch: 'Branch',
  author: 'Author',
}

/** Search, filters and, where there are no table heads, the sort. All of it lives in the address. */
export function BoardToolbar({
  projectId,
  query,
  counts,
}: {
  projectId: number
  query: BoardQuery
  counts: BoardCounts
}) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2.5">
      <SearchBox />
      <Segments
        label="Filter"
        segments={plainFilters.map((filter) => ({
          words: filterWords[filter],
          title: filterTitles[filter],
          count: counts.byFilter[filter],
          href: boardHref(projectId, { ...query, filter, page: 1 }),
          isCurrent: filter === query.filter,
        }))}
      />
      <div className="w-full xl:hidden">
        <Segments
          label="Sort"
          segments={boardSorts.map((sort) => ({
            words: sortWords[sort],
            href: boardHref(projectId, { ...query, sort, direction: ownDirection(sort), page: 1 }),
            isCurrent: sort === query.sort,
          }))}
        />
      </div>
    </div>
  )
}

interface Segment {
  words: string
  title?: string
  count?: number
  href: string
  isCurrent: boolean
}

function Segments({ label, segments }: { label: string; segments: readonly Segment[] }) {
  return (
    <nav aria-label={label} className="-mx-4 max-w-[100vw] overflow-x-auto px-4 [scrollbar-width:none] md:mx-0 md:px-0">
      <ul className="inline-flex rounded-md border bg-sunken p-0.5">
        {segments.map(({ words, title, count, href, isCurrent }) => (
          <li key={words}>
            <Link
              href={href}
              scroll={false}
              prefetch={false}
              title={title}
              aria-current={isCurrent ? 'true' : undefined}
              className={`inline-flex h-6.5 items-center gap-1.5 rounded-[5px] px-2.5 text-sm whitespace-nowrap max-md:h-9 ${
                isCurrent
                  ? 'bg-surface font-medium text-ink shadow-[0_0_0_1px_var(--color-line-strong)]'
                  : 'text-ink-soft hover:text-ink'
              }`}
            >
              {words}
              {count !== undefined && (
                <span className="text-xs font-normal text-ink-faint">{count.toLocaleString('en')}</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
