import { expect, it } from 'vitest'
import type { Page } from '#lib/gitlab/index.ts'
import { walk } from './walk.ts'

/** A list of `count` numbers in pages of 100; GitLab does not count lists above 10,000 rows. */
function list(count: number, { counted = true } = {}) {
  const asked: number[] = []
  const askPage = async (page: number): Promise<Page<number>> => {
    asked.push(page)
    const items = Array.from(
      { length: Math.min(100, count - (page - 1) * 100) },
      (_, index) => (page - 1) * 100 + index,
    )
    return { items, nextPage: page * 100 < count ? page + 1 : null, total: counted ? count : null }
  }
  return { asked, askPage }
}

it.each([0, 1, 100, 101, 950])('reads each page of %i items once', async (count) => {
  const { asked, askPage } = list(count)
  const { items, complete } = await walk(askPage, { maxPages: 50 })
  expect({ count: items.length, complete }).toEqual({ count, complete: true })
  expect(asked).toEqual(Array.from({ length: Math.max(1, Math.ceil(count / 100)) }, (_, index) => index + 1))
})

it('follows the next page where GitLab does not count', async () => {
  const { askPage } = list(450, { counted: false })
  expect(await walk(askPage, { maxPages: 50 })).toMatchObject({ items: { length: 450 }, complete: true })
})

it.each([true, false])('is not complete when the list is longer than it may read (counted: %s)', async (counted) => {
  const { asked, askPage } = list(450, { counted })
  expect(await walk(askPage, { maxPages: 3 })).toMatchObject({ items: { length: 300 }, complete: false })
  expect(asked).toEqual([1, 2, 3])
})

it('is not complete when the list moved meanwhile', async () => {
  const { askPage } = list(250)
  const moving = async (page: number) => ({ ...(await askPage(page)), total: page === 3 ? 249 : 250 })
  expect(await walk(moving, { maxPages: 50 })).toMatchObject({ complete: false })
})

it('is an error, never half a list, when a page cannot be read', async () => {
  const { askPage } = list(450)
  const failing = async (page: number) => (page === 4 ? Promise.reject(new Error('502')) : askPage(page))
  await expect(walk(failing, { maxPages: 50 })).rejects.toThrow('502')
})
