import { expect, it } from 'vitest'
import { latestUpdate, projectCursor, turnOf, updatedSince } from './project-cursor.ts'

const turns = (count: number, hasEnvironments: boolean) =>
  Array.from({ length: count }, (_, turn) => turnOf(turn, { hasEnvironments }))

it('gives merge requests every other turn and the lists the turns between', () => {
  expect(turns(6, false)).toEqual([
    'merge-requests',
    'environments',
    'merge-requests',
    'branches',
    'merge-requests',
    'environments',
  ])
})

it('fits an open environment into the round', () => {
  expect(turns(6, true).filter((turn) => turn === 'environment-in-motion')).toHaveLength(1)
})

it('lets the freeze periods come round without taking a turn of merge requests', () => {
  for (const hasEnvironments of [false, true]) {
    const round = turns(32, hasEnvironments)
    expect(round.filter((turn) => turn === 'freeze-periods')).toHaveLength(2)
    expect(round.filter((turn) => turn === 'merge-requests')).toHaveLength(16)
  }
})

it('asks a little before the newest update seen, and for everything when none was', () => {
  expect(updatedSince(new Date('2026-11-23T12:00:10Z'))).toEqual({ updatedAfter: new Date('2026-11-23T12:00:00Z') })
  expect(updatedSince(null)).toEqual({})
})

it('never moves back', () => {
  const known = new Date('2026-11-23T12:00:00Z')
  expect(latestUpdate(known, [{ updatedAt: new Date('2026-11-23T11:00:00Z') }])).toEqual(known)
  expect(latestUpdate(known, [])).toEqual(known)
  expect(latestUpdate(null, [])).toBeNull()
})

it('reads a cursor of an older Berth', () => {
  expect(projectCursor({ turn: 7 })).toMatchObject({ turn: 7, fullAt: null, branchesPage: 1, notComparable: [] })
})
