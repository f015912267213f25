import { describe, expect, test } from 'vitest'
import {
  type Demand,
  type Given,
  type Guard,
  type GuardKind,
  guardKinds,
  isLifted,
  unmet,
  unmetGuards,
} from './guard.ts'
import { sha } from './samples.ts'

const guard = (kind: GuardKind, demand: Demand, words = `${kind}.`): Guard => ({ kind, demand, words })
const nothing: Given & { sha: string } = { typedSha: null, reason: null, isApproved: false, sha: sha('a') }

const goingBack = guard('going-back', 'sha')
const freeze = guard('freeze', 'reason')
const lock = guard('lock', 'reason')
const approval = guard('approval', 'approval')

describe('what is still demanded', () => {
  test('is nothing without guards', () => expect(unmet([], nothing)).toBeNull())

  test('is said once for each demand, however many guards ask it', () => {
    expect(unmet([goingBack, freeze, lock, approval], nothing)).toBe(
      'Type the first 8 characters of aaaaaaaa, give a reason and let a second person approve it.',
    )
    expect(unmet([freeze, lock], nothing)).toBe('Give a reason.')
    expect(unmet([goingBack, freeze], nothing)).toBe('Type the first 8 characters of aaaaaaaa and give a reason.')
  })

  test('shrinks with what is given, down to nothing', () => {
    const guards = [goingBack, freeze, approval]
    expect(unmetGuards(guards, { ...nothing, reason: 'an outage' })).toEqual([goingBack, approval])
    expect(unmet(guards, { ...nothing, reason: 'an outage', isApproved: true })).toBe(
      'Type the first 8 characters of aaaaaaaa.',
    )
    expect(unmet(guards, { typedSha: 'aaaaaaaa', reason: 'an outage', isApproved: true, sha: sha('a') })).toBeNull()
  })

  test.each(guardKinds)('of %s is its own words when nothing helps, whatever is given', (kind) => {
    const final = guard(kind, 'nothing-helps', 'It cannot be done.')
    const all = { typedSha: sha('a'), reason: 'because', isApproved: true, sha: sha('a') }
    expect(unmet([freeze, final], all)).toBe('It cannot be done.')
  })
})

describe('a commit counts as typed', () => {
  test.each([
    ['aaaaaaaa', true],
    [sha('a'), true],
    [' AAAAAAAA\n', true],
    ['aaaaaaa', false],
    ['aaaaaaab', false],
    [`${sha('a')}a`, false],
    ['', false],
    ['        ', false],
  ])('%j: %s', (typedSha, counts) => {
    expect(unmet([goingBack], { ...nothing, typedSha }) === null).toBe(counts)
  })
})

test('a reason counts for the guards that were seen, and for all where nobody says which', () => {
  const because = { ...nothing, reason: 'an outage' }
  expect(unmet([lock], { ...because, reasonFor: ['lock'] })).toBeNull()
  expect(unmetGuards([freeze, lock], { ...because, reasonFor: ['lock'] })).toEqual([freeze])
  expect(unmet([freeze, lock], { ...because, reasonFor: ['lock'] })).toBe(
    'Press again if your reason holds for that too.',
  )
  expect(unmet([freeze, lock], because)).toBeNull()
})

test('a reason of blanks is none', () => {
  expect(unmet([freeze], { ...nothing, reason: ' \n\t' })).toBe('Give a reason.')
})

test('a refusal is over once all that it demanded was given, and one that demanded nothing stands', () => {
  const demands = [goingBack, freeze]
  expect(isLifted({ demands }, { ...nothing, typedSha: 'aaaaaaaa' })).toBe(false)
  expect(isLifted({ demands }, { ...nothing, typedSha: 'aaaaaaaa', reason: 'an outage' })).toBe(true)
  expect(isLifted({ demands: [guard('running', 'nothing-helps')] }, { ...nothing, reason: 'an outage' })).toBe(false)
  expect(isLifted({}, nothing)).toBe(false)
})
