/** Where a request came in. */
export type Via = 'page' | 'api' | 'policy' | 'webhook' | 'system'

/** GitLab's own roles, as far as Berth tells them apart: who looks, who stops and retries, who promotes, sweeps and touches Dokku. */
export const roles = ['reporter', 'developer', 'maintainer'] as const
export type Role = (typeof roles)[number]

/** What somebody may, project by project. A project that is in neither is not there for them. */
export interface Access {
  /** In every project; `null`: only as `projects` says. */
  everywhere: Role | null
  projects: ReadonlyMap<number, Role>
}

/**
 * Who asks, and as what. A person may what GitLab lets them, project by project; the operator, API tokens and Berth's own
 * policies what the instance lets them; `system` is Berth itself continuing what somebody asked for.
 */
export interface Actor {
  kind: 'person' | 'operator' | 'token' | 'policy' | 'system'
  name: string
  via: Via
  /** As whom GitLab is asked; `null`: with Berth's own token. */
  personId: string | null
  access: Access
}

/** All that the rules below ask of an actor. */
type Holder = Pick<Actor, 'access'>

/** The same in every project. */
export const everywhere = (role: Role): Access => ({ everywhere: role, projects: new Map() })

/** What the actor may in this project; `null` when they may not even know that it is there. */
export function roleIn({ access }: Holder, projectId: number): Role | null {
  const here = access.projects.get(projectId) ?? null
  return rank(here) > rank(access.everywhere) ? here : access.everywhere
}

/** Whether the actor has at least this role in the project: the screen's question, and the server's. */
export const isAtLeast = (actor: Holder, least: Role, projectId: number): boolean =>
  reaches(roleIn(actor, projectId), least)

/** The same of a role. */
export const reaches = (role: Role | null, least: Role): boolean => rank(role) >= rank(least)

/** Maintainers everywhere, who alone see what belongs to no project. */
export const isAdmin = ({ access }: Holder): boolean => access.everywhere === 'maintainer'

/** The projects that are there for this actor, in the order of their numbers. */
export const seenProjects = ({ access }: Holder): 'all' | number[] =>
  access.everywhere === null ? [...access.projects.keys()].sort((one, other) => one - other) : 'all'

/** Whether there is nothing at all that the actor may change. */
export const mayOnlyLook = ({ access }: Holder): boolean =>
  [access.everywhere, ...access.projects.values()].every((role) => rank(role) < rank('developer'))

/** Whether it is Berth that lets the actor only look, and not their role in GitLab. */
export const isReadOnly = (actor: Holder): boolean => actor.access.everywhere === 'reporter' && mayOnlyLook(actor)

/**
 * Why the actor may not do this in the project, for the tooltip of its button; `null` when they may. `act` is what the
 * button does, in the form that stands before "takes": `promoting`, `a retry`.
 */
export function lacking(actor: Holder, least: Role, projectId: number, act: string): string | null {
  if (isAtLeast(actor, least, projectId)) return null
  if (isReadOnly(actor)) return 'Berth is read-only here.'
  const role = roleIn(actor, projectId)
  return role === null ? 'You may not see this project.' : `You are a ${role} here; ${act} takes a ${least}.`
}

const rank = (role: Role | null): number => (role === null ? -1 : roles.indexOf(role))
