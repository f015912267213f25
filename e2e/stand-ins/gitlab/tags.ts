import { presentCommit, resolve } from './commits.ts'
import { happened } from './happening.ts'
import { accessLevel } from './members.ts'
import { page } from './page.ts'
import { startPipeline } from './pipeline-run.ts'
import { levelToCreate } from './protected-tags.ts'
import { badParameter, created, noContent, notFound, ok, Refusal, type Reply } from './reply.ts'
import { createTag, deleteTag } from './repository.ts'
import { projectOf, type Request } from './request.ts'
import type { Project, World } from './world.ts'

const presentTag = (world: World, project: Project, name: string, sha: string) => ({
  name,
  message: '',
  target: sha,
  commit: presentCommit(world, project, sha),
  release: null,
  protected: levelToCreate(project, name) !== null,
  created_at: null,
})

const list = (request: Request): Reply => {
  const project = projectOf(request)
  const search = request.query.get('search')?.toLowerCase()
  const tags = [...project.tags].filter(([name]) => !search || name.toLowerCase().includes(search)).reverse()
  return page(request, tags, ([name, sha]) => presentTag(request.world, project, name, sha))
}

function named(request: Request): { project: Project; name: string; sha: string } {
  const project = projectOf(request)
  const name = request.params.tag ?? ''
  const sha = project.tags.get(name)
  if (!sha) throw notFound('Tag')
  return { project, name, sha }
}

const show = (request: Request): Reply => {
  const { project, name, sha } = named(request)
  return ok(presentTag(request.world, project, name, sha))
}

const refuse = (message: string): Refusal => new Refusal(400, { message })

/** Creates a light tag, as GitLab does without a message, and starts its pipeline where the project has one for tags. */
const create = async (request: Request): Promise<Reply> => {
  const { world, user, body, query } = request
  const project = projectOf(request)
  const [name, ref] = ['tag_name', 'ref'].map((key) => body[key] ?? query.get(key)) as [unknown, unknown]
  if (typeof name !== 'string') throw badParameter('tag_name is missing')
  if (typeof ref !== 'string') throw badParameter('ref is missing')
  if (!isTagName(name)) throw refuse('Tag name invalid')
  if (project.tags.has(name)) throw refuse(`Tag ${name} already exists`)
  const least = levelToCreate(project, name)
  if (least !== null && (least === 0 || accessLevel(world, project, user) < least))
    throw refuse('You are not allowed to create this tag as it is protected.')
  const sha = resolve(project, ref)
  if (!sha) throw refuse(`Target ${ref} is invalid`)
  if (project.repository) await createTag(project.repository, name, sha)
  project.tags.set(name, sha)
  happened(project, { trigger: 'tag_push_events', name, before: null, after: sha, user })
  await startPipeline(world, project, { ref: name, tag: true, sha, user, at: new Date() })
  return created(presentTag(world, project, name, sha))
}

/** Git's own rules for a reference, as far as somebody may come upon them. */
const isTagName = (name: string): boolean =>
  /^[^\s~^:?*[\\-][^\s~^:?*[\\]*$/u.test(name) && !/\.\.|\/\/|@\{|\.lock$|[./]$/.test(name)

const remove = async (request: Request): Promise<Reply> => {
  const { project, name, sha } = named(request)
  if (levelToCreate(project, name) !== null && accessLevel(request.world, project, request.user) < 40)
    throw new Refusal(403, { message: '403 Forbidden' })
  if (project.repository) await deleteTag(project.repository, name)
  project.tags.delete(name)
  happened(project, { trigger: 'tag_push_events', name, before: sha, after: null, user: request.user })
  return noContent()
}

export const tagRoutes = {
  'GET /projects/:id/repository/tags': list,
  'POST /projects/:id/repository/tags': create,
  'GET /projects/:id/repository/tags/:tag': show,
  'DELETE /projects/:id/repository/tags/:tag': remove,
}
