import { describe, expect, it } from 'vitest'
import { appFreshSeconds, inspectionsDue, reportFreshSeconds } from './inspection.ts'

const asOf = new Date('2026-11-23T12:00:00Z')
const secondsAgo = (seconds: number) => new Date(asOf.getTime() - seconds * 1000)

describe('inspectionsDue', () => {
  it('asks whoever is overdue the most by their own measure', () => {
    const candidates = [
      { name: 'fresh', askedAt: secondsAgo(10), freshSeconds: 30 },
      { name: 'old', askedAt: secondsAgo(600), freshSeconds: 300 },
      { name: 'lane', askedAt: secondsAgo(90), freshSeconds: 30 },
    ]
    expect(inspectionsDue(candidates, { limit: 10, asOf })).toEqual(['lane', 'old'])
  })

  it('puts who was never asked first, and among them who matters most', () => {
    const candidates = [
      { name: 'old', askedAt: secondsAgo(86_400), freshSeconds: 1 },
      { name: 'new', askedAt: null, freshSeconds: 300 },
      { name: 'new in the lane', askedAt: null, freshSeconds: 30 },
    ]
    expect(inspectionsDue(candidates, { limit: 2, asOf })).toEqual(['new in the lane', 'new'])
  })

  it.each([
    [299, []],
    [300, ['app']],
  ])('has a limit of age: asked %i s ago', (seconds, expected) => {
    expect(
      inspectionsDue([{ name: 'app', askedAt: secondsAgo(seconds), freshSeconds: 300 }], { limit: 1, asOf }),
    ).toEqual(expected)
  })
})

describe('appFreshSeconds', () => {
  const none = { changed: new Set<string>(), watched: new Set<string>(), lane: new Set<string>(), asOf }
  const only = new Set(['app'])
  const app = { name: 'app', createdAt: secondsAgo(86_400), deployedAt: secondsAgo(3600) }

  it.each([
    ['changed', { ...none, changed: only, watched: only }, app],
    ['watched', { ...none, watched: only, lane: only }, app],
    ['settling', { ...none, lane: only }, { ...app, deployedAt: secondsAgo(179) }],
    ['settling', none, { ...app, createdAt: secondsAgo(10), deployedAt: null }],
    ['lane', { ...none, lane: only }, { ...app, deployedAt: secondsAgo(180) }],
    ['other', none, app],
  ] as const)('%s', (kind, attention, subject) => {
    expect(appFreshSeconds(subject, attention)).toBe(reportFreshSeconds[kind])
  })
})
