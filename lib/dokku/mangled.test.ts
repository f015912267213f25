import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BerthError } from '#lib/domain/errors.ts'
import { appNames, deployedSha, domains } from './apps.ts'
import { changeFailure, commandFailure, saysMissing, saysUndeployed, saysUnlocked } from './command-failure.ts'
import { configKeys } from './config-keys.ts'
import { dokkuEvent } from './events.ts'
import type { CommandOutput } from './output.ts'
import { pluginsIn, versionIn } from './plugins.ts'
import { processReport } from './processes.ts'
import { recorded, recordedNames } from './recordings.ts'
import { reportsByApp } from './reports.ts'
import { scaleIn } from './scale.ts'
import { scriptedSnapshot } from './scripted-snapshot.ts'
import { service, serviceNames } from './services.ts'
import { hostSnapshot } from './snapshot.ts'

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
  ({ stdout }) => configKeys('web1', stdout),
  ({ stdout }) => scaleIn(stdout),
  ({ stdout }) => hostSnapshot('review', stdout),
  ({ stdout }) => stdout.split('\n').map(dokkuEvent),
  (output) => commandFailure('x:y', 'review', output),
  (output) => changeFailure(['x:y', 'web1'], 'review', output),
  (output) => [saysMissing(output, 'web1'), saysUndeployed(output, 'web1'), saysUnlocked(output)],
]

const events = ['{"kind":"ready","at":"2026-11-24T01:00:00Z"}', '{"at":"x","app":"web1","kind":"died","words":""}']

const outputs: CommandOutput[] = [
  ...recordedNames().map((name) => recorded(name)),
  { exitCode: 0, stdout: JSON.stringify(scriptedSnapshot()), stderr: '' },
  { exitCode: 0, stdout: events.join('\n'), stderr: '' },
]

/** Recorded output with pieces cut out, doubled, or replaced by rubbish. */
const mangled = fc
  .record({
    recording: fc.constantFrom(...outputs),
    cuts: fc.array(fc.record({ at: fc.nat(), length: fc.nat(200), rubbish: fc.string({ unit: 'binary' }) }), {
      maxLength: 4,
    }),
  })
  .map(({ recording: { stdout, stderr }, cuts }) => {
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

/** A snapshot with one value, somewhere in it, replaced by any other. */
const spoiled = fc.record({ at: fc.nat(), rubbish: fc.jsonValue() }).map(({ at, rubbish }) => {
  const places = JSON.stringify(scriptedSnapshot()).match(/:/g)?.length ?? 0
  let place = 0
  return JSON.stringify(scriptedSnapshot(), (_key, value) => (place++ === at % places ? rubbish : value))
})

test('a snapshot with anything in the place of anything is read or refused', () => {
  let read = 0
  fc.assert(
    fc.property(spoiled, (text) => {
      try {
        expect(hostSnapshot('review', text).apps).toBeInstanceOf(Array)
        read++
      } catch (error) {
        expect(error).toBeInstanceOf(BerthError)
        expect((error as Error).message.length).toBeLessThan(300)
      }
    }),
    { numRuns: 2000, seed: 20261124 },
  )
  expect(read).toBeGreaterThan(100)
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
