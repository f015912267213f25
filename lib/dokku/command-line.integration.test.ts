import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BerthError } from '#lib/domain/errors.ts'
import { splitLine } from '../../e2e/stand-ins/dokku/words.ts'
import { commandLine } from './command-line.ts'
import * as commands from './commands.ts'

/** Words made of what a line is split and quoted by, and of what is swallowed on the way. */
const awkward = fc.string({ unit: fc.constantFrom(...`ab-=: '"\\$\`*;&|\t\n\0ené☃`, 'git', '-n', '--') })
const word = fc.oneof(
  awkward,
  fc.string({ unit: 'binary' }),
  fc.constantFrom('-n', '-e', '--version', '--force', 'A=b'),
)

test('a host splits a line into the words that it was made of, or the line was never made', () => {
  let carried = 0
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (words) => {
      let line: string
      try {
        line = commandLine(words)
      } catch (error) {
        expect(error).toBeInstanceOf(BerthError)
        return
      }
      carried++
      expect(splitLine(line)).toEqual({ words, complaint: null })
    }),
    { numRuns: 5000, seed: 20261124 },
  )
  expect(carried).toBeGreaterThan(500)
})

/** Any name that Dokku itself takes, those with `git` in them among the rest. */
const name = fc.stringMatching(/^[a-z0-9](git|[a-z0-9.-]){0,20}$/)
const counts = fc.dictionary(fc.stringMatching(/^[A-Za-z0-9](git|[A-Za-z0-9_-]){0,10}$/), fc.nat(100), { minKeys: 1 })

test('every command about any app arrives as it is meant', () => {
  fc.assert(
    fc.property(
      name,
      name,
      counts,
      fc.integer({ min: 1, max: commands.mostLogLines }),
      (app, database, scale, lines) => {
        const all = [
          commands.appsExists(app),
          commands.psReport(app, 'json'),
          commands.logsTail(app, lines),
          commands.configKeys(app),
          commands.appsDestroy(app),
          commands.serviceDestroy('postgres', database),
          commands.psScale(app, scale),
          commands.appsUnlock(app),
        ]
        for (const words of all) expect(splitLine(commandLine(words))).toEqual({ words, complaint: null })
      },
    ),
    { numRuns: 500, seed: 20261124 },
  )
})
