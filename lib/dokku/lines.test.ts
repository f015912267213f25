import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLines } from './lines.ts'

test('lines come whole, however the text is cut', () => {
  const cut = fc.record({ text: fc.string({ unit: fc.constantFrom('a', 'b', '\n') }), sizes: fc.array(fc.nat(5)) })
  fc.assert(
    fc.property(cut, ({ text, sizes }) => {
      const lines: string[] = []
      const add = createLines((line) => lines.push(line))
      let at = 0
      for (const size of sizes) {
        add(text.slice(at, at + size))
        at += size
      }
      add(text.slice(at))
      expect(lines).toEqual(text.split('\n').slice(0, -1))
    }),
    { seed: 20261124 },
  )
})

test('a line without end is not waited for', () => {
  const lines: string[] = []
  const add = createLines((line) => lines.push(line))
  for (let piece = 0; piece < 100; piece++) add('x'.repeat(1024))
  add('the end of it\nnext\n')
  expect(lines).toEqual(['next'])
})
