import { isFinished, isOutdated, latestJobs, settle } from './job-state.ts'
import { accessLevel, isProtectedBranch, level } from './members.ts'
import { abort, advance, createDeployment, launch } from './pipeline-run.ts'
import { levelToCreate } from './protected-tags.ts'
import { badRequest, forbidden } from './reply.ts'
import { type Job, nextId, type Pipeline, type Project, type Ref, type User, type World } from './world.ts'

/**
 * Plays a manual job. One that had finished is retried inside, and the answer is all the same the old job: whoever follows
 * it must look for the new one in the pipeline.
 */
export function play(world: World, project: Project, job: Job, user: User): Job {
  requireRun(world, project, job, user)
  if (isOutdated(project, job)) throw forbidden()
  if (job.manual && job.status === 'manual') {
    job.user = user
    settle(project, job, 'pending', new Date())
    void launch(world, project, job)
    return job
  }
  if (!job.manual || job.retried || !isFinished(job.status)) throw badRequest('Unplayable Job')
  retry(world, project, job, user)
  return job
}

/** Makes a new job in the old one's place, with a new deployment, and runs it; what it had kept from starting may start again. */
export function retry(world: World, project: Project, job: Job, user: User): Job {
  requireRun(world, project, job, user)
  if (isOutdated(project, job)) throw forbidden()
  if (job.retried || !isFinished(job.status)) throw forbidden('Job is not retryable')
  const at = new Date()
  const fresh: Job = {
    ...job,
    id: nextId(world, 'job'),
    status: 'created',
    user,
    createdAt: at,
    queuedAt: null,
    startedAt: null,
    finishedAt: null,
    failureReason: null,
    log: '',
  }
  job.retried = true
  project.jobs.set(fresh.id, fresh)
  createDeployment(world, project, fresh, at)
  for (const later of latestJobs(project, job.pipelineId))
    if (later.status === 'skipped') settle(project, later, 'created', at)
  settle(project, fresh, 'pending', at)
  void launch(world, project, fresh)
  return fresh
}

/** Cancels what runs, waits or has not started; a finished job stays as it is, and GitLab answers 201 all the same. */
export function cancel(world: World, project: Project, job: Job, user: User): Job {
  requireRun(world, project, job, user)
  if (job.status === 'running' && abort(world, job)) settle(project, job, 'canceling', new Date())
  else if (job.status === 'pending') abort(world, job)
  else if (job.status === 'created' || job.status === 'manual') {
    settle(project, job, 'canceled', new Date())
    advance(world, project, project.pipelines.get(job.pipelineId) as Pipeline)
  }
  return job
}

/**
 * Whether GitLab lets somebody run, retry and cancel jobs of this ref: on a protected branch only who may push to it or merge
 * into it, of a protected tag only who may create it.
 */
export function mayRun(world: World, project: Project, { ref, tag }: Ref, user: User): boolean {
  const least = tag ? levelToCreate(project, ref) : levelToChange(project, ref)
  return least !== 0 && accessLevel(world, project, user) >= (least ?? level.developer)
}

/** `null` for a branch that is not protected. */
const levelToChange = (project: Project, branch: string): number | null => {
  if (!isProtectedBranch(project, branch)) return null
  return project.wiring.developersMerge ? level.developer : level.maintainer
}

function requireRun(world: World, project: Project, job: Job, user: User): void {
  if (!mayRun(world, project, job, user)) throw forbidden()
}
