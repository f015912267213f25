import { setTimeout as wait } from 'node:timers/promises'
import { keepStanding, type Standing, shownProjectIds } from '#lib/db/memberships.ts'
import type { Person } from '#lib/db/people.ts'
import { together } from '#lib/db/together.ts'
import { type Access, everywhere, type Role } from '#lib/domain/access.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Gitlab } from '#lib/gitlab/index.ts'
import type { World } from '../context.ts'
import { signInEnded } from './gitlab-token.ts'

/** What the installation says of everybody's access. */
export interface HouseRules {
  /** GitLab usernames of Berth's admins. */
  admins: readonly string[]
  readOnly: boolean
}

/** How old GitLab's word may be: to look, to look while GitLab is away, and to change something. */
const freshMs = { look: 60_000, change: 10_000 }
const usableMs = 5 * 60_000

/** A page does not wait longer than this for GitLab's word while there is one that will do. */
const patienceMs = 2000

/** After an answer that did not come, GitLab is left alone about this person for so long. */
const pauseMs = 10_000
const failures = new Map<string, { untilMs: number; error: unknown }>()

/**
 * What the person may, by GitLab's own word, which is asked for again once it is too old. Throws `forbidden` when GitLab takes
 * their sign-in no more, and `unavailable` when its last word is too old to go by.
 */
export async function accessOf(
  world: Pick<World, 'db' | 'now' | 'gitlabAs'>,
  person: Person,
  wish: 'look' | 'change',
  rules: HouseRules,
): Promise<Access> {
  const ageMs = person.accessAt === null ? Number.POSITIVE_INFINITY : world.now().getTime() - person.accessAt.getTime()
  if (ageMs <= freshMs[wish]) return accessFrom(person, rules)
  const willDo = wish === 'look' && ageMs <= usableMs
  const asking = standingNow(world, person, rules)
  try {
    const standing = await (willDo ? Promise.race([asking, wait(patienceMs, null, { ref: false })]) : asking)
    return accessFrom(standing ?? person, rules)
  } catch (error) {
    if (!(error instanceof BerthError) || error.kind !== 'unavailable') throw error
    if (willDo) return accessFrom(person, rules)
    throw new BerthError('unavailable', 'gitlab', `${words[wish]} ${error.message}`, {
      retryAfterSeconds: error.retryAfterSeconds ?? pauseMs / 1000,
    })
  }
}

const words = {
  look: 'Berth cannot ask GitLab what you may see, and its last answer is too old to go by.',
  change: 'Before a change Berth asks GitLab what you may do, and GitLab does not answer.',
}

/** Asks GitLab, once for all who want to know at the same time, and keeps the answer. */
function standingNow(
  world: Pick<World, 'db' | 'now' | 'gitlabAs'>,
  person: Person,
  rules: HouseRules,
): Promise<Standing> {
  return together(`membership ${person.id}`, async () => {
    const asOf = world.now()
    const failure = failures.get(person.id)
    if (failure && asOf.getTime() < failure.untilMs) throw failure.error
    try {
      const standing = await standingBy(await world.gitlabAs(person.id), world, person, rules)
      await keepStanding(world.db, person.id, standing, asOf)
      failures.delete(person.id)
      return standing
    } catch (error) {
      const isAway = error instanceof BerthError && error.kind === 'unavailable'
      if (isAway) failures.set(person.id, { untilMs: asOf.getTime() + pauseMs, error })
      throw error
    }
  })
}

async function standingBy(
  gitlab: Gitlab,
  { db }: Pick<World, 'db'>,
  person: Person,
  rules: HouseRules,
): Promise<Standing> {
  const user = await gitlab.currentUser()
  if (user.id !== person.gitlabId || !user.isActive) throw signInEnded(person.username)
  const { username, name, isAdmin: isGitlabAdmin } = user
  const who = { username, name, isGitlabAdmin }
  return { ...who, roles: isAdmin(who, rules) ? new Map() : await rolesBy(gitlab, await shownProjectIds(db)) }
}

/** By lists from GitLab, asked no further than the answer needs. */
async function rolesBy(gitlab: Gitlab, shown: ReadonlySet<number>): Promise<Map<number, Role>> {
  const roles = new Map<number, Role>()
  const note = async (role: Role) => {
    for (const id of await gitlab.projectIdsAsLeast(role)) if (shown.has(id)) roles.set(id, role)
  }
  if (shown.size > 0) await note('reporter')
  if (roles.size > 0) await note('developer')
  if ([...roles.values()].includes('developer')) await note('maintainer')
  return roles
}

const isAdmin = (who: Pick<Standing, 'username' | 'isGitlabAdmin'>, { admins }: HouseRules): boolean =>
  who.isGitlabAdmin || admins.some((name) => name.toLowerCase() === who.username.toLowerCase())

/** GitLab's administrators and Berth's own admins may everything in every project; a read-only Berth lets everybody only look. */
export function accessFrom(
  standing: Pick<Standing, 'username' | 'isGitlabAdmin' | 'roles'>,
  rules: HouseRules,
): Access {
  if (isAdmin(standing, rules)) return everywhere(rules.readOnly ? 'reporter' : 'maintainer')
  const projects = [...standing.roles].map(([id, role]) => [id, rules.readOnly ? 'reporter' : role] as const)
  return { everywhere: null, projects: new Map(projects) }
}
