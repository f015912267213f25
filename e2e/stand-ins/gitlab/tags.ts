import { presentCommit } from './commits.ts'
import { page } from './page.ts'
import { notFound, ok, type Reply } from './reply.ts'
import { projectOf, type Request } from './request.ts'
import type { Project, World } from './world.ts'

const presentTag = (world: World, project: Project, name: string, sha: string) => ({
  name,
  message: '',
  target: sha,
  commit: presentCommit(world, project, sha),
  release: null,
  protected: false,
  created_at: null,
})

const list = (request: Request): Reply => {
  const project = projectOf(request)
  const search = request.query.get('search')?.toLowerCase()
  const tags = [...project.tags].filter(([name]) => !search || name.toLowerCase().includes(search)).reverse()
  return page(request, tags, ([name, sha]) => presentTag(request.world, project, name, sha))
}

const show = (request: Request): Reply => {
  const project = projectOf(request)
  const name = request.params.tag ?? ''
  const sha = project.tags.get(name)
  if (!sha) throw notFound('Tag')
  return ok(presentTag(request.world, project, name, sha))
}

export const tagRoutes = {
  'GET /projects/:id/repository/tags': list,
  'GET /projects/:id/repository/tags/:tag': show,
}
