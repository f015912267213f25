import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createLineReader, longestLine, type ReadLine } from './app-log-lines.ts'

const recorded = (name: string): string => readFileSync(new URL(`recordings/${name}.stdout`, import.meta.url), 'utf8')

function linesOf(...pieces: string[]): ReadLine[] {
  const reader = createLineReader()
  return [...pieces.flatMap((piece) => reader.take(piece)), ...reader.rest()]
}

test('a followed log, as Dokku 0.38 prints it', () => {
  expect(linesOf(recorded('09-logs-tail'))).toEqual([
    {
      at: new Date('2026-11-23T20:30:35.573Z'),
      process: 'web.1',
      text: '[::ffff:172.17.0.1]:59476: response:200',
      by: 'app',
    },
  ])
})

test.each(['09-logs', '09-logs-process'])('every line of %s has its time and process', (name) => {
  const lines = linesOf(recorded(name))
  expect(lines).toHaveLength(3)
  for (const { at, process, text } of lines) {
    expect(at?.getUTCFullYear()).toBe(2026)
    expect(process).toMatch(/^(?:web|worker)\.1$/)
    expect(text).not.toMatch(/\u001b|app\[/)
  }
})

test('however the text is cut into pieces, the lines are the same', () => {
  const whole = recorded('09-logs')
  for (const size of [1, 2, 3, 7, 64])
    expect(linesOf(...(whole.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []))).toEqual(linesOf(whole))
})

test('the colours of the app stay, whatever colour Dokku gives to the process', () => {
  const line = '\u001b[33m2026-11-23T20:28:42.729730005Z app[worker.2]:\u001b[0m \u001b[31mfailed\u001b[0m'
  expect(linesOf(line)).toMatchObject([{ process: 'worker.2', text: '\u001b[31mfailed\u001b[0m' }])
})

test('a password in an address is left out', () => {
  expect(linesOf('no answer from postgres://app:hunter2@db:5432\n')).toMatchObject([
    { text: 'no answer from postgres://app:…@db:5432' },
  ])
})

test('what has no time and process is a line as it is', () => {
  const strange = [
    'Error response from daemon: No such container',
    '2026-13-99T99:99:99Z app[web.1]: no such moment',
    '2026-11-23T20:28:46Z web.1: no app',
    '',
  ]
  expect(linesOf(`${strange.join('\n')}\n`)).toEqual(
    strange.map((text) => ({ at: null, process: null, text, by: 'app' })),
  )
})

test('line ends of other systems are none of the text, and NUL and half characters are shown as such', () => {
  expect(linesOf('one\r\ntwo\0\r\n\ud83dhalf').map(({ text }) => text)).toEqual(['one', 'two\ufffd', '\ufffdhalf'])
})

test('the text that a log breaks off in is a line, and the end of a line is none', () => {
  expect(linesOf('whole\nbroken').map(({ text }) => text)).toEqual(['whole', 'broken'])
  expect(linesOf('whole\n')).toHaveLength(1)
})

test('a line too long is cut, says so, and ends where it ends', () => {
  const lines = linesOf('a'.repeat(longestLine), 'b'.repeat(1500), '\nnext\n')
  expect(lines.map(({ text }) => text)).toEqual([`${'a'.repeat(longestLine)} … 1,500 characters more`, 'next'])
  expect(linesOf('a'.repeat(longestLine))).toMatchObject([{ text: 'a'.repeat(longestLine) }])
})

test('mangled recordings are lines too', () => {
  const whole = recorded('09-logs')
  for (let at = 0; at < whole.length; at += 1) {
    const mangled = `${whole.slice(0, at)}\ufffd\0\u001b[${whole.slice(at + 3)}`
    for (const { text, at: stamp } of linesOf(mangled)) {
      expect(text).not.toMatch(/[\n\0]/)
      expect(stamp === null || !Number.isNaN(stamp.getTime())).toBe(true)
    }
  }
})
