import { describe, expect, test } from 'vitest'
import { type AppFacts, rebuildability, restartability, unlockability } from './app-control.ts'
import { scalability } from './scaling.ts'

const facts: AppFacts = {
  environment: { name: 'review/fix', state: 'available', tier: 'development' },
  app: { host: 'review', app: 'review-fix' },
  report: { deployed: true, restore: true },
  locked: false,
  deploying: null,
}
const production: AppFacts = { ...facts, environment: { name: 'production', state: 'available', tier: 'production' } }

test.each<[string, Partial<AppFacts>, string]>([
  ['is stopping', { environment: { ...facts.environment, state: 'stopping' } }, 'review/fix is stopping.'],
  ['is not on its host', { report: null }, 'Dokku host review has no app review-fix.'],
  ['is being deployed', { deploying: { sha: 'a'.repeat(40) } }, 'A deployment of aaaaaaaa to review/fix is running.'],
])('an app that %s is left alone', (_name, change, reason) => {
  for (const rule of [restartability, unlockability]) {
    expect(rule({ ...facts, locked: true, ...change })).toEqual({ allowed: false, reason })
  }
  expect(rebuildability({ ...facts, ...change }, { evenIfLocked: true })).toEqual({ allowed: false, reason })
  expect(scalability({ ...facts, ...change }, { web: 2 }, { web: 1 })).toEqual({ allowed: false, reason })
})

test('what was never deployed is not run, but may be unlocked', () => {
  const never = { ...facts, locked: true, report: { deployed: false, restore: true } }
  expect(restartability(never).allowed).toBe(false)
  expect(unlockability(never).allowed).toBe(true)
})

test('a lock stands against a rebuild unless it is known, and has to be there to be taken away', () => {
  const locked = { ...facts, locked: true }
  expect(rebuildability(locked, { evenIfLocked: false }).allowed).toBe(false)
  expect(rebuildability(locked, { evenIfLocked: true }).allowed).toBe(true)
  expect(restartability(locked).allowed).toBe(true)
  expect(unlockability(facts)).toMatchObject({ reason: 'App review-fix has no deploy lock.' })
  expect(unlockability({ ...facts, locked: null }).allowed).toBe(true)
})

test('says what kind of environment it is, and that somebody stopped it on purpose', () => {
  expect(restartability(production)).toMatchObject({ words: expect.stringContaining('It is production.') })
  const stopped = { ...facts, report: { deployed: true, restore: false } }
  expect(restartability(stopped)).toMatchObject({ words: expect.stringContaining('stopped it on purpose') })
})

describe('scaling', () => {
  const present = { web: 1, worker: 2 }
  test.each<[Record<string, number>, string]>([
    [{}, 'Say how many'],
    [{ web: -1 }, 'from 0 to 100'],
    [{ web: 101 }, 'from 0 to 100'],
    [{ web: Number.NaN }, 'from 0 to 100'],
    [{ cron: 1 }, 'has no process type cron; it has web, worker'],
    [{ toString: 1 }, 'has no process type toString'],
    [{ 'web=1 --help': 1 }, 'is not a process type'],
    [{ web: 1 }, 'is scaled to web 1 already'],
  ])('to %j is refused', (wished, reason) => {
    expect(scalability(facts, wished, present)).toMatchObject({
      allowed: false,
      reason: expect.stringContaining(reason),
    })
  })

  test.each([{ web: 0 }, { web: 100 }, { web: 1, worker: 0 }, { web: 0, worker: 0 }])(
    'a review app to %j is allowed',
    (wished) => {
      expect(scalability(facts, wished, present).allowed).toBe(true)
    },
  )

  test('what is in the lane keeps what serves it', () => {
    expect(scalability(production, { web: 0 }, present).allowed).toBe(false)
    expect(scalability(production, { worker: 0 }, { worker: 1 }).allowed).toBe(false)
    expect(scalability(production, { worker: 0 }, present).allowed).toBe(true)
  })
})
