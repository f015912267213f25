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

/**
 * A page by `pagination=keyset`: GitLab takes it by id only, counts nothing, and tells of the next page in `Link` alone.
 * Rows come in the asked order.
 */
export function keysetPage<Row extends { id: number }>(
  request: Request,
  rows: Row[],
  present: (row: Row) => unknown,
): Reply {
  const { query } = request
  if (query.get('order_by') !== 'id')
    return { status: 405, body: { error: 'Keyset pagination is not yet available for this type of request' } }
  const size = Math.min(positive(request, 'per_page', 20), 100)
  const [key, isPast] =
    query.get('sort') === 'asc'
      ? (['id_after', (id: number, mark: number) => id > mark] as const)
      : (['id_before', (id: number, mark: number) => id < mark] as const)
  const mark = query.get(key)
  const left = mark === null ? rows : rows.filter(({ id }) => isPast(id, Number(mark)))
  const shown = left.slice(0, size)
  const last = shown.at(-1)
  const next = new URLSearchParams(query)
  if (last) next.set(key, String(last.id))
  return {
    status: 200,
    body: shown.map(present),
    headers: {
      'x-per-page': String(size),
      ...(left.length > size ? { link: `<${request.world.url}/api/v4${request.path}?${next}>; rel="next"` } : {}),
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
