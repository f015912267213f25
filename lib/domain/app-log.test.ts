import { expect, test } from 'vitest'
import { repeatsOf } from './app-log.ts'

const told = (second: number | null, text: string, process = 'web.1') => ({
  at: second === null ? null : new Date(Date.UTC(2026, 10, 23, 12, 0, second)),
  process,
  text,
})

test('a line that was given is a repeat once; the same again is new', () => {
  const isRepeat = repeatsOf([told(1, 'GET /')])
  expect(isRepeat(told(1, 'GET /'))).toBe(true)
  expect(isRepeat(told(1, 'GET /'))).toBe(false)
})

test('another time, text or process makes another line', () => {
  const isRepeat = repeatsOf([told(1, 'GET /')])
  expect(isRepeat(told(2, 'GET /'))).toBe(false)
  expect(isRepeat(told(1, 'GET /up'))).toBe(false)
  expect(isRepeat(told(1, 'GET /', 'web.2'))).toBe(false)
})

test('what is older than everything that was given was given before it', () => {
  const isRepeat = repeatsOf([told(null, 'noise'), told(5, 'oldest kept'), told(9, 'last')])
  expect(isRepeat(told(4, 'dropped since'))).toBe(true)
  expect(isRepeat(told(5, 'at the same moment'))).toBe(false)
})

test('nothing repeats a log that was empty', () => {
  expect(repeatsOf([])(told(1, 'first'))).toBe(false)
  expect(repeatsOf([])(told(null, 'first'))).toBe(false)
})
