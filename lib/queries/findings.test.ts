import { describe, expect, test } from 'vitest'
import { parseFindingQuery } from './findings.ts'

const standard = { projectId: null, host: null, kind: null, state: 'open', page: 1 }

describe('the list’s part of an address', () => {
  test.each([
    ['', standard],
    [
      'project=42&kind=stale&state=snoozed&page=3',
      { ...standard, projectId: 42, kind: 'stale', state: 'snoozed', page: 3 },
    ],
    ['host=review&state=closed', { ...standard, host: 'review', state: 'closed' }],
    ['project=;DROP&host=../x&kind=;&state=;&page=-1', standard],
    ['project=99999999999&page=1.5', standard],
    ['project=&host=&kind=', standard],
  ])('%s', (address, query) => {
    expect(parseFindingQuery(new URLSearchParams(address))).toEqual(query)
  })

  test('what is given twice is not guessed at', () => {
    expect(parseFindingQuery({ kind: ['stale', 'app-down'], project: ['1', '2'] })).toEqual(standard)
  })
})
