import { level } from './members.ts'
import { page } from './page.ts'
import { badParameter, created, noContent, notFound, Refusal, type Reply } from './reply.ts'
import { projectOf, type Request } from './request.ts'
import type { Project } from './world.ts'

const words: Record<number, string> = { 0: 'No one', 30: 'Developers + Maintainers', 40: 'Maintainers' }

const present = ([name, access]: [string, number]) => ({
  name,
  create_access_levels: [{ id: 1, access_level: access, access_level_description: words[access] }],
})

/** `v*` protects every tag that begins so. */
const covers = (pattern: string, name: string): boolean => {
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${source.join('.*')}$`, 's').test(name)
}

/** The level that it takes to create this tag: of all patterns that cover it the lowest; `null` when none does. 0 is nobody. */
export function levelToCreate(project: Project, tag: string): number | null {
  const levels = [...project.protectedTags].filter(([pattern]) => covers(pattern, tag)).map(([, access]) => access)
  if (levels.length === 0) return null
  const reachable = levels.filter((access) => access > 0)
  return reachable.length > 0 ? Math.min(...reachable) : 0
}

const list = (request: Request): Reply => page(request, [...projectOf(request).protectedTags], present)

const create = (request: Request): Reply => {
  const project = projectOf(request)
  const { name, create_access_level: given = level.maintainer } = request.body
  if (typeof name !== 'string' || name === '') throw badParameter('name is missing')
  const access = Number(given)
  if (!(access in words)) throw badParameter('create_access_level does not have a valid value')
  if (project.protectedTags.has(name)) throw new Refusal(409, { message: `Protected tag '${name}' already exists` })
  project.protectedTags.set(name, access)
  return created(present([name, access]))
}

const remove = (request: Request): Reply => {
  if (!projectOf(request).protectedTags.delete(request.params.name ?? '')) throw notFound('Protected Tag')
  return noContent()
}

export const protectedTagRoutes = {
  'GET /projects/:id/protected_tags': list,
  'POST /projects/:id/protected_tags': create,
  'DELETE /projects/:id/protected_tags/:name': remove,
}
