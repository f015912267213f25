import { lastSuccess } from './environment.ts'
import { happened } from './happening.ts'
import type { Deployment, DeploymentStatus, Environment, Job, Pipeline, Project, RunStatus } from './world.ts'

const deploymentStatus: Record<RunStatus, DeploymentStatus> = {
  created: 'created',
  pending: 'created',
  manual: 'blocked',
  running: 'running',
  canceling: 'running',
  success: 'success',
  failed: 'failed',
  canceled: 'canceled',
  skipped: 'skipped',
}

export const isFinished = (status: RunStatus): boolean => ['success', 'failed', 'canceled'].includes(status)

/** The jobs of a pipeline that count: of every name the latest. */
export const latestJobs = (project: Project, pipelineId: number): Job[] =>
  [...project.jobs.values()].filter((job) => job.pipelineId === pipelineId && !job.retried)

function pipelineStatus(jobs: Job[]): RunStatus {
  const counted = jobs.filter(
    (job) => !(job.allowFailure && ['manual', 'failed', 'canceled', 'skipped'].includes(job.status)),
  )
  const has = (...statuses: RunStatus[]): boolean => counted.some(({ status }) => statuses.includes(status))
  if (has('running', 'canceling')) return 'running'
  if (has('pending')) return counted.some(({ status }) => isFinished(status)) ? 'running' : 'pending'
  if (has('created')) return counted.some(({ status }) => isFinished(status)) ? 'running' : 'created'
  if (has('manual')) return 'manual'
  if (has('failed')) return 'failed'
  if (has('canceled')) return 'canceled'
  return 'success'
}

export function refreshPipeline(project: Project, pipelineId: number, at: Date): void {
  const pipeline = project.pipelines.get(pipelineId) as Pipeline
  const status = pipelineStatus(latestJobs(project, pipelineId))
  if (status === pipeline.status) return
  pipeline.status = status
  pipeline.updatedAt = at
  happened(project, { trigger: 'pipeline_events', pipeline })
}

export const deploymentOf = (project: Project, job: Job): Deployment | undefined =>
  job.environment?.action === 'start'
    ? [...project.deployments.values()].findLast(({ jobId }) => jobId === job.id)
    : undefined

/** A deployment job that never ran, though a newer deployment of another commit has: GitLab refuses to run it. */
export function isOutdated(project: Project, job: Job): boolean {
  const deployment = deploymentOf(project, job)
  const environment = deployment && project.environments.get(deployment.environmentId)
  const last = environment && lastSuccess(project, environment)
  return Boolean(
    last && deployment && deployment.id < last.id && deployment.sha !== last.sha && !isFinished(job.status),
  )
}

function moveEnvironment(environment: Environment, job: Job, at: Date): void {
  const was = environment.state
  const starts = job.environment?.action === 'start'
  if (starts && (job.status === 'running' || job.status === 'success')) environment.state = 'available'
  if (!starts && job.status === 'success') {
    environment.state = 'stopped'
    environment.autoStopAt = null
  }
  if (was !== environment.state) environment.updatedAt = at
}

/** Gives a job its next status, with all that follows for its deployment, environment and pipeline. */
export function settle(
  project: Project,
  job: Job,
  status: RunStatus,
  at: Date,
  failureReason: string | null = null,
): void {
  job.status = status
  job.failureReason = failureReason
  if (status === 'pending') job.queuedAt = at
  if (status === 'running') job.startedAt = at
  if (isFinished(status)) job.finishedAt = at
  const deployment = deploymentOf(project, job)
  if (deployment && deployment.status !== deploymentStatus[status]) {
    deployment.status = deploymentStatus[status]
    deployment.updatedAt = at
    if (isFinished(status)) deployment.finishedAt = at
    if (status === 'running' || isFinished(status)) happened(project, { trigger: 'deployment_events', deployment })
  }
  const environment = job.environment && project.environments.get(job.environment.id)
  if (environment) moveEnvironment(environment, job, at)
  happened(project, { trigger: 'job_events', job })
  refreshPipeline(project, job.pipelineId, at)
}
