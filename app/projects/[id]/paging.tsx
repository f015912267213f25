import Link from 'next/link'
import type { BoardPage, BoardQuery } from '#lib/domain/board.ts'
import { button } from '../../_ui/button.ts'
import { Icon } from '../../_ui/icon.tsx'
import { boardHref } from './board-url.ts'

/** Where one is in the table, and the way on. */
export function Paging({ projectId, page, query }: { projectId: number; page: BoardPage; query: BoardQuery }) {
  const first = (page.page - 1) * page.pageSize + 1
  const last = first + page.rows.length - 1
  const hasNext = page.totalIsCapped ? page.rows.length === page.pageSize : last < page.total
  if (page.page === 1 && !hasNext) return null
  return (
    <nav aria-label="Pages" className="flex items-center gap-2 border-t px-4 py-2.5 text-sm text-ink-soft">
      <span className="mr-auto">
        {first.toLocaleString('en')}–{last.toLocaleString('en')} of {page.total.toLocaleString('en')}
        {page.totalIsCapped && '+'}
      </span>
      <Turn href={page.page > 1 ? boardHref(projectId, { ...query, page: page.page - 1 }) : null} rel="prev">
        <Icon name="arrow-left" className="size-3.5" /> Previous
      </Turn>
      <Turn href={hasNext ? boardHref(projectId, { ...query, page: page.page + 1 }) : null} rel="next">
        Next <Icon name="arrow-right" className="size-3.5" />
      </Turn>
    </nav>
  )
}

function Turn({ href, rel, children }: { href: string | null; rel: 'prev' | 'next'; children: React.ReactNode }) {
  const looks = button('plain', 'small')
  if (href === null) {
    return (
      <button type="button" disabled className={looks}>
        {children}
      </button>
    )
  }
  return (
    <Link href={href} rel={rel} prefetch={false} className={looks}>
      {children}
    </Link>
  )
}
