/** Where a request came in. */
export type Via = 'page' | 'api' | 'policy' | 'system'

/** GitLab's own roles, as far as Berth tells them apart: who looks, who stops and retries, who promotes, sweeps and touches Dokku. */
export const roles = ['reporter', 'developer', 'maintainer'] as const
export type Role = (typeof roles)[number]

/**
 * Who asks, and as what. The operator and API tokens are maintainers unless the instance is read-only, which makes everybody
 * a reporter; `system` is Berth itself continuing what somebody asked for.
 */
export interface Actor {
  kind: 'operator' | 'token' | 'system'
  name: string
  via: Via
  role: Role
}

/** Whether the actor has at least this role: the screen's question, and the server's. */
export const isAtLeast = ({ role }: Pick<Actor, 'role'>, least: Role): boolean =>
  roles.indexOf(role) >= roles.indexOf(least)
