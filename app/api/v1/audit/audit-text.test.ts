import { describe, expect, test } from 'vitest'
import type { StoredAuditEntry } from '#lib/queries/activity.ts'
import { auditCsv, auditJson } from './audit-text.ts'

const entry = (change: Partial<StoredAuditEntry> = {}): StoredAuditEntry => ({
  id: 7,
  at: new Date('2026-11-23T10:00:00Z'),
  actor: { name: 'aiko', via: 'page' },
  action: 'stop',
  projectId: 42,
  target: 'review/fix',
  operationId: null,
  outcome: 'succeeded',
  words: 'Stopped.',
  details: {},
  previousHash: 'aa',
  hash: 'bb',
  ...change,
})

async function* batches(...entries: StoredAuditEntry[][]) {
  yield* entries
}

async function textOf(text: AsyncIterable<string>): Promise<string> {
  let all = ''
  for await (const part of text) all += part
  return all
}

describe('CSV', () => {
  test('has a line of names, and a line an entry', async () => {
    expect(await textOf(auditCsv(batches([entry()], [entry({ id: 6, projectId: null, operationId: 'o' })])))).toBe(
      'id,at,actor,via,action,project,target,outcome,words,details,operation,previousHash,hash\r\n' +
        '7,2026-11-23T10:00:00.000Z,aiko,page,stop,42,review/fix,succeeded,Stopped.,{},,aa,bb\r\n' +
        '6,2026-11-23T10:00:00.000Z,aiko,page,stop,,review/fix,succeeded,Stopped.,{},o,aa,bb\r\n',
    )
  })

  test.each([
    ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
    ['+1', `'+1`],
    ['-1+2', `'-1+2`],
    ['@SUM(A1)', `'@SUM(A1)`],
    ['\t=1', `'\t=1`],
    ['\r=1', `"'\r=1"`],
    ['a, "b"\nc', '"a, ""b""\nc"'],
    ['a=b', 'a=b'],
  ])('%j is text: %j', async (words, cell) => {
    expect(await textOf(auditCsv(batches([entry({ words })])))).toContain(`,succeeded,${cell},{},`)
  })
})

describe('JSON', () => {
  test.each([[[]], [[[entry()]]], [[[entry(), entry({ id: 6 })], [entry({ id: 5 })]]]])(
    'is one array',
    async (given) => {
      const text = await textOf(auditJson(batches(...given)))
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(given.flat())))
    },
  )
})
