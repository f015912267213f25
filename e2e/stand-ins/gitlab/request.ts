import { accessLevel } from './members.ts'
import { badParameter, notFound } from './reply.ts'
import type { Project, Token, User, World } from './world.ts'

/** A request that found its route. */
export interface Request {
  method: string
  /** Path below `/api/v4`, still encoded. */
  path: string
  /** The `:name` parts of the route, decoded. */
  params: Record<string, string>
  query: URLSearchParams
  body: Record<string, unknown>
  world: World
  user: User
  token: Token
}

/** The project that `:id` names, by number or by full path; 404 like GitLab for what the token may not see. */
export function projectOf({ params, world, user }: Request): Project {
  const id = params.id ?? ''
  for (const project of world.projects.values())
    if ((String(project.id) === id || project.path === id) && accessLevel(world, project, user) > 0) return project
  throw notFound('Project')
}

export function numberParam(request: Request, name: string): number {
  const value = Number(request.params[name])
  if (!Number.isInteger(value)) throw badParameter(`${name} is invalid`)
  return value
}

/** A query parameter that must be one of `values`; GitLab refuses any other. */
export function choice<Value extends string>(
  { query }: Request,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const value = query.get(name)
  if (value === null || value === '') return undefined
  const known = values.find((candidate) => candidate === value)
  if (!known) throw badParameter(`${name} does not have a valid value`)
  return known
}

export function instant({ query }: Request, name: string): Date | undefined {
  const value = query.get(name)
  if (!value) return undefined
  const at = new Date(value)
  if (Number.isNaN(at.getTime())) throw badParameter(`${name} is invalid`)
  return at
}

export const flag = ({ query }: Request, name: string): boolean => ['true', '1'].includes(query.get(name) ?? '')
