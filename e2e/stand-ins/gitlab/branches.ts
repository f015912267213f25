import { ancestors, presentCommit } from './commits.ts'
import { isProtectedBranch } from './members.ts'
import { page } from './page.ts'
import { dropBranch } from './push.ts'
import { noContent, notFound, ok, type Reply } from './reply.ts'
import { choice, projectOf, type Request } from './request.ts'
import type { Project, World } from './world.ts'

/** What is merged into the default branch, remembered until that branch moves. */
const merged = new WeakMap<Project, { head: string; shas: Set<string> }>()

function isMerged(project: Project, sha: string): boolean {
  const head = project.branches.get(project.defaultBranch) ?? ''
  let known = merged.get(project)
  if (known?.head !== head) {
    known = { head, shas: ancestors(project, head) }
    merged.set(project, known)
  }
  return known.shas.has(sha)
}

function presentBranch(world: World, project: Project, name: string, sha: string) {
  const isDefault = name === project.defaultBranch
  return {
    name,
    commit: presentCommit(world, project, sha),
    merged: !isDefault && isMerged(project, sha),
    protected: isProtectedBranch(project, name),
    developers_can_push: false,
    developers_can_merge: isProtectedBranch(project, name) && project.wiring.developersMerge,
    can_push: true,
    default: isDefault,
    web_url: `${world.url}/${project.path}/-/tree/${encodeURI(name)}`,
  }
}

const list = (request: Request): Reply => {
  const project = projectOf(request)
  const search = request.query.get('search')?.toLowerCase()
  const sort = choice(request, 'sort', ['name_asc', 'updated_asc', 'updated_desc']) ?? 'name_asc'
  const time = (sha: string): number => project.commits.get(sha)?.committedAt.getTime() ?? 0
  const branches = [...project.branches].filter(([name]) => !search || name.toLowerCase().includes(search))
  if (sort === 'name_asc') branches.sort(([left], [right]) => (left < right ? -1 : 1))
  if (sort === 'updated_asc') branches.sort(([, left], [, right]) => time(left) - time(right))
  if (sort === 'updated_desc') branches.sort(([, left], [, right]) => time(right) - time(left))
  return page(request, branches, ([name, sha]) => presentBranch(request.world, project, name, sha))
}

const named = (request: Request): { project: Project; name: string; sha: string } => {
  const project = projectOf(request)
  const name = request.params.branch ?? ''
  const sha = project.branches.get(name)
  if (!sha) throw notFound('Branch')
  return { project, name, sha }
}

const show = (request: Request): Reply => {
  const { project, name, sha } = named(request)
  return ok(presentBranch(request.world, project, name, sha))
}

const remove = async (request: Request): Promise<Reply> => {
  const { project, name } = named(request)
  await dropBranch(request.world, project, name)
  return noContent()
}

export const branchRoutes = {
  'GET /projects/:id/repository/branches': list,
  'GET /projects/:id/repository/branches/:branch': show,
  'DELETE /projects/:id/repository/branches/:branch': remove,
}
