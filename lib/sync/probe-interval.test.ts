import { expect, it } from 'vitest'
import type { ProbeFailure } from '#lib/domain/url-probe.ts'
import { nextProbeAt, type Probed } from './probe-interval.ts'

const asOf = new Date('2026-11-23T12:00:00Z')

const probed = (more: Partial<Probed> = {}): Probed => ({
  failures: 0,
  failingSince: null,
  failure: null,
  watched: false,
  inLane: false,
  ...more,
})

const failingFor = (seconds: number, failures: number, kind: ProbeFailure = 'timeout'): Partial<Probed> => ({
  failures,
  failingSince: new Date(asOf.getTime() - seconds * 1000),
  failure: { kind, words: 'It failed.' },
})

const seconds = (more: Partial<Probed>, probeSeconds = 300, chance = 0.5) =>
  (nextProbeAt(probed(more), { probeSeconds }, asOf, chance).getTime() - asOf.getTime()) / 1000

it.each([
  ['an ordinary review app', {}, 300],
  ['staging and production', { inLane: true }, 30],
  ['what somebody looks at', { watched: true }, 10],
  ['the first failure', failingFor(0, 1), 5],
  ['the first failure of what somebody looks at', { ...failingFor(0, 1), watched: true }, 5],
  ['the second failure', failingFor(5, 2), 30],
  ['a failure of ten minutes', failingFor(600, 20), 30],
  ['a failure of an hour', failingFor(3_600, 60), 180],
  ['a failure of a day', failingFor(86_400, 300), 300],
  ['a failure of a day in the lane', { ...failingFor(86_400, 300), inLane: true }, 30],
  ['a failure of a day that somebody looks at', { ...failingFor(86_400, 300), watched: true }, 10],
  ['a name that is not known', failingFor(5, 2, 'name'), 30],
  ['a name that was not known for five minutes', failingFor(300, 6, 'name'), 300],
  ['a name that was not known for a day', failingFor(86_400, 60, 'name'), 900],
  ['an address that may not be entered', { failure: { kind: 'address' as const, words: 'It is private.' } }, 300],
])('asks again after %s', (_, more, expected) => {
  expect(seconds(more)).toBe(expected)
})

it('spreads the probes by a tenth either way', () => {
  expect([seconds({}, 300, 0), seconds({}, 300, 1)]).toEqual([270, 330])
})

it('asks the lane no less often than a review app', () => {
  expect(seconds({ inLane: true }, 10)).toBe(10)
})
