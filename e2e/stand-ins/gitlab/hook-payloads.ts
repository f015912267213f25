import { between, titleOf } from './commits.ts'
import type { Happening } from './happening.ts'
import { isFinished, latestJobs } from './job-state.ts'
import { isProtectedBranch } from './members.ts'
import type { Deployment, Environment, Job, MergeRequest, Pipeline, Project, User, World } from './world.ts'

/** What a hook is told, in the shapes of GitLab's `webhook_events.md`, with its several ways to write a time. */
export function payloadOf(world: World, project: Project, happening: Happening): object {
  switch (happening.trigger) {
    case 'push_events':
    case 'tag_push_events':
      return pushPayload(world, project, happening)
    case 'merge_requests_events':
      return mergeRequestPayload(world, project, happening)
    case 'pipeline_events':
      return pipelinePayload(world, project, happening.pipeline)
    case 'job_events':
      return jobPayload(world, project, happening.job)
    case 'deployment_events':
      return deploymentPayload(world, project, happening.deployment)
  }
}

const nothing = '0'.repeat(40)
/** Of a push at most. */
const mostCommits = 20

/** `2016-08-12 15:23:28 UTC` */
const inUtc = (at: Date): string => at.toISOString().replace(/T(.{8}).*/, ' $1 UTC')
const inUtcOrNull = (at: Date | null): string | null => at && inUtc(at)
/** `2021-04-28 21:50:00 +0900`, by the clock of the server. */
const inTokyo = (at: Date): string =>
  new Date(at.getTime() + 9 * 3_600_000).toISOString().replace(/T(.{8}).*/, ' $1 +0900')
const secondsOf = (from: Date | null, to: Date | null): number | null =>
  from && to && (to.getTime() - from.getTime()) / 1000

const avatar = { avatar_url: null, email: '[REDACTED]' }
const presentUser = ({ id, name, username }: User) => ({ id, name, username, ...avatar })

function presentProject(world: World, project: Project) {
  const [group = '', name = ''] = project.path.split('/')
  const webUrl = `${world.url}/${project.path}`
  const sshUrl = `git@gitlab.example.jp:${project.path}.git`
  return {
    id: project.id,
    name,
    description: project.description,
    web_url: webUrl,
    avatar_url: null,
    git_ssh_url: sshUrl,
    git_http_url: `${webUrl}.git`,
    namespace: group,
    visibility_level: 0,
    path_with_namespace: project.path,
    default_branch: project.defaultBranch,
    ci_config_path: '',
    homepage: webUrl,
    url: sshUrl,
    ssh_url: sshUrl,
    http_url: `${webUrl}.git`,
  }
}

function presentRepository(world: World, project: Project) {
  const { name, url, description, homepage, git_http_url, git_ssh_url, visibility_level } = presentProject(
    world,
    project,
  )
  return { name, url, description, homepage, git_http_url, git_ssh_url, visibility_level }
}

function presentCommit(world: World, project: Project, sha: string) {
  const commit = project.commits.get(sha)
  return (
    commit && {
      id: commit.id,
      message: commit.message,
      title: titleOf(commit),
      timestamp: commit.committedAt.toISOString().replace(/\.\d+Z$/, '+00:00'),
      url: `${world.url}/${project.path}/-/commit/${commit.id}`,
      author: { name: commit.authorName, email: commit.authorEmail },
    }
  )
}

type Pushed = Extract<Happening, { trigger: 'push_events' | 'tag_push_events' }>

function pushPayload(world: World, project: Project, { trigger, name, before, after, user }: Pushed): object {
  const isTag = trigger === 'tag_push_events'
  const pushed = isTag || after === null ? [] : pushedCommits(project, before, after)
  return {
    object_kind: isTag ? 'tag_push' : 'push',
    event_name: isTag ? 'tag_push' : 'push',
    before: before ?? nothing,
    after: after ?? nothing,
    ref: `refs/${isTag ? 'tags' : 'heads'}/${name}`,
    ref_protected: !isTag && isProtectedBranch(project, name),
    checkout_sha: after,
    message: null,
    user_id: user.id,
    user_name: user.name,
    user_username: user.username,
    user_email: '',
    user_avatar: null,
    project_id: project.id,
    project: presentProject(world, project),
    commits: pushed.slice(-mostCommits).map((sha) => ({
      ...presentCommit(world, project, sha),
      added: [],
      modified: [],
      removed: [],
    })),
    total_commits_count: pushed.length,
    push_options: {},
    repository: presentRepository(world, project),
  }
}

/** Of a new branch those that the default branch has not. */
function pushedCommits(project: Project, before: string | null, after: string): string[] {
  const from = before ?? (project.branches.get(project.defaultBranch) as string)
  return between(project, { from, to: after }).map(({ id }) => id)
}

type MergeRequestHappening = Extract<Happening, { trigger: 'merge_requests_events' }>

function mergeRequestPayload(
  world: World,
  project: Project,
  { mergeRequest, action, user }: MergeRequestHappening,
): object {
  const shown = presentProject(world, project)
  const labels = mergeRequest.labels.map((title, index) => ({
    id: index + 1,
    title,
    color: '#6699cc',
    type: 'ProjectLabel',
  }))
  return {
    object_kind: 'merge_request',
    event_type: 'merge_request',
    user: presentUser(user),
    project: shown,
    object_attributes: {
      ...mergeRequestAttributes(world, project, mergeRequest),
      source: shown,
      target: shown,
      last_commit: mergeRequest.sha === null ? null : presentCommit(world, project, mergeRequest.sha),
      labels,
      action,
      ...(action === 'update' && mergeRequest.sha && { oldrev: project.commits.get(mergeRequest.sha)?.parentIds[0] }),
    },
    labels,
    changes: {},
    repository: { name: shown.name, url: shown.url, description: shown.description, homepage: shown.homepage },
  }
}

const states = { opened: 1, closed: 2, merged: 3 }

function mergeRequestAttributes(world: World, project: Project, mergeRequest: MergeRequest) {
  const { iid, state } = mergeRequest
  return {
    id: mergeRequest.id,
    iid,
    target_branch: mergeRequest.targetBranch,
    source_branch: mergeRequest.sourceBranch,
    source_project_id: project.id,
    target_project_id: project.id,
    author_id: mergeRequest.author.id,
    assignee_ids: [],
    assignee_id: null,
    reviewer_ids: [],
    title: mergeRequest.title,
    description: '',
    created_at: inUtc(mergeRequest.createdAt),
    updated_at: inUtc(mergeRequest.updatedAt),
    last_edited_at: null,
    last_edited_by_id: null,
    milestone_id: null,
    state_id: states[state],
    state,
    blocking_discussions_resolved: true,
    work_in_progress: mergeRequest.draft,
    draft: mergeRequest.draft,
    first_contribution: false,
    merge_status: state === 'opened' ? 'unchecked' : 'can_be_merged',
    detailed_merge_status: state === 'opened' ? 'mergeable' : 'not_open',
    merge_commit_sha: mergeRequest.mergeCommitSha,
    url: `${world.url}/${project.path}/-/merge_requests/${iid}`,
  }
}

const builtBy = { id: 1, description: 'docker', active: true, runner_type: 'project_type', is_shared: false, tags: [] }

function pipelinePayload(world: World, project: Project, pipeline: Pipeline): object {
  const jobs = latestJobs(project, pipeline.id)
  const finishedAt = isFinished(pipeline.status) ? pipeline.updatedAt : null
  return {
    object_kind: 'pipeline',
    object_attributes: {
      id: pipeline.id,
      iid: pipeline.iid,
      name: null,
      ref: pipeline.ref,
      tag: pipeline.tag,
      sha: pipeline.sha,
      before_sha: project.commits.get(pipeline.sha)?.parentIds[0] ?? nothing,
      source: pipeline.source,
      status: pipeline.status,
      detailed_status: detailedStatus[pipeline.status] ?? pipeline.status,
      stages: [...new Set(jobs.map(({ stage }) => stage))],
      created_at: inUtc(pipeline.createdAt),
      finished_at: inUtcOrNull(finishedAt),
      duration: secondsOf(pipeline.createdAt, finishedAt),
      queued_duration: null,
      variables: [],
      url: `${world.url}/${project.path}/-/pipelines/${pipeline.id}`,
    },
    merge_request: null,
    user: presentUser(pipeline.user),
    project: presentProject(world, project),
    commit: presentCommit(world, project, pipeline.sha),
    builds: jobs.map((job) => presentBuild(project, job)),
  }
}

/** The label that people see, where it is another word. */
const detailedStatus: Partial<Record<Pipeline['status'], string>> = { success: 'passed', manual: 'blocked' }

function presentBuild(project: Project, job: Job) {
  const environment = environmentOf(project, job)
  return {
    id: job.id,
    stage: job.stage,
    name: job.name,
    status: job.status,
    created_at: inUtc(job.createdAt),
    started_at: inUtcOrNull(job.startedAt),
    finished_at: inUtcOrNull(job.finishedAt),
    duration: secondsOf(job.startedAt, job.finishedAt),
    queued_duration: secondsOf(job.queuedAt, job.startedAt),
    failure_reason: job.failureReason,
    when: job.manual ? 'manual' : 'on_success',
    manual: job.manual,
    allow_failure: job.allowFailure,
    user: presentUser(job.user),
    runner: job.startedAt ? builtBy : null,
    artifacts_file: { filename: null, size: null },
    environment: environment && {
      name: environment.name,
      action: job.environment?.action,
      deployment_tier: environment.tier,
    },
  }
}

const environmentOf = (project: Project, job: Job): Environment | null =>
  (job.environment && project.environments.get(job.environment.id)) ?? null

/** Its `commit` is the pipeline, by an old mistake that GitLab keeps. */
function jobPayload(world: World, project: Project, job: Job): object {
  const pipeline = project.pipelines.get(job.pipelineId) as Pipeline
  const commit = project.commits.get(job.sha)
  const finishedAt = isFinished(pipeline.status) ? pipeline.updatedAt : null
  const environment = environmentOf(project, job)
  return {
    object_kind: 'build',
    ref: job.ref,
    tag: job.tag,
    before_sha: commit?.parentIds[0] ?? nothing,
    sha: job.sha,
    build_id: job.id,
    build_name: job.name,
    build_stage: job.stage,
    build_status: job.status,
    build_created_at: job.createdAt,
    build_started_at: job.startedAt,
    build_finished_at: job.finishedAt,
    build_duration: secondsOf(job.startedAt, job.finishedAt),
    build_queued_duration: secondsOf(job.queuedAt, job.startedAt),
    build_allow_failure: job.allowFailure,
    build_failure_reason: job.failureReason ?? 'unknown_failure',
    retries_count: 0,
    pipeline_id: job.pipelineId,
    project_id: project.id,
    project_name: project.path.replace('/', ' / '),
    user: presentUser(job.user),
    commit: {
      id: pipeline.id,
      name: null,
      sha: job.sha,
      message: commit?.message ?? '',
      author_name: commit?.authorName ?? '',
      author_email: commit?.authorEmail ?? '',
      status: pipeline.status,
      duration: secondsOf(pipeline.createdAt, finishedAt),
      started_at: inUtc(pipeline.createdAt),
      finished_at: inUtcOrNull(finishedAt),
    },
    repository: presentRepository(world, project),
    project: presentProject(world, project),
    runner: job.startedAt ? builtBy : null,
    environment: environment && {
      name: environment.name,
      action: job.environment?.action,
      deployment_tier: environment.tier,
    },
  }
}

/** Neither its ref nor its whole commit id is told. */
function deploymentPayload(world: World, project: Project, deployment: Deployment): object {
  const environment = project.environments.get(deployment.environmentId) as Environment
  const commit = project.commits.get(deployment.sha)
  return {
    object_kind: 'deployment',
    status: deployment.status,
    status_changed_at: inTokyo(deployment.updatedAt),
    deployment_id: deployment.id,
    deployable_id: deployment.jobId,
    deployable_url: deployment.jobId && `${world.url}/${project.path}/-/jobs/${deployment.jobId}`,
    environment: environment.name,
    environment_tier: environment.tier,
    environment_slug: environment.slug,
    environment_external_url: environment.externalUrl,
    project: presentProject(world, project),
    short_sha: deployment.sha.slice(0, 8),
    user: presentUser(deployment.user),
    user_url: `${world.url}/${deployment.user.username}`,
    commit_url: `${world.url}/${project.path}/-/commit/${deployment.sha}`,
    commit_title: commit ? titleOf(commit) : null,
  }
}
