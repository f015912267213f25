import { describe, expect, test } from 'vitest'
import type { FreezePeriod } from '#lib/domain/freeze.ts'
import { freezeNow } from './freeze-window.ts'

/** From Friday 23:00 until Monday 07:00, as GitLab's documentation has it. */
const weekend: FreezePeriod = { id: 3, freezeStart: '0 23 * * 5', freezeEnd: '0 7 * * 1', timeZone: 'UTC' }

const frozen = (period: Partial<FreezePeriod>, asOf: string) => freezeNow([{ ...weekend, ...period }], new Date(asOf))

describe('a weekend', () => {
  test.each([
    ['2026-11-27T22:59:59.999Z', false],
    ['2026-11-27T23:00:00.000Z', true],
    ['2026-11-27T23:00:00.001Z', true],
    ['2026-11-29T12:00:00.000Z', true],
    ['2026-11-30T06:59:59.999Z', true],
    ['2026-11-30T07:00:00.000Z', false],
    ['2026-12-02T12:00:00.000Z', false],
  ])('at %s: frozen %s', (asOf, expected) => {
    expect(frozen({}, asOf) !== null).toBe(expected)
  })

  test('says from when until when, by its own clock', () => {
    expect(frozen({ timeZone: 'Asia/Tokyo' }, '2026-11-28T12:00:00Z')).toEqual({
      startsAt: new Date('2026-11-27T14:00:00Z'),
      endsAt: new Date('2026-11-29T22:00:00Z'),
      words: "A freeze period of GitLab's lasts from Fri 27 Nov 23:00 until Mon 30 Nov 07:00 (Asia/Tokyo).",
    })
  })

  test.each([
    ['2026-11-27T13:59:59Z', false],
    ['2026-11-27T14:00:00Z', true],
    ['2026-11-29T21:59:59Z', true],
    ['2026-11-29T22:00:00Z', false],
  ])('in Tokyo, at %s: frozen %s', (asOf, expected) => {
    expect(frozen({ timeZone: 'Asia/Tokyo' }, asOf) !== null).toBe(expected)
  })

  test('begins anew where a start comes again before the end', () => {
    const daily = { freezeStart: '0 0 * * *', freezeEnd: '0 7 * * 1' }
    expect(frozen(daily, '2026-11-29T12:00:00Z')?.endsAt).toEqual(new Date('2026-11-30T07:00:00Z'))
    expect(frozen(daily, '2026-11-30T07:00:00Z')).toBeNull()
  })
})

describe('when the clock changes', () => {
  test('the freeze still ends at seven by the wall', () => {
    const berlin = { timeZone: 'Europe/Berlin' }
    expect(frozen(berlin, '2026-03-28T12:00:00Z')?.endsAt).toEqual(new Date('2026-03-30T05:00:00Z'))
    expect(frozen(berlin, '2026-10-24T12:00:00Z')?.endsAt).toEqual(new Date('2026-10-26T06:00:00Z'))
  })

  // Berlin, 29 March 2026: the clock goes from 02:00 (01:00Z) straight to 03:00.
  test.each([
    ['2026-03-29T00:29:59Z', false],
    ['2026-03-29T00:30:00Z', true],
    ['2026-03-29T02:00:00Z', true],
    ['2026-03-29T03:59:59Z', true],
    ['2026-03-29T04:00:00Z', false],
  ])('a start that the clock leaps over is not lost: at %s frozen %s', (asOf, expected) => {
    const night = { freezeStart: '30 2 * * *', freezeEnd: '0 6 * * *', timeZone: 'Europe/Berlin' }
    expect(frozen(night, asOf) !== null).toBe(expected)
  })

  test('an end that the clock leaps over comes that night all the same, on its later side', () => {
    const night = { freezeStart: '0 22 * * *', freezeEnd: '30 2 * * *', timeZone: 'Europe/Berlin' }
    expect(frozen(night, '2026-03-29T01:29:59Z')?.endsAt).toEqual(new Date('2026-03-29T01:30:00Z'))
    expect(frozen(night, '2026-03-29T01:30:00Z')).toBeNull()
  })

  // Berlin, 25 October 2026: 02:30 comes at 00:30Z, and again at 01:30Z.
  test.each([
    ['2026-10-25T00:29:59Z', false],
    ['2026-10-25T00:30:00Z', true],
    ['2026-10-25T01:15:00Z', true],
    ['2026-10-25T01:30:00Z', true],
  ])('an hour that comes twice starts it the first time: at %s frozen %s', (asOf, expected) => {
    const night = { freezeStart: '30 2 * * *', freezeEnd: '0 6 * * *', timeZone: 'Europe/Berlin' }
    expect(frozen(night, asOf) !== null).toBe(expected)
  })

  test.each([
    ['2026-10-25T01:29:59Z', true],
    ['2026-10-25T01:30:00Z', false],
  ])('and ends it the second time: at %s frozen %s', (asOf, expected) => {
    const night = { freezeStart: '0 22 * * *', freezeEnd: '30 2 * * *', timeZone: 'Europe/Berlin' }
    expect(frozen(night, asOf) !== null).toBe(expected)
  })
})

describe('what cannot be understood is a freeze, with words', () => {
  test.each<[Partial<FreezePeriod>, string]>([
    [{ timeZone: 'Nowhere/City' }, '"Nowhere/City" is not the IANA name of a time zone'],
    [{ timeZone: '' }, '"" is not the IANA name of a time zone'],
    [{ freezeStart: '' }, 'its start "" is not a cron line of five fields'],
    [{ freezeStart: 'on Fridays' }, 'its start "on Fridays" is not a cron line of five fields'],
    [{ freezeEnd: '0 7 * *' }, 'its end "0 7 * *" is not a cron line of five fields'],
    [{ freezeEnd: '0 0 7 * * 1' }, 'its end "0 0 7 * * 1" is not a cron line of five fields'],
    [{ freezeStart: 'H 23 * * 5' }, 'its start "H 23 * * 5" is not a cron line of five fields'],
    [{ freezeStart: '61 23 * * 5' }, 'its start "61 23 * * 5" is not a cron line of five fields'],
    [{ freezeStart: '0 0 30 2 *' }, 'its start "0 0 30 2 *" is not a cron line of five fields'],
    [
      { freezeStart: '0 7 * * 1', freezeEnd: '0 7 * * 1' },
      'it starts and ends at the same time ("0 7 * * 1" and "0 7 * * 1")',
    ],
  ])('%j', (period, doubt) => {
    expect(frozen(period, '2026-12-02T12:00:00Z')).toEqual({
      startsAt: null,
      endsAt: null,
      words: `Freeze period 3 of GitLab's cannot be understood, so it counts as a freeze: ${doubt}.`,
    })
  })

  test('also when others can be', () => {
    const periods = [weekend, { ...weekend, id: 4, timeZone: 'x' }, weekend]
    expect(freezeNow(periods, new Date('2026-11-29T12:00:00Z'))?.endsAt).toBeNull()
  })
})

test('of several freezes the longest counts', () => {
  const longer = { ...weekend, id: 4, freezeEnd: '0 9 * * 1' }
  const asOf = new Date('2026-11-29T12:00:00Z')
  for (const periods of [
    [weekend, longer],
    [longer, weekend],
  ]) {
    expect(freezeNow(periods, asOf)?.endsAt).toEqual(new Date('2026-11-30T09:00:00Z'))
  }
})

test('without periods nothing is frozen', () => {
  expect(freezeNow([], new Date('2026-11-29T12:00:00Z'))).toBeNull()
})
