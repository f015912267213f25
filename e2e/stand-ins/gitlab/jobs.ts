import { presentCommit } from './commits.ts'
import { cancel, play, retry } from './job-actions.ts'
import { ordered, page } from './page.ts'
import { pipelineOf, presentPipeline } from './pipelines.ts'
import { created, notFound, ok, Refusal, type Reply } from './reply.ts'
import { flag, numberParam, projectOf, type Request } from './request.ts'
import { presentRunner } from './runners.ts'
import { presentJobUser } from './users.ts'
import { usualRunner } from './wiring.ts'
import type { Job, Pipeline, Project, World } from './world.ts'

const seconds = (from: Date | null, to: Date | null): number | null =>
  from ? ((to ?? new Date()).getTime() - from.getTime()) / 1000 : null

export function presentJob(world: World, project: Project, job: Job) {
  const pipeline = project.pipelines.get(job.pipelineId) as Pipeline
  return {
    id: job.id,
    status: job.status,
    stage: job.stage,
    name: job.name,
    ref: job.ref,
    tag: job.tag,
    coverage: null,
    allow_failure: job.allowFailure,
    created_at: job.createdAt,
    started_at: job.startedAt,
    finished_at: job.finishedAt,
    erased_at: null,
    duration: seconds(job.startedAt, job.finishedAt),
    queued_duration: seconds(job.queuedAt, job.startedAt),
    user: presentJobUser(world, job.user),
    commit: presentCommit(world, project, job.sha),
    pipeline: presentPipeline(world, project, pipeline),
    ...(job.status === 'failed' ? { failure_reason: job.failureReason } : {}),
    web_url: `${world.url}/${project.path}/-/jobs/${job.id}`,
    project: { ci_job_token_scope_enabled: false },
    artifacts: job.log
      ? [{ file_type: 'trace', size: Buffer.byteLength(job.log), filename: 'job.log', file_format: null }]
      : [],
    runner: job.startedAt ? presentRunner(usualRunner) : null,
    runner_manager: null,
    artifacts_expire_at: null,
    archived: false,
    tag_list: [],
  }
}

const jobOf = (request: Request): { project: Project; job: Job } => {
  const project = projectOf(request)
  const job = project.jobs.get(numberParam(request, 'jobId'))
  if (!job) throw notFound('Job')
  return { project, job }
}

/** GitLab allows a user 600 of these lists a minute; the refusal is the application's, in JSON and without headers. */
const listsPerMinute = 600
const listed = new Map<string, { minute: number; count: number }>()

function countList(request: Request): void {
  const minute = Math.floor(Date.now() / 60_000)
  const key = `${request.world.url} ${request.user.id}`
  const known = listed.get(key)
  const count = known?.minute === minute ? known.count + 1 : 1
  listed.set(key, { minute, count })
  if (count > listsPerMinute)
    throw new Refusal(429, { message: { error: 'This endpoint has been requested too many times. Try again later.' } })
}

const inScope = ({ query }: Request, job: Job): boolean => {
  const scope = [...query.getAll('scope[]'), ...query.getAll('scope')]
  return scope.length === 0 || scope.includes(job.status)
}

const ofPipeline = (request: Request): Reply => {
  const { project, pipeline } = pipelineOf(request)
  const rows = [...project.jobs.values()].filter(
    (job) =>
      job.pipelineId === pipeline.id && (flag(request, 'include_retried') || !job.retried) && inScope(request, job),
  )
  return page(request, rows.reverse(), (job) => presentJob(request.world, project, job), { counted: false })
}

const list = (request: Request): Reply => {
  countList(request)
  const project = projectOf(request)
  const rows = [...project.jobs.values()].filter((job) => inScope(request, job))
  return page(
    request,
    ordered(rows, (job) => job.id, 'desc'),
    (job) => presentJob(request.world, project, job),
    { counted: false },
  )
}

const show = (request: Request): Reply => {
  const { project, job } = jobOf(request)
  return ok(presentJob(request.world, project, job))
}

const trace = (request: Request): Reply => ok(jobOf(request).job.log)

const acting =
  (answer: (body: unknown) => Reply, act: (world: World, project: Project, job: Job, user: Request['user']) => Job) =>
  (request: Request): Reply => {
    const { project, job } = jobOf(request)
    return answer(presentJob(request.world, project, act(request.world, project, job, request.user)))
  }

export const jobRoutes = {
  'GET /projects/:id/jobs': list,
  'GET /projects/:id/pipelines/:pipelineId/jobs': ofPipeline,
  'GET /projects/:id/jobs/:jobId': show,
  'GET /projects/:id/jobs/:jobId/trace': trace,
  'POST /projects/:id/jobs/:jobId/play': acting(ok, play),
  'POST /projects/:id/jobs/:jobId/retry': acting(created, retry),
  'POST /projects/:id/jobs/:jobId/cancel': acting(created, cancel),
}
