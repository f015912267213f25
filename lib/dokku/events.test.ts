import { expect, test } from 'vitest'
import { dokkuEvent } from './events.ts'

const died = {
  at: '2026-11-24T01:00:00Z',
  app: 'web1',
  kind: 'died',
  process: 'web.1',
  words: 'web.1 died with exit code 1.',
}

test('what happened to an app', () => {
  expect(dokkuEvent(JSON.stringify({ ...died, more: true }))).toEqual({ ...died, at: new Date(died.at) })
  expect(dokkuEvent(JSON.stringify({ ...died, kind: 'locked', process: null }))).toMatchObject({ process: null })
})

test.each(['ready', 'alive'])('%s is a sign of life', (kind) => {
  expect(dokkuEvent(`{ "kind": "${kind}", "at": "2026-11-24T01:00:00Z" }`)).toBe('alive')
})

test.each([
  '',
  '{',
  'null',
  '[]',
  '7',
  'Error response from daemon',
  JSON.stringify({ ...died, kind: 'renamed' }),
  JSON.stringify({ ...died, at: 'yesterday' }),
  JSON.stringify({ ...died, app: '../web1' }),
  JSON.stringify({ ...died, process: 'web' }),
  JSON.stringify({ ...died, words: undefined }),
])('%s is nothing', (line) => {
  expect(dokkuEvent(line)).toBeNull()
})

test('words are one short line', () => {
  const words = `died:\n\x1b${'x'.repeat(500)}`
  expect(dokkuEvent(JSON.stringify({ ...died, words }))).toMatchObject({
    words: expect.stringMatching(/^died: x{194}$/),
  })
})
