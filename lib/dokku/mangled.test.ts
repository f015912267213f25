import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BerthError } from '#lib/domain/errors.ts'
import { appNames, deployedSha, domains } from './apps.ts'
import { commandFailure } from './command-failure.ts'
import type { CommandOutput } from './output.ts'
import { pluginsIn, versionIn } from './plugins.ts'
import { processReport } from './processes.ts'
import { recorded, recordedNames } from './recordings.ts'
import { reportsByApp } from './reports.ts'
import { service, serviceNames } from './services.ts'

const parsers: ((output: CommandOutput) => unknown)[] = [
  appNames,
  ({ stdout }) => deployedSha('web1', stdout),
  ({ stdout }) => domains('web1', stdout),
  ({ stdout }) => processReport('web1', stdout),
  ({ stdout }) => reportsByApp('apps:report', stdout),
  ({ stdout }) => service('postgres', 'db1', stdout),
  ({ stdout }) => pluginsIn(stdout),
  ({ stdout }) => versionIn(stdout),
  (output) => serviceNames('postgres', output),
  (output) => commandFailure('x:y', 'review', output),
]

/** Recorded output with pieces cut out, doubled, or replaced by rubbish. */
const mangled = fc
  .record({
    name: fc.constantFrom(...recordedNames()),
    cuts: fc.array(fc.record({ at: fc.nat(), length: fc.nat(200), rubbish: fc.string({ unit: 'binary' }) }), {
      maxLength: 4,
    }),
  })
  .map(({ name, cuts }) => {
    const { stdout, stderr } = recorded(name)
    const mangle = (text: string) =>
      cuts.reduce((kept, { at, length, rubbish }) => {
        const start = kept.length === 0 ? 0 : at % kept.length
        return kept.slice(0, start) + rubbish + kept.slice(start + length)
      }, text)
    return { exitCode: cuts.length, stdout: mangle(stdout), stderr: mangle(stderr) }
  })

test('parsers fed with mangled recordings fail with nothing but a short BerthError', () => {
  fc.assert(
    fc.property(mangled, fc.constantFrom(...parsers), (output, parser) => {
      try {
        parser(output)
      } catch (error) {
        expect(error).toBeInstanceOf(BerthError)
        expect((error as Error).message.length).toBeLessThan(300)
      }
    }),
    { numRuns: 3000, seed: 20261123 },
  )
})

test.each([' ', 'x', ':', '{', '=====> ', ' x', '://'])('a megabyte of %j is judged in a moment', (rubbish) => {
  const flood = `${rubbish.repeat(1_000_000 / rubbish.length)}.`
  const before = performance.now()
  for (const parser of parsers) {
    for (const text of [flood, `=====> web1 app information\n${flood}`]) {
      try {
        parser({ exitCode: 1, stdout: text, stderr: text })
      } catch (error) {
        expect(error).toBeInstanceOf(BerthError)
      }
    }
  }
  expect(performance.now() - before).toBeLessThan(3000)
})
