import { badParameter, type Reply } from './reply.ts'
import type { Request } from './request.ts'

const maxCounted = 10_000

function positive({ query }: Request, name: string, fallback: number): number {
  const text = query.get(name)
  if (text === null || text === '') return fallback
  const value = Number(text)
  if (!Number.isInteger(value)) throw badParameter(`${name} is invalid`)
  if (name === 'per_page' && value === 0) throw badParameter('per_page has a value not allowed')
  return Math.max(1, value)
}

/**
 * One page of a list with GitLab's headers. `per_page` above 100 is cut in silence. Totals are absent where GitLab does not
 * count: above 10,000 rows, and on lists that say `counted: false`.
 */
export function page<Row>(
  request: Request,
  rows: Row[],
  present: (row: Row) => unknown,
  { counted = true }: { counted?: boolean } = {},
): Reply {
  const number = positive(request, 'page', 1)
  const size = Math.min(positive(request, 'per_page', 20), 100)
  const start = (number - 1) * size
  const pages = Math.max(1, Math.ceil(rows.length / size))
  const hasNext = start + size < rows.length
  const isCounted = counted && rows.length <= maxCounted

  const link = (to: number, rel: string): string => {
    const query = new URLSearchParams(request.query)
    query.set('page', String(to))
    query.set('per_page', String(size))
    return `<${request.world.url}/api/v4${request.path}?${query}>; rel="${rel}"`
  }
  const links = [
    ...(number > 1 ? [link(number - 1, 'prev')] : []),
    ...(hasNext ? [link(number + 1, 'next')] : []),
    link(1, 'first'),
    ...(isCounted ? [link(pages, 'last')] : []),
  ]
  return {
    status: 200,
    body: rows.slice(start, start + size).map(present),
    headers: {
      'x-page': String(number),
      'x-per-page': String(size),
      'x-next-page': hasNext ? String(number + 1) : '',
      'x-prev-page': number > 1 ? String(number - 1) : '',
      ...(isCounted ? { 'x-total': String(rows.length), 'x-total-pages': String(pages) } : {}),
      link: links.join(', '),
    },
  }
}

/** Rows in the order that `order_by` and `sort` ask for; equal ones in the order of their ids. */
export function ordered<Row extends { id: number }>(
  rows: Row[],
  by: (row: Row) => number | string,
  direction: 'asc' | 'desc',
): Row[] {
  const sign = direction === 'asc' ? 1 : -1
  return rows.toSorted((left, right) => {
    const a = by(left)
    const b = by(right)
    return sign * (a < b ? -1 : a > b ? 1 : left.id - right.id)
  })
}
