import { expect, test } from 'vitest'
import type { ReadLine } from './app-log-lines.ts'
import { createAppLogRing } from './app-log-ring.ts'

const line = (text: string): ReadLine => ({ at: null, process: null, text, by: 'app' })
const all = { lines: 1000, characters: 1_000_000 }

test('keeps the last lines and says how many a reader missed', () => {
  const ring = createAppLogRing({ lines: 3, characters: 10_000 })
  ring.add(['one', 'two', 'three', 'four', 'five'].map(line))
  expect(ring.after(1, all)).toMatchObject({ skipped: 1, lines: [{ id: 3, text: 'three' }, { id: 4 }, { id: 5 }] })
  expect(ring.after(2, all).skipped).toBe(0)
  expect(ring.after(4, all).lines.map(({ text }) => text)).toEqual(['five'])
  expect(ring.after(5, all)).toEqual({ skipped: 0, lines: [] })
  expect([ring.firstId, ring.lastId]).toEqual([3, 5])
})

test('counts characters too, and keeps nothing that is larger than all it may keep', () => {
  const ring = createAppLogRing({ lines: 100, characters: 1000 })
  ring.add([line('a'.repeat(700)), line('b'.repeat(700))])
  expect(ring.all().map(({ id }) => id)).toEqual([2])
  ring.add([line('c'.repeat(2000))])
  expect(ring.all()).toEqual([])
  ring.add([line('d')])
  expect(ring.after(2, all)).toMatchObject({ skipped: 1, lines: [{ id: 4 }] })
})

test('gives no more than asked for at once, but at least a line', () => {
  const ring = createAppLogRing(all)
  ring.add(Array.from({ length: 5 }, () => line('x'.repeat(500))))
  expect(ring.after(0, { lines: 2, characters: 10_000 }).lines.map(({ id }) => id)).toEqual([1, 2])
  expect(ring.after(2, { lines: 100, characters: 1 }).lines.map(({ id }) => id)).toEqual([3])
})

test('is empty at first', () => {
  const ring = createAppLogRing(all)
  expect(ring.after(0, all)).toEqual({ skipped: 0, lines: [] })
  expect([ring.firstId, ring.lastId]).toEqual([1, 0])
})
