import type { z } from 'zod'
import { BerthError } from '#lib/domain/errors.ts'
import type { Page } from './contract.ts'
import { type Asked, strangeAnswer } from './failure.ts'
import { readable } from './schema.ts'

/** GitLab's maximum; more is cut to it in silence. */
export const perPage = 100

/** What gitbeaker answers to a list with `showExpanded`; its numbers are `NaN` where GitLab sends no header. */
interface ExpandedPage {
  data: unknown
  paginationInfo?: { next: number | null; total: number }
}

/** One page of a list. `what` names the list in the error that an unreadable item makes. */
export interface PageReader<Value> {
  what: string
  schema: z.ZodType<Value>
  page: number
  ask(query: { page: number; perPage: number; showExpanded: true }): Promise<unknown>
}

export async function readPage<Value>({ what, schema, page, ask }: PageReader<Value>): Promise<Page<Value>> {
  const { data, paginationInfo } = (await ask({ page, perPage, showExpanded: true })) as ExpandedPage
  const total = paginationInfo?.total ?? Number.NaN
  return {
    items: readable(schema.array(), data, what),
    nextPage: paginationInfo?.next ?? null,
    total: Number.isNaN(total) ? null : total,
  }
}

/**
 * Every page of a list, or an error: a failed page fails the whole, and so does a list longer than `maxPages`. A row that
 * slid to the next page while the list was read comes once, as it was last seen.
 */
export async function readEveryPage<Value>(
  reader: Omit<PageReader<Value>, 'page'> & { maxPages: number; key(value: Value): string | number },
): Promise<Value[]> {
  const values = new Map<string | number, Value>()
  let page = 1
  for (let read = 0; read < reader.maxPages; read += 1) {
    const { items, nextPage } = await readPage({ ...reader, page })
    for (const value of items) values.set(reader.key(value), value)
    if (nextPage === null) return [...values.values()]
    page = nextPage
  }
  const message = `GitLab's list of ${reader.what} has more than ${reader.maxPages} pages of ${perPage}; Berth reads no further.`
  throw new BerthError('unavailable', 'gitlab', message)
}

/** The next page's number as GitLab writes it, `''` after the last: from `x-next-page`, else from `Link`. */
export function nextPageOf(asked: Asked, headers: Headers, itemCount: number): string {
  const own = headers.get('x-next-page')?.trim()
  const next = own ?? pageInLink(headers.get('link'))
  if (next !== null && !/^\d*$/.test(next)) throw strangeAnswer(asked, 'a page number that is none')
  // Without either header a full page may be the whole list or its beginning, and half a list is worse than none.
  if (next === null && itemCount >= perPage) {
    throw strangeAnswer(asked, 'a full page and no word of the next one; does a proxy drop its headers?')
  }
  return next ?? ''
}

/** `''` when there is a `Link` without a next page, `null` when there is no `Link`. */
function pageInLink(link: string | null): string | null {
  if (link === null) return null
  const next = /<([^>]+)>\s*;\s*rel="?next"?/.exec(link)?.[1]
  return next && URL.canParse(next) ? (new URL(next).searchParams.get('page') ?? '') : ''
}
