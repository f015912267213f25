import { accessLevel, level } from './members.ts'
import { page } from './page.ts'
import { forbidden, notFound, ok, type Reply } from './reply.ts'
import { numberParam, projectOf, type Request } from './request.ts'
import { type Runner, runnersOf } from './wiring.ts'
import type { Project, World } from './world.ts'

/** As it stands in lists and in jobs: without its tags. */
export const presentRunner = (runner: Runner) => ({
  id: runner.id,
  description: runner.description,
  ip_address: '',
  active: !runner.isPaused,
  paused: runner.isPaused,
  is_shared: runner.serves === 'instance',
  runner_type: runner.serves === 'instance' ? 'instance_type' : 'project_type',
  name: 'gitlab-runner',
  online: runner.status === 'online',
  created_by: null,
  created_at: '2021-04-01T00:00:00.000Z',
  status: runner.status,
  job_execution_status: 'idle',
})

const list = (request: Request): Reply => page(request, runnersOf(request.world, projectOf(request)), presentRunner)

/** Of a project's runner for its maintainers; of a shared one for everybody. */
const show = (request: Request): Reply => {
  const { world, user } = request
  const runner = world.runners.find(({ id }) => id === numberParam(request, 'runnerId'))
  if (!runner) throw notFound('Runner')
  const served = [...world.projects.values()].filter((project) => runnersOf(world, project).includes(runner))
  const isTheirs = served.some((project) => accessLevel(world, project, user) >= level.maintainer)
  if (runner.serves !== 'instance' && !isTheirs) throw forbidden('No access granted')
  return ok({
    ...presentRunner(runner),
    tag_list: runner.tags,
    run_untagged: runner.runUntagged,
    locked: false,
    maximum_timeout: null,
    access_level: runner.protectedOnly ? 'ref_protected' : 'not_protected',
    version: '18.6.1',
    revision: '2b4d6c11',
    platform: 'linux',
    architecture: 'amd64',
    contacted_at: new Date(),
    maintenance_note: null,
    projects: served.map(({ id, path }) => ({ id, path_with_namespace: path })),
    groups: [],
  })
}

/** Whether a job finds a runner: one that is there, takes jobs, and takes this one. Jobs here have no tags. */
export const runnerFor = (
  world: World,
  project: Project,
  { isProtectedRef }: { isProtectedRef: boolean },
): Runner | null =>
  runnersOf(world, project).find(
    (runner) =>
      runner.status === 'online' && !runner.isPaused && runner.runUntagged && (isProtectedRef || !runner.protectedOnly),
  ) ?? null

export const runnerRoutes = {
  'GET /projects/:id/runners': list,
  'GET /runners/:runnerId': show,
}
