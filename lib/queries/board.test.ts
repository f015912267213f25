import { describe, expect, test } from 'vitest'
import { parseBoardQuery } from './board.ts'

const standard = { q: '', filter: 'all', sort: 'active', direction: 'desc', page: 1 }

describe('the table’s part of an address', () => {
  test.each([
    ['', standard],
    [
      'q=passkey&filter=open&sort=branch&page=3',
      { q: 'passkey', filter: 'open', sort: 'branch', direction: 'asc', page: 3 },
    ],
    ['sort=health&direction=desc', { ...standard, sort: 'health', direction: 'desc' }],
    ['filter=;DROP&sort=;DROP&direction=;&page=-1', standard],
    ['page=1.5', standard],
    ['page=99999999', standard],
    ['page=ten', standard],
    ['q=%20%20', standard],
  ])('%s', (address, query) => {
    expect(parseBoardQuery(new URLSearchParams(address))).toEqual(query)
  })

  test('words that are too long are cut, never dropped: that would show everything', () => {
    expect(parseBoardQuery({ q: 'a'.repeat(10_000) }).q).toBe('a'.repeat(300))
  })

  test('words lose what PostgreSQL cannot hold', () => {
    expect(parseBoardQuery({ q: 'pass\0key' }).q).toBe('passkey')
  })

  test('what is given twice is not guessed at', () => {
    expect(parseBoardQuery({ q: ['a', 'b'], page: ['2', '3'] })).toEqual(standard)
  })
})
