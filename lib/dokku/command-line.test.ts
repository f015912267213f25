import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BerthError } from '#lib/domain/errors.ts'
import { commandLine } from './command-line.ts'

/** What reaches Dokku of a line, as FACTS measured it: `xargs -n 1` runs `echo` for each word; a line with `git` is only split. */
function arrivesAs(line: string): string[] {
  if (line.includes('git')) return line.split(/[ \t\n]+/).filter(Boolean)
  return xargsWords(line).filter((word) => !/^(-[neE]+|--help|--version)$/.test(word))
}

/** GNU xargs: quotes do not nest nor span lines, a backslash outside of them keeps the next character, blanks part words. */
function xargsWords(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let quote: string | undefined
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string
    if (quote !== undefined) {
      if (character === '\n') throw new Error('unmatched quote')
      if (character === quote) quote = undefined
      else word += character
    } else if (character === "'" || character === '"') {
      quote = character
      word ??= ''
    } else if (character === '\\') {
      word = (word ?? '') + (line[++at] ?? '')
    } else if (/[ \t\n]/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? '') + character
    }
  }
  if (quote !== undefined) throw new Error('unmatched quote')
  return word === undefined ? words : [...words, word]
}

describe('words that a real host took arrive unchanged', () => {
  test.each([
    ['A=two words'],
    ["O=it's"],
    ['N="oops'],
    [`BOTH='"'"'`],
    ['E=$HOME', 'F=$(id)', 'G=`id`'],
    ['H=a;b', 'I=c;d', 'J=x&y'],
    ['K=*', 'L=/etc/h*'],
    ['U=a  b   c'],
    ['T=héé☃'],
    ['S='],
    ['V=LW4gIngiICR5J3o='],
  ])('%s %s %s', (...pairs) => {
    const words = ['config:set', '--no-restart', 'never1', ...pairs.filter((pair) => pair !== undefined)]
    expect(arrivesAs(commandLine(words))).toEqual(words)
  })
})

describe('what is not certain to arrive is refused', () => {
  test.each([
    ['swallowed', ['run', 'never1', '-e', 'FOO=1']],
    ['swallowed', ['config:set', 'never1', 'P=1', '-n', 'Q=2']],
    ['swallowed', ['logs', '-En']],
    ['swallowed', ['--version']],
    ['swallowed', ['ps', '--help']],
    ['line break', ['config:set', 'never1', 'M=l1\nl2']],
    ['control', ['config:set', 'never1', 'M=a\0b']],
    ['backslash', ['config:set', 'never1', 'D=a\\nb']],
    ['"git"', ['git:set', 'never1', 'deploy-branch', 'my branch']],
    ['"git"', ['config:set', 'legit-app', "O=it's"]],
    ['blank', ['config:set', 'never1', 'A=two ']],
    ['empty', ['config:get', 'never1', '']],
    ['no words', []],
    ['Unicode', ['config:set', 'never1', 'A=\ud800']],
    ['longer', ['config:set', '--encoded', 'never1', `W=${'a'.repeat(130_000)}`]],
  ])('%s: %j', (reason, words) => {
    expect(() => commandLine(words)).toThrowError(expect.objectContaining({ kind: 'invalid', system: 'dokku' }))
    expect(() => commandLine(words)).toThrowError(reason)
  })

  test('the refusal does not repeat the word, which may be secret', () => {
    expect(() => commandLine(['config:set', 'web1', 'KEY=hunter2\n'])).toThrowError(/^((?!hunter2).)*$/)
  })
})

test('a long line of the measured length is carried', () => {
  const words = ['config:set', `W=${'a'.repeat(129_900)}`]
  expect(arrivesAs(commandLine(words))).toEqual(words)
})

test('any words either arrive unchanged or are refused', () => {
  const awkward = fc.string({ unit: fc.constantFrom(...`ab-=: '"\\$\`*;&\t\n\0ené☃`, 'git', '-n') })
  const words = fc.array(fc.oneof(awkward, fc.string({ unit: 'binary' }), fc.constantFrom('-n', 'git:report', 'A=b')))
  let carried = 0
  fc.assert(
    fc.property(words, (some) => {
      let line: string
      try {
        line = commandLine(some)
      } catch (error) {
        expect(error).toBeInstanceOf(BerthError)
        return
      }
      carried++
      expect(arrivesAs(line)).toEqual(some)
    }),
    { numRuns: 2000, seed: 20261123 },
  )
  expect(carried).toBeGreaterThan(100)
})
