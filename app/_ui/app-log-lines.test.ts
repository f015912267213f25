import { expect, test } from 'vitest'
import { createAppLogLines, type StreamedLines } from './app-log-lines.ts'
import { shownLines } from './log-text.ts'

const streamed = (from: number, to: number, more: Partial<StreamedLines> = {}): StreamedLines => ({
  anew: false,
  skipped: 0,
  lines: Array.from({ length: to - from + 1 }, (_, index) => ({
    id: from + index,
    at: new Date(Date.UTC(2026, 10, 24, 12, 0, from + index)).toISOString(),
    process: 'web.1',
    text: `line ${from + index}`,
    by: 'app' as const,
  })),
  ...more,
})

function words({ shown }: ReturnType<typeof createAppLogLines>): string[] {
  return shown().lines.map((line) => line.words)
}

test('lines are shown as they come, skipped ones as their number', () => {
  const log = createAppLogLines()
  log.take(streamed(1, 2, { anew: true }))
  log.take(streamed(1403, 1403, { skipped: 1400 }))
  expect(words(log)).toEqual(['line 1', 'line 2', '… 1,400 lines skipped', 'line 1403'])
  const ids = log.shown().lines.map(({ id }) => id)
  expect(ids).toEqual(ids.toSorted((one, other) => one - other))
  expect(log.shown().processes).toEqual(['web.1'])
})

test('after Berth opened the log anew, what is shown already is not shown again', () => {
  const log = createAppLogLines()
  log.take(streamed(5, 8, { anew: true }))
  log.take({ anew: true, skipped: 0, lines: [] })
  log.take(streamed(3, 7))
  log.take(streamed(8, 10))
  expect(words(log)).toEqual(['line 5', 'line 6', 'line 7', 'line 8', 'line 9', 'line 10'])
})

test('no more is kept than is shown', () => {
  const log = createAppLogLines()
  for (let from = 1; from <= 3000; from += 300) log.take(streamed(from, from + 299))
  expect(log.shown().lines).toHaveLength(shownLines)
  expect(log.shown().dropped).toBe(3000 - shownLines)
  expect(words(log).at(-1)).toBe('line 3000')
})

test('a paused log stands still, counts what waits, and shows it afterwards', () => {
  const log = createAppLogLines()
  log.take(streamed(1, 2))
  const before = log.shown().lines
  log.pause()
  log.take(streamed(3, 5))
  expect(log.shown()).toMatchObject({ waiting: 3 })
  expect(log.shown().lines).toBe(before)
  log.resume()
  expect(words(log)).toEqual(['line 1', 'line 2', 'line 3', 'line 4', 'line 5'])
  expect(log.shown().waiting).toBe(0)
  log.take(streamed(6, 6))
  expect(words(log).at(-1)).toBe('line 6')
})

test('a log that is paused for long keeps the last lines and says how many it does not have', () => {
  const log = createAppLogLines()
  log.pause()
  for (let from = 1; from <= 3000; from += 300) log.take(streamed(from, from + 299))
  expect(log.shown().waiting).toBe(3000)
  log.resume()
  expect(log.shown().lines).toHaveLength(shownLines)
  expect(log.shown()).toMatchObject({ waiting: 0, dropped: 3000 - shownLines })
})

test('the processes that one can choose of are bounded', () => {
  const log = createAppLogLines()
  const [line] = streamed(1, 1).lines
  if (!line) throw new Error('There is no line.')
  const lines = Array.from({ length: 100 }, (_, index) => ({ ...line, process: `web.${index}` }))
  log.take({ anew: true, skipped: 0, lines })
  expect(log.shown().processes).toHaveLength(20)
})
