import { describe, expect, it } from 'vitest'
import { type Attention, type Inspectable, inspectionsDue, reportAttention, reportFreshSeconds } from './inspection.ts'

const asOf = new Date('2026-11-23T12:00:00Z')
const secondsAgo = (seconds: number) => new Date(asOf.getTime() - seconds * 1000)

const candidate = (name: string, more: Partial<Inspectable> = {}): Inspectable => ({
  name,
  attention: 'round',
  askedAt: secondsAgo(600),
  freshSeconds: 300,
  ...more,
})

const many = (attention: Attention, count: number) =>
  Array.from({ length: count }, (_, index) => candidate(`${attention}-${index}`, { attention }))

const namesDue = (candidates: Inspectable[], turn = 0) =>
  inspectionsDue(candidates, { turn, asOf }).map(({ name }) => name)

describe('inspectionsDue', () => {
  it('asks whoever is overdue the most by their own measure', () => {
    const candidates = [
      candidate('fresh', { askedAt: secondsAgo(10), freshSeconds: 30 }),
      candidate('old', { askedAt: secondsAgo(600), freshSeconds: 300 }),
      candidate('older by its measure', { askedAt: secondsAgo(90), freshSeconds: 30 }),
    ]
    expect(namesDue(candidates)).toEqual(['older by its measure', 'old'])
  })

  it('puts who was never asked first, and among them who matters most', () => {
    const candidates = [
      candidate('old', { askedAt: secondsAgo(86_400), freshSeconds: 1 }),
      candidate('new', { askedAt: null }),
      candidate('new and watched', { askedAt: null, freshSeconds: 30 }),
    ]
    expect(namesDue(candidates)).toEqual(['new and watched', 'new', 'old'])
  })

  it.each([
    [299, []],
    [300, ['app']],
  ])('has a limit of age: asked %i s ago', (seconds, expected) => {
    expect(namesDue([candidate('app', { askedAt: secondsAgo(seconds) })])).toEqual(expected)
  })

  it('serves what changed and what is watched first, and leaves nobody out', () => {
    const candidates = [...many('round', 2), ...many('lane', 1), ...many('watched', 3), ...many('changed', 3)]
    expect(namesDue(candidates)).toEqual([
      'changed-0',
      'watched-0',
      'lane-0',
      'changed-1',
      'watched-1',
      'round-0',
      'changed-2',
      'watched-2',
      'round-1',
    ])
  })

  it('gets round while one question a look is all there is time for and others are always urgent', () => {
    const asked: string[] = []
    let turn = 0
    let round = many('round', 20)
    for (let look = 0; look < 120; look += 1) {
      const [first] = inspectionsDue([...many('changed', 5), ...many('watched', 5), ...round], { turn, asOf })
      if (!first) throw new Error('Nobody was due.')
      asked.push(first.name)
      turn = first.nextTurn
      round = round.filter(({ name }) => name !== first.name)
    }
    expect(round).toEqual([])
    expect(asked.slice(0, 5)).toEqual(['changed-0', 'watched-0', 'changed-0', 'watched-0', 'round-0'])
  })

  it('has nobody due among nobody', () => {
    expect(namesDue([], 4)).toEqual([])
  })
})

describe('reportAttention', () => {
  const none = { isChanged: false, isWatched: false, isInLane: false, asOf }
  const app = { createdAt: secondsAgo(86_400), deployedAt: secondsAgo(3600) }

  it.each([
    ['changed', 'changed', { ...none, isChanged: true, isWatched: true }, app],
    ['watched', 'watched', { ...none, isWatched: true, isInLane: true }, app],
    ['settling', 'changed', { ...none, isInLane: true }, { ...app, deployedAt: secondsAgo(179) }],
    ['settling', 'changed', none, { ...app, createdAt: secondsAgo(10), deployedAt: null }],
    ['lane', 'lane', { ...none, isInLane: true }, { ...app, deployedAt: secondsAgo(180) }],
    ['other', 'round', none, app],
  ] as const)('%s', (kind, attention, noticed, subject) => {
    expect(reportAttention(subject, noticed)).toEqual({ attention, freshSeconds: reportFreshSeconds[kind] })
  })
})
