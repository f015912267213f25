import { expect, test } from 'vitest'
import { nextStep, type SetupFacts, type SetupStep, stepStates } from './setup-steps.ts'

const none: Record<SetupStep, boolean> = {
  gitlab: false,
  'sign-in': false,
  hosts: false,
  heroku: false,
  projects: false,
}
const facts = (more: Partial<SetupFacts> = {}): SetupFacts => ({ has: none, given: none, skipped: [], ...more })

test('an empty database begins with GitLab; what needs GitLab waits', () => {
  const states = stepStates(facts())
  expect(states).toEqual({ gitlab: 'open', 'sign-in': 'waiting', hosts: 'open', heroku: 'open', projects: 'waiting' })
  expect(nextStep(states)).toBe('gitlab')
})

test('one goes on with the first step that is neither done, set by a variable nor passed by', () => {
  const states = stepStates(
    facts({ has: { ...none, gitlab: true }, given: { ...none, hosts: true }, skipped: ['sign-in', 'heroku'] }),
  )
  expect(states).toMatchObject({ gitlab: 'done', 'sign-in': 'skipped', hosts: 'given', heroku: 'skipped' })
  expect(nextStep(states)).toBe('projects')
})

test('what was passed by and then done is done', () => {
  expect(stepStates(facts({ has: { ...none, heroku: true }, skipped: ['heroku'] })).heroku).toBe('done')
})

test('nothing is left when all is there', () => {
  const all = { gitlab: true, 'sign-in': true, hosts: true, heroku: true, projects: true }
  expect(nextStep(stepStates(facts({ has: all })))).toBeNull()
})
