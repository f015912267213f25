import { expect, test } from 'vitest'
import { logLine, logLines, markedSpans, patternOf, plainText } from './log-text.ts'

const control = '\u001b['
const textOf = (log: string): string[] => logLines(log).map((spans) => spans.map(({ text }) => text).join(''))

test('section markers are hidden and their headings stay', () => {
  const log = `${control}0Ksection_start:1560896352:prepare[collapsed=true]\r${control}0KPreparing\n$ rake\n${control}0Ksection_end:1560896353:prepare\r${control}0K\n`
  expect(textOf(log)).toEqual(['Preparing', '$ rake', ''])
})

test('colours become the tone that they are used for, across lines, until they are reset', () => {
  expect(logLines(`${control}31;1mERROR\nstill${control}0;m plain`)).toEqual([
    [{ text: 'ERROR', tone: 'critical', bold: true }],
    [
      { text: 'still', tone: 'critical', bold: true },
      { text: ' plain', tone: null, bold: false },
    ],
  ])
})

test('a colour that is unknown changes nothing', () => {
  expect(
    logLines(`${control}35mmagenta ${control}48;5;9mback`)
      .flat()
      .every(({ tone }) => tone === null),
  ).toBe(true)
})

test('progress that rewrites its line is shown as its last state', () => {
  expect(textOf('10%\r50%\r100%\r\ndone')).toEqual(['100%', 'done'])
})

test("a runner's time stamps are left out", () => {
  expect(textOf('2026-11-23T12:43:46.962646Z 00O -----> Building')).toEqual(['-----> Building'])
})

test('an empty log has one empty line', () => {
  expect(logLines('')).toEqual([[]])
})

test('a colour of many is none of the meanings, and a background changes nothing', () => {
  const red = { text: 'red', tone: 'critical', bold: false }
  expect(logLine(`${control}38;5;31mblue`)).toEqual([{ text: 'blue', tone: null, bold: false }])
  expect(logLine(`${control}38;2;31;32;33mgrey`)).toEqual([{ text: 'grey', tone: null, bold: false }])
  expect(logLine(`${control}31;48;5;32mred`)).toEqual([red])
  expect(logLine(`${control}38;5;200;31mred`)).toEqual([red])
})

test('a line that stands for itself begins without colour and shows no control characters', () => {
  expect(logLine(`${control}31mone${control}0m two\u0007\u001b\u0000`)).toEqual([
    { text: 'one', tone: 'critical', bold: false },
    { text: ' two', tone: null, bold: false },
  ])
  expect(plainText(logLine('10%\r100%'))).toBe('100%')
})

/** What is found, in brackets. */
function marked(line: string, words: string): string {
  const pattern = patternOf(words)
  if (!pattern) return line
  return markedSpans(logLine(line), pattern)
    .map(({ text, isFound }) => (isFound ? `[${text}]` : text))
    .join('')
}

test('words are found in any case, again and again, across colours', () => {
  expect(marked('Error: no error', 'ERROR')).toBe('[Error]: no [error]')
  expect(marked(`an er${control}31mror${control}0m here`, 'error')).toBe('an [er][ror] here')
  expect(marked('aaa', 'aa')).toBe('[aa]a')
  expect(marked('nothing', 'else')).toBe('nothing')
})

test('words are no pattern', () => {
  expect(marked('GET /?q=(a.b)*c[0]', '(a.b)*c[')).toBe('GET /?q=[(a.b)*c[]0]')
  expect(marked('axb', 'a.b')).toBe('axb')
  expect(marked('100% + 5^2|{x}\\', '5^2|{x}\\')).toBe('100% + [5^2|{x}\\]')
  expect(patternOf('')).toBeNull()
})
