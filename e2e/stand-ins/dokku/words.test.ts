import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitLine } from './words.ts'

const unmatched = (kind: string) =>
  `xargs: unmatched ${kind} quote; by default quotes are special to xargs unless you use the -0 option`

describe('splitLine', () => {
  it.each([
    ['apps:list', ['apps:list'], null],
    ['  a   b\tc ', ['a', 'b', 'c'], null],
    [`A="two words" B='two words' C=two\\ words`, ['A=two words', 'B=two words', 'C=two words'], null],
    ['D=a\\nb', ['D=anb'], null],
    ['logs web1 -n 2', ['logs', 'web1', '2'], null],
    ['run -e FOO=1', ['run', 'FOO=1'], null],
    ["config:set A=1 O=it's", ['config:set', 'A=1'], unmatched('single')],
    ['config:set M="l1\nl2"', ['config:set'], unmatched('double')],
    ["S=''", ['S='], null],
    ['"', [], unmatched('double')],
    ['', [''], null],
    ["git-receive-pack 'web1'", ['git-receive-pack', "'web1'"], null],
    ['git:set web1 deploy-branch "my branch"', ['git:set', 'web1', 'deploy-branch', '"my', 'branch"'], null],
  ])('%j', (line, words, complaint) => {
    expect(splitLine(line)).toEqual({ words, complaint })
  })

  const absent = spawnSync('xargs', ['--version']).stdout?.includes('GNU') ? false : 'there is no GNU xargs here'
  it.skipIf(absent)('splits as the real xargs does', () => {
    const characters = fc.constantFrom('a', 'b', '-', ' ', ' ', '"', "'", '\\', '=', '$', 'é', '*')
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 14 }), (line) => {
        fc.pre(!line.endsWith('\\'))
        const real = spawnSync('xargs', ['-n', '1'], { input: `${line}\n`, env: { ...process.env, LC_ALL: 'C' } })
        const split = splitLine(line)
        expect(split.words.map((word) => `${word}\n`).join('')).toBe(real.stdout.toString())
        expect(split.complaint ?? '').toBe(real.stderr.toString().trim())
      }),
      { numRuns: 60 },
    )
  })
})
