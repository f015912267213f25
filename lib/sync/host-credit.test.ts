import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { affordable, burstSeconds, type Credit, credit } from './host-credit.ts'

const startAt = new Date('2026-11-23T12:00:00Z')
const secondsAfter = (seconds: number, since = startAt) => new Date(since.getTime() + seconds * 1000)
const tenPercent = { sharePercent: 10 }

describe('credit', () => {
  it('begins with a burst', () => {
    expect(credit(null, { ...tenPercent, asOf: startAt })).toEqual({ seconds: burstSeconds, countedAt: startAt })
  })

  it.each([
    [0, 0, 0],
    [10, 0, 1],
    [10, -0.5, 0.5],
    [31, 0, 3.1],
    [-3600, 1, 1],
  ])('after %d s, having had %d s, is %d s', (elapsed, seconds, expected) => {
    const now = credit({ seconds, countedAt: startAt }, { ...tenPercent, asOf: secondsAfter(elapsed) })
    expect(now.seconds).toBeCloseTo(expected)
    expect(now.countedAt).toEqual(secondsAfter(elapsed))
  })

  it.each([
    [-1, -1],
    [2.9, 2.9],
    [3.1, 3],
    [8640, 3],
  ])('of %d s lets questions take %d s', (seconds, expected) => {
    expect(affordable({ seconds, countedAt: startAt })).toEqual({ seconds: expected, countedAt: startAt })
  })

  it('lets nobody take more than the share of any run, a burst and one question', () => {
    const look = fc.record({
      pauseSeconds: fc.double({ min: 0, max: 400, noNaN: true }),
      /** Of the part of the share that reading takes of the pause before it. */
      readingPart: fc.double({ min: 0, max: 1, noNaN: true }),
      questionSeconds: fc.array(fc.double({ min: 0.01, max: 20, noNaN: true }), { maxLength: 30 }),
    })
    fc.assert(
      fc.property(fc.array(look, { maxLength: 40 }), fc.integer({ min: 1, max: 100 }), (looks, sharePercent) => {
        let now = startAt
        let held: Credit | null = null
        let spent = 0
        let dearest = 0
        for (const { pauseSeconds, readingPart, questionSeconds } of looks) {
          now = secondsAfter(pauseSeconds, now)
          held = credit(held, { sharePercent, asOf: now })
          const readingSeconds = (pauseSeconds * sharePercent * readingPart) / 100
          held = affordable({ ...held, seconds: held.seconds - readingSeconds })
          now = secondsAfter(readingSeconds, now)
          spent += readingSeconds
          for (const seconds of questionSeconds) {
            if (held.seconds <= 0) break
            held = { ...held, seconds: held.seconds - seconds }
            now = secondsAfter(seconds, now)
            spent += seconds
            dearest = Math.max(dearest, seconds)
          }
          // The host is read first, and had the pause before to earn that.
          const elapsed = (now.getTime() - startAt.getTime()) / 1000
          expect(spent).toBeLessThanOrEqual((elapsed * sharePercent) / 100 + burstSeconds + dearest + 0.01)
        }
      }),
    )
  })
})
