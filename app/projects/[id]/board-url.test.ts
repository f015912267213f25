import { expect, test } from 'vitest'
import type { BoardQuery } from '#lib/domain/board.ts'
import { boardHref } from './board-url.ts'

const plain: BoardQuery = { q: '', filter: 'all', sort: 'active', direction: 'desc', page: 1 }

test('the plain view has the plain address', () => {
  expect(boardHref(42, plain)).toBe('/projects/42')
})

test('what differs from the default stands in the address, safely written', () => {
  expect(boardHref(42, { ...plain, q: 'a&b #1', filter: 'up', page: 3 })).toBe(
    '/projects/42?q=a%26b+%231&filter=up&page=3',
  )
})

test('a sort is written without the direction that it starts with', () => {
  expect(boardHref(42, { ...plain, sort: 'branch', direction: 'asc' })).toBe('/projects/42?sort=branch')
  expect(boardHref(42, { ...plain, sort: 'branch', direction: 'desc' })).toBe('/projects/42?sort=branch&direction=desc')
  expect(boardHref(42, { ...plain, direction: 'asc' })).toBe('/projects/42?direction=asc')
})

test('an overlay keeps the view below it', () => {
  expect(boardHref(42, { ...plain, filter: 'up' }, { promote: 7, operation: 'x' })).toBe(
    '/projects/42?filter=up&promote=7&operation=x',
  )
})
