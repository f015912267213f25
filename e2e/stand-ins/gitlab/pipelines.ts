import { ordered, page } from './page.ts'
import { forbidden, notFound, ok, type Reply } from './reply.ts'
import { choice, instant, numberParam, projectOf, type Request } from './request.ts'
import { presentUser } from './users.ts'
import type { Pipeline, Project, World } from './world.ts'

export const presentPipeline = (world: World, project: Project, pipeline: Pipeline) => ({
  id: pipeline.id,
  iid: pipeline.iid,
  project_id: project.id,
  sha: pipeline.sha,
  ref: pipeline.ref,
  status: pipeline.status,
  source: pipeline.source,
  created_at: pipeline.createdAt,
  updated_at: pipeline.updatedAt,
  web_url: `${world.url}/${project.path}/-/pipelines/${pipeline.id}`,
})

const presentWhole = (world: World, project: Project, pipeline: Pipeline) => ({
  ...presentPipeline(world, project, pipeline),
  name: null,
  before_sha: project.commits.get(pipeline.sha)?.parentIds[0] ?? '0'.repeat(40),
  tag: pipeline.tag,
  yaml_errors: null,
  user: presentUser(world, pipeline.user),
  started_at: pipeline.createdAt,
  finished_at: ['success', 'failed', 'canceled'].includes(pipeline.status) ? pipeline.updatedAt : null,
  committed_at: null,
  duration: null,
  queued_duration: null,
  coverage: null,
})

const statuses = [
  'created',
  'pending',
  'running',
  'success',
  'failed',
  'canceling',
  'canceled',
  'skipped',
  'manual',
] as const

const list = (request: Request): Reply => {
  const project = projectOf(request)
  const { query } = request
  const status = choice(request, 'status', statuses)
  const orderBy = choice(request, 'order_by', ['id', 'status', 'ref', 'updated_at', 'user_id']) ?? 'id'
  const [after, before] = [instant(request, 'updated_after'), instant(request, 'updated_before')]
  const [ref, sha] = [query.get('ref'), query.get('sha')]
  const rows = [...project.pipelines.values()].filter(
    (row) =>
      (!status || row.status === status) &&
      (!after || row.updatedAt >= after) &&
      (!before || row.updatedAt <= before) &&
      (!ref || row.ref === ref) &&
      (!sha || row.sha === sha),
  )
  const key = (row: Pipeline): number | string => {
    if (orderBy === 'updated_at') return row.updatedAt.getTime()
    if (orderBy === 'user_id') return row.user.id
    return orderBy === 'id' ? row.id : row[orderBy]
  }
  return page(request, ordered(rows, key, choice(request, 'sort', ['asc', 'desc']) ?? 'desc'), (row) =>
    presentPipeline(request.world, project, row),
  )
}

export const pipelineOf = (request: Request): { project: Project; pipeline: Pipeline } => {
  const project = projectOf(request)
  const pipeline = project.pipelines.get(numberParam(request, 'pipelineId'))
  if (!pipeline) throw notFound('Pipeline')
  return { project, pipeline }
}

const latest = (request: Request): Reply => {
  const project = projectOf(request)
  const ref = request.query.get('ref') ?? project.defaultBranch
  const pipeline = [...project.pipelines.values()].findLast((candidate) => candidate.ref === ref)
  if (!pipeline) throw forbidden()
  return ok(presentWhole(request.world, project, pipeline))
}

const show = (request: Request): Reply => {
  const { project, pipeline } = pipelineOf(request)
  return ok(presentWhole(request.world, project, pipeline))
}

export const pipelineRoutes = {
  'GET /projects/:id/pipelines': list,
  'GET /projects/:id/pipelines/latest': latest,
  'GET /projects/:id/pipelines/:pipelineId': show,
}
