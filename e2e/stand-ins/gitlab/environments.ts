import { presentOwnDeployment } from './deployments.ts'
import { lastSuccess } from './environment.ts'
import { stop } from './environment-actions.ts'
import { page } from './page.ts'
import { presentBasicProject } from './projects.ts'
import { badRequest, forbidden, noContent, notFound, ok, Refusal, type Reply } from './reply.ts'
import { choice, numberParam, projectOf, type Request } from './request.ts'
import type { Environment, Project, World } from './world.ts'

const presentEnvironment = (environment: Environment) => ({
  id: environment.id,
  name: environment.name,
  slug: environment.slug,
  external_url: environment.externalUrl,
  created_at: environment.createdAt,
  updated_at: environment.updatedAt,
  tier: environment.tier,
  state: environment.state,
  auto_stop_at: environment.autoStopAt,
  cluster_agent: null,
  kubernetes_namespace: null,
  flux_resource_path: null,
  description: null,
  auto_stop_setting: 'always',
})

/** Lists never carry the last deployment; only this one does. */
function presentWithLastDeployment(world: World, project: Project, environment: Environment) {
  const deployment = lastSuccess(project, environment)
  return {
    ...presentEnvironment(environment),
    last_deployment: deployment ? presentOwnDeployment(world, project, deployment) : null,
  }
}

const list = (request: Request): Reply => {
  const project = projectOf(request)
  const [name, search] = [request.query.get('name'), request.query.get('search')?.toLowerCase()]
  if (name && search) throw badRequest('name and search cannot be used together')
  if (search && search.length < 3) throw badRequest('Search query is less than 3 characters')
  const state = choice(request, 'states', ['available', 'stopping', 'stopped'])
  const rows = [...project.environments.values()].filter(
    (row) =>
      (!name || row.name === name) &&
      (!search || row.name.toLowerCase().startsWith(search)) &&
      (!state || row.state === state),
  )
  const owner = presentBasicProject(request.world, project)
  return page(request, rows, (row) => ({ ...presentEnvironment(row), project: owner }))
}

const environmentOf = (request: Request): { project: Project; environment: Environment } => {
  const project = projectOf(request)
  const environment = project.environments.get(numberParam(request, 'environmentId'))
  if (!environment) throw notFound('Environment')
  return { project, environment }
}

const show = (request: Request): Reply => {
  const { project, environment } = environmentOf(request)
  return ok(presentWithLastDeployment(request.world, project, environment))
}

/** Of what can be changed only the address is played; the name cannot be. */
const update = (request: Request): Reply => {
  const { environment } = environmentOf(request)
  const { external_url: url } = request.body
  if (url !== undefined && url !== null && !isWebAddress(url))
    throw new Refusal(400, { message: { external_url: ['is blocked: Only allowed schemes are http, https'] } })
  if (url !== undefined) environment.externalUrl = url
  environment.updatedAt = new Date()
  return ok(presentEnvironment(environment))
}

const isWebAddress = (url: unknown): url is string => typeof url === 'string' && /^https?:\/\/[^/]/.test(url)

const stopOne = (request: Request): Reply => {
  const { project, environment } = environmentOf(request)
  const force = request.body.force === true || request.body.force === 'true'
  stop(request.world, project, environment, { force, user: request.user })
  return ok(presentEnvironment(environment))
}

const remove = (request: Request): Reply => {
  const { project, environment } = environmentOf(request)
  if (environment.state !== 'stopped') throw forbidden()
  project.environments.delete(environment.id)
  for (const { id, environmentId } of project.deployments.values())
    if (environmentId === environment.id) project.deployments.delete(id)
  return noContent()
}

export const environmentRoutes = {
  'GET /projects/:id/environments': list,
  'GET /projects/:id/environments/:environmentId': show,
  'PUT /projects/:id/environments/:environmentId': update,
  'POST /projects/:id/environments/:environmentId/stop': stopOne,
  'DELETE /projects/:id/environments/:environmentId': remove,
}
