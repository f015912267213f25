import { settle } from '../gitlab/job-state.ts'
import { createPipeline, type Push } from '../gitlab/pipeline-run.ts'
import { talk } from '../gitlab/talk.ts'
import { usualWiring } from '../gitlab/wiring.ts'
import {
  type Environment,
  type Job,
  type MergeRequest,
  nextId,
  type Pipeline,
  type Project,
  type User,
  type World,
} from '../gitlab/world.ts'

const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

export const later = (at: Date, ms: number): Date => new Date(at.getTime() + ms)

/** How a job ended; a manual job that somebody pressed later says when and who. */
export type Outcome = 'success' | 'failed' | 'canceled' | { ended: 'success' | 'failed'; at: Date; by: User }

const usualSeconds: Record<string, number> = { rake: 95, review: 140, stop_review: 20, staging: 80, production: 85 }

function pastLog(job: Job, ended: string, reason: string): string {
  const lines = [
    '\u001b[0KRunning with gitlab-runner 18.6.1 (2b4d6c11)\u001b[0;m',
    '\u001b[0KPreparing the "docker" executor\u001b[0;m',
    `Checking out ${job.sha.slice(0, 8)} as detached HEAD (ref is ${job.ref})...`,
    `\u001b[32;1m$ ${job.name === 'rake' ? 'bundle exec rake' : 'git push dokku@$DOKKU_HOST:$APP_NAME HEAD:refs/heads/master'}\u001b[0;m`,
    ended === 'success'
      ? '\u001b[32;1mJob succeeded\u001b[0;m'
      : `${reason}\n\u001b[31;1mERROR: Job failed: exit code 1\u001b[0;m`,
  ]
  return `${lines.join('\n')}\n`
}

/** A pipeline that ran some time ago, job after job. A job without an outcome waits to be pressed, or was never reached. */
export function recordPipeline(
  world: World,
  project: Project,
  push: Push,
  outcomes: Record<string, Outcome>,
  reason = 'rake aborted!',
): Pipeline {
  const pipeline = createPipeline(world, project, push)
  const jobs = [...project.jobs.values()].filter(({ pipelineId }) => pipelineId === pipeline.id)
  let at = later(push.at, 4 * second)
  let hasFailed = false
  for (const job of jobs) {
    if (job.status !== 'created') continue
    const outcome: Outcome | undefined = hasFailed ? undefined : outcomes[job.name]
    if (!outcome) {
      settle(project, job, hasFailed ? 'skipped' : job.manual ? 'manual' : 'created', at)
      continue
    }
    const ended: 'success' | 'failed' | 'canceled' = typeof outcome === 'string' ? outcome : outcome.ended
    const startedAt = typeof outcome === 'string' ? at : outcome.at
    if (typeof outcome !== 'string') job.user = outcome.by
    if (job.manual) settle(project, job, 'manual', at)
    settle(project, job, 'pending', startedAt)
    settle(project, job, 'running', later(startedAt, 3 * second))
    const endedAt = later(startedAt, (usualSeconds[job.name] ?? 60) * second)
    settle(project, job, ended, endedAt, ended === 'failed' ? 'script_failure' : null)
    job.log = pastLog(job, ended, reason)
    if (!job.manual) at = endedAt
    hasFailed ||= !job.allowFailure && ended !== 'success'
  }
  return pipeline
}

export function recordMergeRequest(
  world: World,
  project: Project,
  fields: Partial<MergeRequest> & Pick<MergeRequest, 'title' | 'sourceBranch' | 'author' | 'createdAt'>,
): MergeRequest {
  const mergeRequest: MergeRequest = {
    id: nextId(world, 'merge request'),
    iid: nextId(world, `merge request:${project.id}`),
    state: 'opened',
    draft: fields.title.startsWith('Draft: '),
    targetBranch: project.defaultBranch,
    labels: [],
    sha: null,
    mergeCommitSha: null,
    mergeUser: null,
    removeSourceBranch: true,
    updatedAt: fields.createdAt,
    mergedAt: null,
    closedAt: null,
    ...fields,
  }
  project.mergeRequests.push(mergeRequest)
  return mergeRequest
}

export function environmentNamed(project: Project, name: string): Environment {
  const environment = [...project.environments.values()].find((candidate) => candidate.name === name)
  if (!environment) throw new Error(`${project.path} has no environment ${name}.`)
  return environment
}

/** A project without anything in it. */
export const emptyProject = (
  id: number,
  { path, description, createdAt }: { path: string; description: string; createdAt: Date },
): Project => ({
  id,
  path,
  description,
  defaultBranch: 'master',
  createdAt,
  repository: null,
  commits: new Map(),
  branches: new Map(),
  tags: new Map(),
  ...talk(),
  ...usualWiring(),
  mergeRequests: [],
  pipelines: new Map(),
  jobs: new Map(),
  environments: new Map(),
  deployments: new Map(),
  hooks: [],
})
