import { forbidden, notFound } from './reply.ts'
import type { Request } from './request.ts'
import type { Project, User, World } from './world.ts'

/** GitLab's access levels. */
export const level = { guest: 10, reporter: 20, developer: 30, maintainer: 40, owner: 50 } as const

const names: Record<number, string> = { 10: 'Guest', 20: 'Reporter', 30: 'Developer', 40: 'Maintainer', 50: 'Owner' }

/** Of somebody in a project; 0 for who is not a member. The bot that Berth's own token belongs to is a maintainer everywhere. */
export function accessLevel(world: World, project: Project, user: User): number {
  if (user.isAdmin) return level.owner
  return user.id === 1 ? level.maintainer : (world.members[project.path]?.[user.username] ?? 0)
}

/** `Maintainer of hello-app, Reporter of handbook`, as a person reads it. */
export function levelsOf(world: World, user: User): string {
  if (user.isAdmin) return 'administrator'
  const held = [...world.projects.values()].flatMap((project) => {
    const held = accessLevel(world, project, user)
    return held === 0 ? [] : [`${names[held]} of ${project.path.split('/').at(-1)}`]
  })
  return held.join(', ') || 'member of nothing'
}

/** Refuses who does not have this level in the project: 404 for a project that one does not see, else 403. */
export function requireLevel({ world, user }: Pick<Request, 'world' | 'user'>, project: Project, least: number): void {
  const held = accessLevel(world, project, user)
  if (held === 0) throw notFound('Project')
  if (held < least) throw forbidden()
}

/** To a protected branch only maintainers push; only who pushes or merges there runs its jobs. */
export const isProtectedBranch = ({ wiring }: Project, branch: string): boolean =>
  wiring.protectedBranches.some((pattern) =>
    new RegExp(
      `^${pattern
        .split('*')
        .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
        .join('.*')}$`,
      's',
    ).test(branch),
  )
