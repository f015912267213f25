import { expect, test } from 'vitest'
import { changedParts } from './changes.ts'

test('each change comes with three lines around it', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1}\n`)
  const parts = changedParts(lines.join(''), lines.with(9, 'another\n').join(''))
  expect(parts).toMatchObject([{ fromLine: 7, toLine: 7 }])
  expect(parts[0]?.lines.map(({ kind }) => kind).join(' ')).toBe('same same same removed added same same same')
})

test('the same text has none, and a new file is all added', () => {
  expect(changedParts('a\n', 'a\n')).toEqual([])
  expect(changedParts('', 'a\nb\n')[0]?.lines).toEqual([
    { kind: 'added', text: 'a' },
    { kind: 'added', text: 'b' },
  ])
})
