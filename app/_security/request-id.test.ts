import { expect, test } from 'vitest'
import { requestIdOf } from './request-id.ts'

test('the id that a proxy gave is kept', () => {
  expect(requestIdOf('0199a2b4-aaaa:7')).toBe('0199a2b4-aaaa:7')
})

test.each([null, '', 'short', 'a'.repeat(65), 'two words', 'line\nbreak', '{"json":1}'])('%j is replaced', (given) => {
  expect(requestIdOf(given)).toMatch(/^[0-9a-f-]{36}$/)
})
