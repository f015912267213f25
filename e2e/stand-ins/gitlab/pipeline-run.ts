import { definitions, type JobDefinition, stagesOf } from './ci.ts'
import { happened } from './happening.ts'
import { isFinished, latestJobs, refreshPipeline, settle } from './job-state.ts'
import { ownPipeline } from './own-pipeline.ts'
import { pause } from './pause.ts'
import { run } from './runner.ts'
import { environmentSlug } from './slug.ts'
import { guessTier } from './tier.ts'
import {
  type Environment,
  type Job,
  nextId,
  type OwnPipeline,
  type Pipeline,
  type Project,
  type User,
  type World,
} from './world.ts'

export interface Push {
  ref: string
  /** Whether `ref` is a tag. */
  tag?: boolean
  sha: string
  user: User
  at: Date
}

/** Runs in flight of one world, so that a job can be canceled and everything ends when the server stops. */
const inFlight = new WeakMap<World, Map<number, AbortController>>()

/** Worlds whose server is going down: nothing new starts in them. */
const stopped = new WeakSet<World>()

const flights = (world: World): Map<number, AbortController> => {
  const known = inFlight.get(world) ?? new Map<number, AbortController>()
  inFlight.set(world, known)
  return known
}

const isValidName = (name: string): boolean => name.length <= 255 && /^[a-zA-Z0-9_\-/${}. ]+$/.test(name)

function ensureEnvironment(world: World, project: Project, definition: JobDefinition, at: Date): Environment | null {
  const { environment } = definition
  if (!environment || !isValidName(environment.name)) return null
  const known = [...project.environments.values()].find(({ name }) => name === environment.name)
  if (known) return known
  const slug = environmentSlug(environment.name)
  const made: Environment = {
    id: nextId(world, 'environment'),
    name: environment.name,
    slug,
    tier: environment.tier ?? guessTier(environment.name),
    state: 'available',
    externalUrl: environment.urlOf(slug),
    autoStopAt: null,
    createdAt: at,
    updatedAt: at,
  }
  project.environments.set(made.id, made)
  return made
}

export function createDeployment(world: World, project: Project, job: Job, at: Date): void {
  if (job.environment?.action !== 'start') return
  const id = nextId(world, 'deployment')
  project.deployments.set(id, {
    id,
    iid: nextId(world, `deployment:${project.id}`),
    environmentId: job.environment.id,
    jobId: job.id,
    ref: job.ref,
    sha: job.sha,
    status: 'created',
    user: job.user,
    createdAt: at,
    updatedAt: at,
    finishedAt: null,
  })
}

function createJob(world: World, project: Project, pipeline: Pipeline, definition: JobDefinition): void {
  const at = pipeline.createdAt
  const environment = ensureEnvironment(world, project, definition, at)
  const job: Job = {
    id: nextId(world, 'job'),
    name: definition.name,
    stage: definition.stage,
    status: 'created',
    manual: definition.manual,
    allowFailure: definition.allowFailure,
    pipelineId: pipeline.id,
    ref: pipeline.ref,
    tag: pipeline.tag,
    sha: pipeline.sha,
    user: pipeline.user,
    createdAt: at,
    queuedAt: null,
    startedAt: null,
    finishedAt: null,
    failureReason: null,
    retried: false,
    environment: environment && definition.environment && { id: environment.id, action: definition.environment.action },
    log: '',
  }
  project.jobs.set(job.id, job)
  createDeployment(world, project, job, at)
  happened(project, { trigger: 'job_events', job })
  if (definition.environment && !environment) settle(project, job, 'failed', at, 'environment_creation_failure')
}

/** A pipeline with its jobs, environments and deployments, all just `created`; nothing runs yet. */
export function createPipeline(
  world: World,
  project: Project,
  { ref, tag = false, sha, user, at }: Push,
  own: OwnPipeline | null = null,
): Pipeline {
  const pipeline: Pipeline = {
    id: nextId(world, 'pipeline'),
    iid: nextId(world, `pipeline:${project.id}`),
    ref,
    tag,
    sha,
    source: 'push',
    own,
    status: 'created',
    user,
    createdAt: at,
    updatedAt: at,
  }
  project.pipelines.set(pipeline.id, pipeline)
  for (const definition of definitions(world, project, pipeline)) createJob(world, project, pipeline, definition)
  return pipeline
}

/** What the jobs that a job needs say of it; `null` when it needs none and goes by its stage. */
function waitFor(jobs: readonly Job[], needs: string[] | null | undefined): 'go' | 'wait' | 'skip' | null {
  if (!needs) return null
  const needed = jobs.filter(({ name }) => needs.includes(name))
  const isThrough = ({ status, allowFailure }: Job) => status === 'success' || (status === 'failed' && allowFailure)
  if (needed.every(isThrough)) return 'go'
  return needed.some((job) => !isThrough(job) && ['failed', 'canceled', 'skipped'].includes(job.status))
    ? 'skip'
    : 'wait'
}

/** Starts what may start now: the jobs of the first stage that is not through; skips what can never start. */
export function advance(world: World, project: Project, pipeline: Pipeline): void {
  const jobs = latestJobs(project, pipeline.id)
  let isBlocked = false
  let hasFailed = false
  const needs = new Map(definitions(world, project, pipeline).map((definition) => [definition.name, definition.needs]))
  for (const stage of stagesOf(pipeline)) {
    const here = jobs.filter((job) => job.stage === stage)
    for (const job of here) {
      const wait = waitFor(jobs, needs.get(job.name)) ?? (isBlocked ? 'wait' : hasFailed ? 'skip' : 'go')
      if (job.status !== 'created' || wait === 'wait') continue
      if (wait === 'skip') settle(project, job, 'skipped', new Date())
      else if (job.manual) settle(project, job, 'manual', new Date())
      else void launch(world, project, job)
    }
    const counted = here.filter((job) => !(job.manual && job.allowFailure))
    isBlocked ||= counted.some(({ status }) => !isFinished(status) && status !== 'skipped')
    hasFailed ||= counted.some(({ status }) => status === 'failed' || status === 'canceled')
  }
  refreshPipeline(project, pipeline.id, new Date())
}

/** Hands a job to the runner, and the pipeline on when it has ended. */
export async function launch(world: World, project: Project, job: Job): Promise<void> {
  const controller = new AbortController()
  flights(world).set(job.id, controller)
  await run(world, project, job, controller.signal)
  flights(world).delete(job.id)
  if (!stopped.has(world)) advance(world, project, project.pipelines.get(job.pipelineId) as Pipeline)
}

/** As on GitLab, the jobs of a new pipeline stay `created`, and cannot be played, for a moment. `null` when there are no jobs. */
export async function startPipeline(world: World, project: Project, push: Push): Promise<Pipeline | null> {
  const own = await ownPipeline(world, project, { tag: false, ...push })
  if (project.runsOwnPipeline && !own) return null
  const pipeline = createPipeline(world, project, push, own)
  void pause(world.jobMs * 0.15).then(() => stopped.has(world) || advance(world, project, pipeline))
  return pipeline
}

/** Cancels a job that runs or waits for a runner; `false` when it does neither. */
export function abort(world: World, job: Job): boolean {
  const controller = flights(world).get(job.id)
  controller?.abort()
  return controller !== undefined
}

/** Ends everything in flight, for good. */
export function stopRunning(world: World): void {
  stopped.add(world)
  for (const controller of flights(world).values()) controller.abort()
}
