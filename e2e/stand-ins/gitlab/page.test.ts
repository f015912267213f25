import { expect, test } from 'vitest'
import { page } from './page.ts'
import type { Request } from './request.ts'

const request = {
  path: '/rows',
  query: new URLSearchParams('per_page=100'),
  world: { url: 'http://gitlab' },
} as Request

test.each([
  [10_000, '10000'],
  [10_001, undefined],
])('a list of %i rows has x-total %s', (count, total) => {
  const { headers = {} } = page(request, Array.from({ length: count }), () => null)
  expect(headers['x-total']).toBe(total)
  expect(headers.link?.includes('rel="last"')).toBe(total !== undefined)
  expect(headers['x-next-page']).toBe('2')
})
