import { presentJob } from './jobs.ts'
import { ordered, page } from './page.ts'
import { badRequest, notFound, ok, type Reply } from './reply.ts'
import { choice, instant, numberParam, projectOf, type Request } from './request.ts'
import { presentUser } from './users.ts'
import type { Deployment, Environment, Project, World } from './world.ts'

/** A deployment without its environment, as it stands in `last_deployment`. */
export function presentOwnDeployment(world: World, project: Project, deployment: Deployment) {
  const job = deployment.jobId === null ? undefined : project.jobs.get(deployment.jobId)
  return {
    id: deployment.id,
    iid: deployment.iid,
    ref: deployment.ref,
    sha: deployment.sha,
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    user: presentUser(world, deployment.user),
    deployable: job ? presentJob(world, project, job) : null,
    status: deployment.status,
  }
}

function presentDeployment(world: World, project: Project, deployment: Deployment) {
  const environment = project.environments.get(deployment.environmentId) as Environment
  return {
    ...presentOwnDeployment(world, project, deployment),
    environment: {
      id: environment.id,
      name: environment.name,
      slug: environment.slug,
      external_url: environment.externalUrl,
      created_at: environment.createdAt,
      updated_at: environment.updatedAt,
    },
  }
}

const statuses = ['created', 'running', 'success', 'failed', 'canceled', 'skipped', 'blocked'] as const

/** GitLab filters by a time only when the list is also ordered by it, so that an index serves the question. */
function timeFilter(request: Request, orderBy: string, status: string | undefined): (row: Deployment) => boolean {
  const [updatedAfter, updatedBefore] = [instant(request, 'updated_after'), instant(request, 'updated_before')]
  const [finishedAfter, finishedBefore] = [instant(request, 'finished_after'), instant(request, 'finished_before')]
  const updated = updatedAfter || updatedBefore
  const finished = finishedAfter || finishedBefore
  if (updated && finished) throw badRequest('`finished_at` filter and `updated_at` filter can not be used together')
  if (updated && orderBy !== 'updated_at') throw badRequest('`updated_at` filter requires `updated_at` sort')
  if (finished && orderBy !== 'finished_at') throw badRequest('`finished_at` filter requires `finished_at` sort')
  if (finished && status !== 'success')
    throw badRequest('`finished_at` filter must be combined with `success` status filter.')
  return (row) =>
    (!updatedAfter || row.updatedAt >= updatedAfter) &&
    (!updatedBefore || row.updatedAt <= updatedBefore) &&
    (!finishedAfter || (row.finishedAt !== null && row.finishedAt >= finishedAfter)) &&
    (!finishedBefore || (row.finishedAt !== null && row.finishedAt <= finishedBefore))
}

const list = (request: Request): Reply => {
  const project = projectOf(request)
  const orderBy = choice(request, 'order_by', ['id', 'iid', 'created_at', 'updated_at', 'finished_at', 'ref']) ?? 'id'
  const status = choice(request, 'status', statuses)
  const environment = request.query.get('environment')
  const inTime = timeFilter(request, orderBy, status)
  const rows = [...project.deployments.values()].filter(
    (row) =>
      (!status || row.status === status) &&
      (!environment || project.environments.get(row.environmentId)?.name === environment) &&
      inTime(row),
  )
  const key = (row: Deployment): number | string => {
    if (orderBy === 'created_at') return row.createdAt.getTime()
    if (orderBy === 'updated_at') return row.updatedAt.getTime()
    if (orderBy === 'finished_at') return row.finishedAt?.getTime() ?? 0
    return row[orderBy]
  }
  return page(request, ordered(rows, key, choice(request, 'sort', ['asc', 'desc']) ?? 'asc'), (row) =>
    presentDeployment(request.world, project, row),
  )
}

const show = (request: Request): Reply => {
  const project = projectOf(request)
  const deployment = project.deployments.get(numberParam(request, 'deploymentId'))
  if (!deployment) throw notFound('Deployment')
  return ok(presentDeployment(request.world, project, deployment))
}

export const deploymentRoutes = {
  'GET /projects/:id/deployments': list,
  'GET /projects/:id/deployments/:deploymentId': show,
}
