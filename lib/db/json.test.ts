import { expect, test } from 'vitest'
import { revive } from './json.ts'

const text = '2026-11-23T09:00:00.000Z'
const instant = new Date(text)

test.each([
  ['a key that ends in At', { observedAt: text }, { observedAt: instant }],
  [
    'at any depth, in arrays too',
    { rows: [{ deployment: { changedAt: text } }] },
    { rows: [{ deployment: { changedAt: instant } }] },
  ],
  ['another key keeps its text', { title: text }, { title: text }],
  ['a text that is no instant stays', { observedAt: 'yesterday' }, { observedAt: 'yesterday' }],
  ['null stays null', { autoStopAt: null }, { autoStopAt: null }],
  ['an offset is understood', { closedAt: '2026-11-23T18:00:00+09:00' }, { closedAt: instant }],
  ['a bare value', 7, 7],
  ['texts in an array of such a key are not instants', { At: [text] }, { At: [text] }],
])('%s', (_, stored, expected) => {
  expect(revive(stored)).toEqual(expected)
})
