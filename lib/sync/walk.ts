import type { Page } from '#lib/gitlab/index.ts'

export interface Walk<Value> {
  items: Value[]
  /** Every page was read and the list did not move meanwhile, so that what is absent is gone. */
  complete: boolean
}

export interface WalkOptions {
  /** Pages read at most; a list that is longer is not complete. */
  maxPages: number
  /** Pages asked for at once, where GitLab tells how many there are. */
  concurrency?: number
}

const pageSize = 100

/** Reads the pages of a list. A page that cannot be read is an error, never half a list. */
export async function walk<Value>(
  askPage: (page: number) => Promise<Page<Value>>,
  { maxPages, concurrency = 4 }: WalkOptions,
): Promise<Walk<Value>> {
  const first = await askPage(1)
  const pages = [first]
  const announced = Math.min(first.total === null ? 1 : Math.ceil(first.total / pageSize), maxPages)
  for (let next = 2; next <= announced; next += concurrency) {
    const numbers = Array.from({ length: Math.min(concurrency, announced - next + 1) }, (_, index) => next + index)
    pages.push(...(await Promise.all(numbers.map(askPage))))
  }
  // GitLab counts no list above 10,000 rows, and a list may have grown since it was counted: go on while there is a page.
  let nextPage = pages.at(-1)?.nextPage ?? null
  while (nextPage !== null && pages.length < maxPages) {
    const page = await askPage(nextPage)
    pages.push(page)
    nextPage = page.nextPage
  }
  const items = pages.flatMap((page) => page.items)
  const stoodStill = pages.every(({ total }) => total === first.total) && items.length === (first.total ?? items.length)
  return { items, complete: nextPage === null && stoodStill }
}
