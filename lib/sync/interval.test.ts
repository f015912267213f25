import { describe, expect, it } from 'vitest'
import type { LookState } from '#lib/db/looks.ts'
import { dueHints, dueSources, lookIntervals, nextLookAt } from './interval.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 23, 12, 0, 0) + seconds * 1000)

const settings = {
  idleSeconds: 30,
  watchedSeconds: 1,
  hookedSeconds: 120,
  dokkuSeconds: 10,
  dokkuSharePercent: 10,
  herokuSeconds: 30,
  requestsPerMinute: 600,
}

const state = (id: string, more: Partial<LookState> = {}): LookState => ({
  id,
  attemptedAt: at(0),
  failingSince: null,
  retryAt: null,
  held: false,
  watched: false,
  readingSeconds: null,
  requests: null,
  hinted: false,
  hintedAt: null,
  hooked: false,
  ...more,
})

const many = (count: number, more: Partial<LookState>) =>
  Array.from({ length: count }, (_, index) => state(`gitlab:${index}`, more))

describe('lookIntervals', () => {
  it('are the settings while the budget is wide', () => {
    expect(lookIntervals([state('gitlab:1', { watched: true }), state('gitlab:2')], settings)).toEqual({
      watchedProject: 1,
      idleProject: 30,
      hookedProject: 120,
      hintedProject: 1,
      watchedHost: 5,
      idleHost: 10,
      hostPerReadingSecond: 20,
      watchedHeroku: 10,
      idleHeroku: 30,
      projectList: 300,
    })
  })

  it('keep all watched projects together under half the budget', () => {
    const { watchedProject } = lookIntervals(many(20, { watched: true }), settings)
    expect((20 * 3 * 60) / watchedProject).toBeLessThanOrEqual(300)
  })

  it('keep 150 idle projects under three tenths of the budget', () => {
    const { idleProject } = lookIntervals(many(150, {}), settings)
    expect((150 * 3 * 60) / idleProject).toBeCloseTo(180)
  })
})

describe('a webhook that works', () => {
  it('never makes Berth ask more often than without', () => {
    const { hookedProject } = lookIntervals([], { ...settings, hookedSeconds: 5 })
    expect(hookedProject).toBe(30)
  })
})

describe('dueHints', () => {
  it('are followed at once, then what came in a second together', () => {
    const told = [state('gitlab:1', { hinted: true }), state('gitlab:2', { hinted: true, hintedAt: at(0) })]
    expect(dueHints(told, settings, at(0.5))).toEqual([1])
    expect(dueHints(told, settings, at(6))).toEqual([1, 2])
  })

  it('wait while somebody looks, and while GitLab fails', () => {
    const told = [
      state('gitlab:1', { hinted: true, held: true }),
      state('gitlab:2', { hinted: true, failingSince: at(0) }),
      state('gitlab:3'),
    ]
    expect(dueHints(told, settings, at(600))).toEqual([])
  })

  it('keep ten projects that are told of under three twentieths of the budget', () => {
    const told = many(10, { hinted: true })
    const { hintedProject } = lookIntervals(told, settings)
    expect((10 * 3 * 60) / hintedProject).toBeLessThanOrEqual(90)
  })
})

describe('nextLookAt', () => {
  const intervals = lookIntervals([], settings)

  it.each([
    ['a watched project', state('gitlab:1', { watched: true }), 1],
    ['an idle project', state('gitlab:1'), 30],
    ['an idle project that GitLab tells of', state('gitlab:1', { hooked: true }), 120],
    ['a watched project that GitLab tells of', state('gitlab:1', { hooked: true, watched: true }), 1],
    ['a watched host', state('dokku:review', { watched: true }), 5],
    ['an idle host', state('dokku:review'), 10],
    ['a small host', state('dokku:review', { readingSeconds: 0.2 }), 10],
    ['a large host', state('dokku:review', { readingSeconds: 1.5 }), 30],
    ['a large watched host', state('dokku:review', { readingSeconds: 1.5, watched: true }), 30],
    ['the project list', state('gitlab'), 300],
    ['Heroku', state('heroku'), 30],
    ['Heroku while somebody looks', state('heroku', { watched: true, requests: 3 }), 10],
    ['Heroku with many apps, within half its budget', state('heroku', { watched: true, requests: 100 }), 160],
  ])('is the interval after the last look: %s', (_, source, seconds) => {
    expect(nextLookAt(source, intervals)).toEqual(at(seconds))
  })

  it('is at once for what was never looked at', () => {
    expect(nextLookAt(state('gitlab:1', { attemptedAt: null }), intervals) < at(0)).toBe(true)
  })

  it('is ever later for a failing source, two minutes at most', () => {
    const pauses: number[] = []
    let attempted = 0
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const failing = state('gitlab:1', { watched: true, attemptedAt: at(attempted), failingSince: at(0) })
      const next = (nextLookAt(failing, intervals).getTime() - at(0).getTime()) / 1000
      pauses.push(next - attempted)
      attempted = next
    }
    expect(pauses).toEqual([1, 1, 2, 4, 8, 16, 32, 64, 120, 120])
  })

  it('is not before the source said that asking again makes sense', () => {
    const limited = state('gitlab:1', { watched: true, failingSince: at(0), retryAt: at(45) })
    expect(nextLookAt(limited, intervals)).toEqual(at(45))
  })

  it('is not later for a failing project list than two minutes', () => {
    expect(nextLookAt(state('gitlab', { failingSince: at(0) }), intervals)).toEqual(at(120))
  })
})

describe('dueSources', () => {
  it('are those whose time has come, the longest overdue first, without those that somebody holds', () => {
    const states = [
      state('gitlab:1'),
      state('gitlab:2', { attemptedAt: at(1) }),
      state('dokku:review'),
      state('gitlab:3', { held: true }),
      state('gitlab:4', { attemptedAt: null }),
    ]
    expect(dueSources(states, settings, at(29))).toEqual(['gitlab:4', 'dokku:review'])
    expect(dueSources(states, settings, at(30))).toEqual(['gitlab:4', 'dokku:review', 'gitlab:1'])
  })
})
