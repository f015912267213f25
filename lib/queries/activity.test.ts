import { describe, expect, test } from 'vitest'
import { parseActivityQuery, parseAuditExport } from './activity.ts'

const all = { projectId: null, actor: null, action: null, outcome: null, from: null, to: null, before: null }

describe('the page’s part of an address', () => {
  test.each([
    [{}, all],
    [{ project: '', actor: '', outcome: '', from: '' }, all],
    [
      { project: '42', actor: 'aiko', action: 'job.retry', outcome: 'refused', before: '7' },
      { ...all, projectId: 42, actor: 'aiko', action: 'job.retry', outcome: 'refused', before: 7 },
    ],
    [
      { from: '2026-11-01', to: '2026-11-23T10:00:00Z' },
      { ...all, from: '2026-11-01', to: '2026-11-23T10:00:00Z' },
    ],
    [
      { from: '2026-02-30', to: 'tomorrow', actor: 'aiko' },
      { ...all, actor: 'aiko' },
    ],
    [{ project: '-1', outcome: 'x', before: '0', actor: ['a', 'b'], utm: 'x' }, all],
  ])('%j', (address, query) => {
    expect(parseActivityQuery(address)).toEqual(query)
  })
})

describe('what is to be exported', () => {
  test('is JSON unless said otherwise', () => {
    expect(parseAuditExport(new URLSearchParams('outcome=failed'))).toEqual({
      query: { ...all, outcome: 'failed' },
      format: 'json',
    })
  })

  test.each(['projet=42', 'project=x', 'from=2026-02-30', 'outcome=lost', 'format=xls', 'before=7'])(
    '%s is refused, not ignored',
    (address) => {
      expect(() => parseAuditExport(new URLSearchParams(address))).toThrow(expect.objectContaining({ kind: 'invalid' }))
    },
  )
})
