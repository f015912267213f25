import { expect, test } from 'vitest'
import { logLines } from './log-text.ts'

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
