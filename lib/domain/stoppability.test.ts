import { expect, test } from 'vitest'
import { sampleEnvironment } from './samples.ts'
import { stoppability } from './stoppability.ts'

test('an available review app may be stopped', () => {
  expect(stoppability(sampleEnvironment())).toEqual({ allowed: true })
})

test.each(['staging', 'production'] as const)(
  'a %s environment is never stopped from here, whatever its state',
  (tier) => {
    for (const state of ['available', 'stopping', 'stopped'] as const) {
      expect(stoppability(sampleEnvironment({ tier, state, name: 'live' }))).toEqual({
        allowed: false,
        reason: expect.stringContaining(`live is a ${tier} environment`),
      })
    }
  },
)

test.each(['stopping', 'stopped'] as const)('one that is %s is not asked again', (state) => {
  expect(stoppability(sampleEnvironment({ state }))).toEqual({
    allowed: false,
    reason: expect.stringContaining(`${state} already`),
  })
})
