import Link from 'next/link'
import type { Role } from '#lib/domain/access.ts'
import type { BoardPage, BoardQuery, BoardSort } from '#lib/domain/board.ts'
import type { Operation } from '#lib/domain/operation.ts'
import type { PolicyNotice } from '#lib/domain/policy-notice.ts'
import { Icon } from '../../_ui/icon.tsx'
import { boardHref, ownDirection } from './board-url.ts'
import { BranchRow } from './branch-row.tsx'
import { RowKeys } from './row-keys.tsx'

/** Widths add up to 100 %; the table is fixed so that a live change never moves a column. */
const columns: { words: string; width: string; sort?: BoardSort }[] = [
  { words: 'Health', width: 'w-[4.5%]', sort: 'health' },
  { words: 'Branch', width: 'w-[22.5%]', sort: 'branch' },
  { words: 'Commit by author', width: 'w-[17%]', sort: 'author' },
  { words: 'Pipeline', width: 'w-[7.5%]' },
  { words: 'GitLab', width: 'w-[10.5%]' },
  { words: 'Dokku', width: 'w-[12%]' },
  { words: 'URL and database', width: 'w-[13.5%]' },
  { words: 'Active', width: 'w-[4.5%]', sort: 'active' },
]

/** Every branch and review app of a page, everything that matters unexpanded. Below 1280 px each row is a card. */
export function BoardTable({
  projectId,
  projectUrl,
  page,
  query,
  operations,
  notices,
  role,
}: {
  projectId: number
  projectUrl: string
  page: BoardPage
  query: BoardQuery
  operations: readonly Operation[]
  notices: readonly PolicyNotice[]
  role: Role | null
}) {
  return (
    <>
      <RowKeys />
      <table className="w-full table-fixed text-sm max-xl:block">
        <thead className="border-b text-left text-xs text-ink-faint max-xl:sr-only">
          <tr>
            {columns.map(({ words, width, sort }) => (
              <th
                key={words}
                scope="col"
                aria-sort={ariaSort(query, sort)}
                className={`px-2 py-2 font-normal first:pl-4 ${width}`}
              >
                {sort ? <SortLink words={words} sort={sort} projectId={projectId} query={query} /> : words}
              </th>
            ))}
            <th scope="col" className="w-[8%] py-2 pr-4 pl-2">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody className="divide-y max-xl:block">
          {page.rows.map((row) => (
            <BranchRow
              key={row.key}
              row={row}
              projectUrl={projectUrl}
              stopHref={row.environment && boardHref(projectId, query, { stop: row.environment.id })}
              operation={operations.find(
                ({ status, environmentId }) =>
                  status === 'running' && environmentId !== null && environmentId === row.environment?.id,
              )}
              notice={notices.find(({ environmentId }) => environmentId === row.environment?.id)}
              role={role}
            />
          ))}
        </tbody>
      </table>
    </>
  )
}

function SortLink({
  words,
  sort,
  projectId,
  query,
}: {
  words: string
  sort: BoardSort
  projectId: number
  query: BoardQuery
}) {
  const isCurrent = query.sort === sort
  const opposite = query.direction === 'asc' ? 'desc' : 'asc'
  const direction = isCurrent ? opposite : ownDirection(sort)
  return (
    <Link
      href={boardHref(projectId, { ...query, sort, direction, page: 1 })}
      scroll={false}
      prefetch={false}
      className={`inline-flex items-center gap-1 hover:text-ink ${isCurrent ? 'font-medium text-ink' : ''}`}
    >
      {words}
      {isCurrent && <Icon name={query.direction === 'asc' ? 'arrow-up' : 'arrow-down'} className="size-3" />}
    </Link>
  )
}

function ariaSort(query: BoardQuery, sort: BoardSort | undefined): 'ascending' | 'descending' | undefined {
  if (!sort || query.sort !== sort) return undefined
  return query.direction === 'asc' ? 'ascending' : 'descending'
}
