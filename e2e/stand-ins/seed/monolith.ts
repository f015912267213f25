import { createHash } from 'node:crypto'
import { environmentSlug } from '../gitlab/slug.ts'
import type { Commit, Deployment, Job, Pipeline, Project, User, World } from '../gitlab/world.ts'
import { nextId } from '../gitlab/world.ts'
import type { SeedApps } from './hello-app.ts'
import { day, emptyProject, later, minute } from './past.ts'
import { people } from './people.ts'

/** How large the large project is. */
export const size = {
  masterCommits: 1_000,
  branches: 5_000,
  mergeRequests: 3_000,
  reviewApps: 1_500,
  pipelines: 4_000,
  deployments: 10_000,
  appsOnDokku: 60,
}

const topics = ['billing', 'search', 'signup', 'reports', 'inbox', 'calendar', 'export', 'webhooks', 'mobile', 'admin']
const verbs = ['add', 'fix', 'speed-up', 'remove', 'rename', 'document']

const branchName = (index: number): string => {
  const topic = topics[index % topics.length]
  const verb = verbs[Math.floor(index / topics.length) % verbs.length]
  return index === 0 ? 'master' : `${topic}/${verb}-${topic}-${String(index).padStart(4, '0')}`
}

const shaOf = (what: string): string => createHash('sha1').update(`monolith ${what}`).digest('hex')

/** Nobody in particular, always the same one for an index; the bot is not among them. */
const author = (index: number): User => people[1 + (index % (people.length - 1))] as User

function addCommit(
  project: Project,
  what: string,
  { index, parent, message, at }: { index: number; parent: string | null; message: string; at: Date },
): string {
  const { name, email } = author(index)
  const commit: Commit = {
    id: shaOf(what),
    parentIds: parent ? [parent] : [],
    message,
    authorName: name,
    authorEmail: email,
    committedAt: at,
  }
  project.commits.set(commit.id, commit)
  return commit.id
}

/** Branch 1 is the youngest: minutes since branch `index` was pushed. */
const branchAge = (index: number): number => 3 * minute + index * 20 * minute

function addCommits(project: Project, asOf: Date): void {
  let parent: string | null = null
  const span = 120 * day
  for (let index = 0; index < size.masterCommits; index++) {
    const at = later(asOf, -span + (index * (span - 60 * minute)) / size.masterCommits)
    parent = addCommit(project, `master ${index}`, { index, parent, message: `Change ${index} of everything`, at })
  }
  project.branches.set('master', parent as string)
  for (let index = size.branches - 1; index > 0; index--) {
    const name = branchName(index)
    const base = shaOf(`master ${Math.max(0, size.masterCommits - 1 - (index % size.masterCommits))}`)
    const at = later(asOf, -branchAge(index))
    project.branches.set(name, addCommit(project, name, { index, parent: base, message: `Work on ${name}`, at }))
  }
}

function addMergeRequests(world: World, project: Project, asOf: Date): void {
  for (let index = size.mergeRequests; index > 0; index--) {
    const sourceBranch = branchName(index)
    const createdAt = later(asOf, -branchAge(index))
    const state = index % 5 === 0 ? 'merged' : index % 17 === 0 ? 'closed' : 'opened'
    const endedAt = later(createdAt, 2 * minute)
    project.mergeRequests.push({
      id: nextId(world, 'merge request'),
      iid: nextId(world, `merge request:${project.id}`),
      title: `${index % 11 === 0 ? 'Draft: ' : ''}Work on ${sourceBranch}`,
      state,
      draft: index % 11 === 0,
      sourceBranch,
      targetBranch: 'master',
      author: author(index),
      labels: index % 3 === 0 ? ['backend'] : [],
      sha: project.branches.get(sourceBranch) ?? null,
      mergeCommitSha: state === 'merged' ? shaOf(`master ${index % size.masterCommits}`) : null,
      mergeUser: state === 'merged' ? author(index + 1) : null,
      removeSourceBranch: false,
      createdAt,
      updatedAt: state === 'opened' ? createdAt : endedAt,
      mergedAt: state === 'merged' ? endedAt : null,
      closedAt: state === 'closed' ? endedAt : null,
    })
  }
}

interface Run {
  ref: string
  sha: string
  user: User
  at: Date
  status: 'success' | 'failed'
}

function addPipeline(world: World, project: Project, { ref, sha, user, at, status }: Run): Pipeline {
  const pipeline: Pipeline = {
    id: nextId(world, 'pipeline'),
    iid: nextId(world, `pipeline:${project.id}`),
    ref,
    tag: false,
    sha,
    source: 'push',
    own: null,
    status,
    user,
    createdAt: at,
    updatedAt: later(at, 2 * minute),
  }
  project.pipelines.set(pipeline.id, pipeline)
  return pipeline
}

type NewJob = Pick<Job, 'name' | 'stage' | 'status' | 'manual' | 'environment'>

function addJob(world: World, project: Project, pipeline: Pipeline, fields: NewJob): Job {
  const isWaiting = fields.status === 'manual'
  const job: Job = {
    id: nextId(world, 'job'),
    allowFailure: fields.manual,
    pipelineId: pipeline.id,
    ref: pipeline.ref,
    tag: pipeline.tag,
    sha: pipeline.sha,
    user: pipeline.user,
    createdAt: pipeline.createdAt,
    queuedAt: isWaiting ? null : pipeline.createdAt,
    startedAt: isWaiting ? null : later(pipeline.createdAt, 3000),
    finishedAt: isWaiting ? null : pipeline.updatedAt,
    failureReason: fields.status === 'failed' ? 'script_failure' : null,
    retried: false,
    log: '',
    ...fields,
  }
  project.jobs.set(job.id, job)
  return job
}

function addDeployment(world: World, project: Project, job: Job): void {
  const id = nextId(world, 'deployment')
  const isWaiting = job.status === 'manual'
  const deployment: Deployment = {
    id,
    iid: nextId(world, `deployment:${project.id}`),
    environmentId: job.environment?.id as number,
    jobId: job.id,
    ref: job.ref,
    sha: job.sha,
    status: isWaiting ? 'blocked' : (job.status as 'success' | 'failed'),
    user: job.user,
    createdAt: job.createdAt,
    updatedAt: job.finishedAt ?? job.createdAt,
    finishedAt: job.finishedAt,
  }
  project.deployments.set(id, deployment)
}

function addEnvironment(
  world: World,
  project: Project,
  name: string,
  { tier, url, at }: { tier: 'production' | 'staging' | 'development'; url: string; at: Date },
): number {
  const id = nextId(world, 'environment')
  const slug = environmentSlug(name)
  project.environments.set(id, {
    id,
    name,
    slug,
    tier,
    state: 'available',
    externalUrl: url.replace('$SLUG', slug),
    autoStopAt: null,
    createdAt: at,
    updatedAt: at,
  })
  return id
}

/** Deployments of master to staging, one a commit, each with a production job that waits; every tenth was pressed. */
function addLane(world: World, project: Project, count: number): void {
  const { httpPort } = world.hosts.production
  const at = project.createdAt
  const staging = addEnvironment(world, project, 'staging', {
    tier: 'staging',
    url: `http://monolith-staging.localhost:${httpPort}/`,
    at,
  })
  const production = addEnvironment(world, project, 'production', {
    tier: 'production',
    url: `http://monolith.localhost:${httpPort}/`,
    at,
  })
  const commits = [...project.commits.values()].slice(size.masterCommits - count, size.masterCommits)
  commits.forEach((commit, index) => {
    const run: Run = { ref: 'master', sha: commit.id, user: author(index), at: commit.committedAt, status: 'success' }
    const pipeline = addPipeline(world, project, run)
    addJob(world, project, pipeline, {
      name: 'rake',
      stage: 'test',
      status: 'success',
      manual: false,
      environment: null,
    })
    const deploy = {
      name: 'staging',
      stage: 'staging',
      status: 'success',
      manual: false,
      environment: { id: staging, action: 'start' },
    } as const
    addDeployment(world, project, addJob(world, project, pipeline, deploy))
    const wasPressed = (count - index) % 10 === 0
    const promote = {
      name: 'production',
      stage: 'production',
      status: wasPressed ? 'success' : 'manual',
      manual: true,
      environment: { id: production, action: 'start' },
    } as const
    addDeployment(world, project, addJob(world, project, pipeline, promote))
  })
}

/** Review apps of the youngest branches, oldest deployment first, so that ids grow with time as on GitLab. */
function addReviewApps(
  world: World,
  project: Project,
  asOf: Date,
  { pipelines, deployments }: { pipelines: number; deployments: number },
): void {
  const ids = new Map<number, number>()
  for (let index = size.reviewApps; index > 0; index--) {
    const url = `http://$SLUG.localhost:${world.hosts.review.httpPort}`
    const at = later(asOf, -branchAge(index))
    ids.set(index, addEnvironment(world, project, `review/${branchName(index)}`, { tier: 'development', url, at }))
  }
  let left = deployments
  for (let run = 0; run < pipelines; run++) {
    const index = size.reviewApps - (run % size.reviewApps)
    const ref = branchName(index)
    const isLast = run >= pipelines - size.reviewApps
    const at = later(asOf, -branchAge(index) - (isLast ? 0 : 10 * day - run * 1000))
    const status = index % 23 === 0 && isLast ? 'failed' : 'success'
    const sha = project.branches.get(ref) as string
    const pipeline = addPipeline(world, project, { ref, sha, user: author(index), at, status })
    addJob(world, project, pipeline, {
      name: 'rake',
      stage: 'test',
      status: 'success',
      manual: false,
      environment: null,
    })
    const review = {
      name: 'review',
      stage: 'review',
      status,
      manual: false,
      environment: { id: ids.get(index) as number, action: 'start' },
    } as const
    const share = Math.ceil(left / (pipelines - run))
    for (let retry = 0; retry < share; retry++) {
      const job = addJob(world, project, pipeline, review)
      job.retried = retry < share - 1
      addDeployment(world, project, job)
    }
    left -= share
    const stop = {
      name: 'stop_review',
      stage: 'review',
      status: 'manual',
      manual: true,
      environment: { id: ids.get(index) as number, action: 'stop' },
    } as const
    addJob(world, project, pipeline, stop)
  }
}

/** The large project: everything in memory, no repository; of its 1,500 review apps Dokku has 60. */
export function seedMonolith(world: World, asOf: Date): SeedApps {
  const createdAt = later(asOf, -400 * day)
  const project = emptyProject(1001, { path: 'scale/monolith', description: 'Everything at once', createdAt })
  world.projects.set(project.id, project)
  addCommits(project, asOf)
  addMergeRequests(world, project, asOf)
  const lane = 500
  addLane(world, project, lane)
  addReviewApps(world, project, asOf, { pipelines: size.pipelines - lane, deployments: size.deployments - 2 * lane })
  const reviewApp = (index: number) => {
    const ref = branchName(index)
    const name = environmentSlug(`review/${ref}`)
    return { name, repo: null, sha: project.branches.get(ref) as string, createdAt: later(asOf, -branchAge(index)) }
  }
  const head = project.branches.get('master') as string
  return {
    review: Array.from({ length: size.appsOnDokku }, (_, index) => reviewApp(index + 1)),
    production: [
      { name: 'monolith-staging', repo: null, sha: head, createdAt },
      { name: 'monolith', repo: null, sha: shaOf(`master ${size.masterCommits - 10}`), createdAt },
    ],
  }
}
