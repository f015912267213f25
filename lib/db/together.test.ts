import { expect, test } from 'vitest'
import { together } from './together.ts'

const reader = () => {
  let reads = 0
  return async () => {
    reads += 1
    const own = reads
    await Promise.resolve()
    return own
  }
}

test('whoever asks while a read is under way gets its answer', async () => {
  const read = reader()
  expect(await Promise.all([together('board', read), together('board', read), together('board', read)])).toEqual([
    1, 1, 1,
  ])
})

test('whoever asks afterwards gets a new one', async () => {
  const read = reader()
  expect([await together('board', read), await together('board', read)]).toEqual([1, 2])
})

test('different questions are read apart', async () => {
  const read = reader()
  expect(await Promise.all([together('one', read), together('other', read)])).toEqual([1, 2])
})

test('a failed read fails for those who waited, and is not kept', async () => {
  const failing = () => together('board', () => Promise.reject(new Error('away')))
  await expect(Promise.all([failing(), failing()])).rejects.toThrow('away')
  expect(await together('board', reader())).toBe(1)
})
