import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { personById } from '#lib/db/people.ts'
import { type Access, everywhere, type Role } from '#lib/domain/access.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Gitlab, GitlabUser } from '#lib/gitlab/index.ts'
import { accessOf } from './membership.ts'

const startAt = Date.parse('2026-11-24T10:00:00Z')
const rules = { admins: ['Marta'], readOnly: false }
const levels: Record<Role, number> = { reporter: 20, developer: 30, maintainer: 40 }

let database: FreshDatabase
let clockMs: number
let personId: string
let people = 0

/** GitLab, as it answers with a person's token. */
let user: GitlabUser
let memberships: Record<number, number>
let requests: number
let failure: BerthError | null

const gitlab = {
  async currentUser() {
    requests += 1
    if (failure) throw failure
    return user
  },
  async projectIdsAsLeast(role: Role) {
    requests += 1
    if (failure) throw failure
    return Object.keys(memberships)
      .map(Number)
      .filter((id) => (memberships[id] ?? 0) >= levels[role])
  },
} as unknown as Gitlab

const world = () => ({ db: database.db, now: () => new Date(clockMs), gitlabAs: async () => gitlab })

async function access(intent: 'look' | 'change' = 'look', house = rules): Promise<Access> {
  const person = await personById(database.db, personId)
  if (!person) expect.fail('There is no such person.')
  return accessOf(world(), person, intent, house)
}

const only = (projects: Record<number, Role>): Access => ({
  everywhere: null,
  projects: new Map(Object.entries(projects).map(([id, role]) => [Number(id), role])),
})

const away = new BerthError('unavailable', 'gitlab', 'GitLab does not answer.')

beforeAll(async () => {
  database = await freshDatabase()
  for (const id of [1, 2, 3, 4]) {
    const name = `project-${id}`
    await database.db.project.create({
      data: {
        id,
        pathWithNamespace: `team/${name}`,
        name,
        webUrl: 'http://gitlab.test',
        observedAt: new Date(startAt),
      },
    })
  }
})
afterAll(() => database.drop())
beforeEach(async () => {
  clockMs = startAt
  requests = 0
  failure = null
  people += 1
  personId = `person-${people}`
  user = { id: people, username: 'hanako', name: 'Hanako', isActive: true, isAdmin: false }
  memberships = { 1: 20, 2: 30, 3: 40, 9: 50 }
  const at = { createdAt: new Date(startAt), updatedAt: new Date(startAt) }
  await database.db.person.create({
    data: { id: personId, name: 'Hanako', email: personId, username: 'hanako', gitlabId: people, ...at },
  })
})
afterEach(() => database.db.person.deleteMany())

describe('what a person may', () => {
  test('is their role in each project that Berth shows, and nothing of the others', async () => {
    expect(await access()).toEqual(only({ 1: 'reporter', 2: 'developer', 3: 'maintainer' }))
  })

  test.each([
    [10, null],
    [20, 'reporter'],
    [30, 'developer'],
    [40, 'maintainer'],
    [50, 'maintainer'],
  ] as const)('at access level %i is %s', async (level, role) => {
    memberships = { 1: level }
    expect(await access()).toEqual(only(role === null ? {} : { 1: role }))
  })

  test('is nothing for somebody without a project, and that is no error', async () => {
    memberships = {}
    expect(await access('change')).toEqual(only({}))
  })

  test('is everything for GitLab’s administrators and Berth’s admins, however they write their name', async () => {
    user = { ...user, isAdmin: true }
    expect(await access()).toEqual(everywhere('maintainer'))
    user = { ...user, isAdmin: false, username: 'mARTA' }
    clockMs += 61_000
    expect(await access()).toEqual(everywhere('maintainer'))
  })

  test('ends with the username that was listed', async () => {
    user = { ...user, username: 'marta' }
    expect(await access()).toEqual(everywhere('maintainer'))
    user = { ...user, username: 'formerly-marta' }
    clockMs += 61_000
    expect(await access()).toEqual(only({ 1: 'reporter', 2: 'developer', 3: 'maintainer' }))
  })

  test('is to look, where Berth is read-only, and at no more than before', async () => {
    expect(await access('look', { ...rules, readOnly: true })).toEqual(
      only({ 1: 'reporter', 2: 'reporter', 3: 'reporter' }),
    )
    user = { ...user, isAdmin: true }
    clockMs += 61_000
    expect(await access('look', { ...rules, readOnly: true })).toEqual(everywhere('reporter'))
  })
})

describe('GitLab’s word', () => {
  test('is asked for once by all who want it at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => access()))
    expect(new Set(all.map((each) => each.projects.size))).toEqual(new Set([3]))
    expect(requests).toBe(4)
  })

  test('does for a minute of looking', async () => {
    await access()
    memberships = {}
    clockMs += 60_000
    expect((await access()).projects.size).toBe(3)
    clockMs += 1
    expect((await access()).projects.size).toBe(0)
  })

  test('does for ten seconds of changing', async () => {
    await access()
    memberships = { 3: 30 }
    clockMs += 10_000
    expect((await access('change')).projects.get(3)).toBe('maintainer')
    clockMs += 1
    expect((await access('change')).projects.get(3)).toBe('developer')
  })

  test('is no more asked for than the answer needs', async () => {
    memberships = { 9: 50 }
    await access()
    expect(requests).toBe(2)
    clockMs += 61_000
    user = { ...user, isAdmin: true }
    await access()
    expect(requests).toBe(3)
  })
})

describe('while GitLab is away', () => {
  test('its last word serves for five minutes of looking, and not one more', async () => {
    await access()
    failure = away
    clockMs += 5 * 60_000
    expect((await access()).projects.size).toBe(3)
    clockMs += 1
    await expect(access()).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/too old to go by/),
    })
  })

  test('nothing is changed by a word older than ten seconds', async () => {
    await access()
    failure = away
    clockMs += 10_001
    await expect(access('change')).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('somebody whom it was never asked about sees nothing', async () => {
    failure = away
    await expect(access()).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('it is left alone for ten seconds after it did not answer', async () => {
    failure = away
    await expect(access()).rejects.toThrow()
    await expect(access()).rejects.toThrow()
    expect(requests).toBe(1)
    failure = null
    clockMs += 10_000
    expect((await access()).projects.size).toBe(3)
  })
})

describe('somebody whom GitLab takes no more', () => {
  test.each([
    ['blocked', () => ({ ...user, isActive: false })],
    ['somebody else', () => ({ ...user, id: 4711 })],
  ])('is told to sign in again: %s', async (_why, answer) => {
    await access()
    user = answer()
    clockMs += 61_000
    await expect(access()).rejects.toMatchObject({ kind: 'forbidden' })
  })

  test('a refusal is not forgiven because there is an older word', async () => {
    await access()
    failure = new BerthError('forbidden', 'gitlab', 'Your account has been blocked.')
    clockMs += 61_000
    await expect(access()).rejects.toMatchObject({ kind: 'forbidden' })
  })
})
