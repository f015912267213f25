import { resolve } from './commits.ts'
import { lint } from './lint.ts'
import { badParameter, notFound, ok, type Reply } from './reply.ts'
import { filesAt } from './repository.ts'
import { projectOf, type Request } from './request.ts'
import type { Project } from './world.ts'

const path = '.gitlab-ci.yml'

/** The YAML files of the repository at a commit: the pipeline's own and whatever it may include. */
async function yamlAt({ repository }: Project, sha: string | null): Promise<(path: string) => string | null> {
  const files = repository && sha ? await filesAt(repository, sha, (name) => /\.ya?ml$/.test(name)) : new Map()
  return (name) => files.get(name) ?? null
}

const committed = async (request: Request): Promise<Reply> => {
  const project = projectOf(request)
  if (project.commits.size === 0) throw notFound('Repository')
  const { query } = request
  const sha = resolve(project, query.get('content_ref') ?? query.get('sha') ?? project.defaultBranch)
  if (!sha) throw notFound('Commit')
  const fileOf = await yamlAt(project, sha)
  return ok(lint(fileOf(path), fileOf))
}

const given = async (request: Request): Promise<Reply> => {
  const project = projectOf(request)
  const { content } = request.body
  if (typeof content !== 'string') throw badParameter('content is missing')
  return ok(lint(content, await yamlAt(project, project.branches.get(project.defaultBranch) ?? null)))
}

export const lintRoutes = {
  'GET /projects/:id/ci/lint': committed,
  'POST /projects/:id/ci/lint': given,
}
