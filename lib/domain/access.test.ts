import { describe, expect, test } from 'vitest'
import {
  type Access,
  everywhere,
  isAdmin,
  isAtLeast,
  lacking,
  mayOnlyLook,
  type Role,
  roleIn,
  roles,
  seenProjects,
} from './access.ts'

const holder = (projects: Record<number, Role>, inAll: Role | null = null): { access: Access } => ({
  access: { everywhere: inAll, projects: new Map(Object.entries(projects).map(([id, role]) => [Number(id), role])) },
})
const nobody = holder({})

describe('a role in a project', () => {
  test.each<[string, ReturnType<typeof holder>, Role | null]>([
    ['nobody', nobody, null],
    ['a member of another project', holder({ 9: 'maintainer' }), null],
    ['a member', holder({ 42: 'developer' }), 'developer'],
    ['who is so everywhere', holder({}, 'reporter'), 'reporter'],
    ['whose own role is more than what all have', holder({ 42: 'maintainer' }, 'reporter'), 'maintainer'],
    ['whose own role is less than what they are everywhere', holder({ 42: 'reporter' }, 'maintainer'), 'maintainer'],
  ])('%s', (_, actor, role) => {
    expect(roleIn(actor, 42)).toBe(role)
    for (const least of roles) {
      const may = role !== null && roles.indexOf(role) >= roles.indexOf(least)
      expect(isAtLeast(actor, least, 42), least).toBe(may)
      expect(lacking(actor, least, 42, 'this') === null, least).toBe(may)
    }
  })
})

test('a maintainer of every project that there is, is no admin', () => {
  expect(isAdmin(holder({ 42: 'maintainer', 9: 'maintainer' }))).toBe(false)
  expect(isAdmin({ access: everywhere('developer') })).toBe(false)
  expect(isAdmin({ access: everywhere('maintainer') })).toBe(true)
})

test('what one sees does not hang on the order in which it became known', () => {
  expect(seenProjects(nobody)).toEqual([])
  expect(seenProjects(holder({ 100: 'reporter', 9: 'maintainer' }))).toEqual([9, 100])
  expect(seenProjects(holder({ 9: 'maintainer' }, 'reporter'))).toBe('all')
})

test('who may change something somewhere does not only look', () => {
  expect(mayOnlyLook(nobody)).toBe(true)
  expect(mayOnlyLook(holder({ 42: 'reporter' }, 'reporter'))).toBe(true)
  expect(mayOnlyLook(holder({ 42: 'developer' }, 'reporter'))).toBe(false)
  expect(mayOnlyLook(holder({ 42: 'reporter', 9: 'developer' }))).toBe(false)
})

test.each([
  [holder({ 42: 'developer' }), 'You are a developer here; promoting takes a maintainer.'],
  [holder({ 42: 'reporter', 9: 'maintainer' }), 'You are a reporter here; promoting takes a maintainer.'],
  [holder({}, 'reporter'), 'Berth is read-only here.'],
  [holder({ 9: 'maintainer' }), 'You may not see this project.'],
])('the words of a button that does nothing for %j', (actor, words) => {
  expect(lacking(actor, 'maintainer', 42, 'promoting')).toBe(words)
})
