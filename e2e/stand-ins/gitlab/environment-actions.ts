import { definitions } from './ci.ts'
import { lastFinished } from './environment.ts'
import { mayRun, play } from './job-actions.ts'
import { isFinished, latestJobs } from './job-state.ts'
import { badRequest } from './reply.ts'
import type { Environment, Job, Pipeline, Project, User, World } from './world.ts'

/**
 * The jobs that would tear the environment down: named by `on_stop` in the pipeline of its last finished deployment, and
 * reached by that pipeline. A stop job still `created` is not found, as on GitLab.
 */
function stopActions(world: World, project: Project, environment: Environment): Job[] {
  const deployment = lastFinished(project, environment)
  const deployer = deployment?.jobId ? project.jobs.get(deployment.jobId) : undefined
  if (!deployer) return []
  const pipeline = project.pipelines.get(deployer.pipelineId) as Pipeline
  const onStop = definitions(world, project, pipeline).find(({ name }) => name === deployer.name)?.environment?.onStop
  return latestJobs(project, deployer.pipelineId).filter(
    (job) => job.name === onStop && job.manual && (job.status === 'manual' || isFinished(job.status)),
  )
}

/**
 * Stops an environment: `stopping` until its stop job succeeds. With no usable stop job, or by force, it is `stopped` at
 * once and nothing is torn down.
 */
export function stop(
  world: World,
  project: Project,
  environment: Environment,
  { force, user }: { force: boolean; user: User },
): void {
  if (environment.state !== 'available' && !(force && environment.state === 'stopping'))
    throw badRequest('Attempted to stop the environment but failed to change the status')
  const ways = stopActions(world, project, environment)
  const from = ways[0] ?? { ref: lastFinished(project, environment)?.ref ?? '', tag: false }
  if (!mayRun(world, project, from, user)) throw badRequest('Unauthorized to stop the environment')
  const actions = force ? [] : ways
  environment.state = actions.length > 0 ? 'stopping' : 'stopped'
  environment.updatedAt = new Date()
  if (environment.state === 'stopped') environment.autoStopAt = null
  for (const job of actions) play(world, project, job, user)
}

/** Stops every environment whose time is up. GitLab looks once an hour. */
export function stopExpired(world: World, at: Date): void {
  for (const project of world.projects.values())
    for (const environment of project.environments.values())
      if (environment.state === 'available' && environment.autoStopAt && environment.autoStopAt <= at)
        stop(world, project, environment, { force: false, user: world.users[0] as User })
}
