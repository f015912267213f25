import { expect, test } from 'vitest'
import { bytes } from './bytes.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [23_400_000, '23 MB'],
  [1_440_000_000, '1.4 GB'],
  [512_000_000_000, '512 GB'],
])('%d bytes are %s', (count, words) => expect(bytes(count)).toBe(words))
