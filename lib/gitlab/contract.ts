import type { Role } from '#lib/domain/access.ts'
import type { AccessToken } from '#lib/domain/access-token.ts'
import type { Branch, Commit } from '#lib/domain/branch.ts'
import type { CiLint } from '#lib/domain/ci-lint.ts'
import type { CiSettings, ProtectedEnvironment, ProtectedRefs } from '#lib/domain/ci-settings.ts'
import type { CiVariable, NewCiVariable } from '#lib/domain/ci-variable.ts'
import type { Deployment } from '#lib/domain/deployment.ts'
import type { Environment } from '#lib/domain/environment.ts'
import type { FreezePeriod } from '#lib/domain/freeze.ts'
import type { Job } from '#lib/domain/job.ts'
import type { MergeRequest } from '#lib/domain/merge-request.ts'
import type { Pipeline } from '#lib/domain/pipeline.ts'
import type { Project } from '#lib/domain/project.ts'
import type { PendingJob, Runner, RunnerRules } from '#lib/domain/runner.ts'
import type { Tag } from '#lib/domain/tag.ts'
import type { Hook, NewHook } from '#lib/domain/webhook.ts'

/** One page of a list, for a look that must stay cheap. `nextPage` is `null` on the last. `total` is `null` where GitLab does not count. */
export interface Page<Value> {
  items: Value[]
  nextPage: number | null
  total: number | null
}

/** A list question for one page of 100. */
export interface PageQuery {
  page?: number
  /** Only what was updated at or after this instant. GitLab cannot ask this of branches and environments: ignored there. */
  updatedAfter?: Date
}

export interface CommitWish {
  branch: string
  /** Where a new branch leaves from; refused when the branch is there already. `null` commits to one that is. */
  startBranch: string | null
  message: string
  files: { path: string; content: string; action: 'create' | 'update' }[]
}

export interface MergeRequestWish {
  sourceBranch: string
  targetBranch: string
  title: string
  description: string
}

/** Whose token it is. */
export interface GitlabUser {
  id: number
  username: string
  name: string
  /** Not blocked, banned or deactivated. */
  isActive: boolean
  /** Administers the whole GitLab. */
  isAdmin: boolean
}

/**
 * GitLab, in Berth's words. Every call can fail with a `BerthError` of system `gitlab`; lists without a page argument are
 * every page or an error. No call that changes something is ever repeated by itself.
 */
export interface Gitlab {
  projects(): Promise<Project[]>
  project(idOrPath: number | string): Promise<Project>

  currentUser(): Promise<GitlabUser>
  /** The numbers of the projects in which the token's owner has at least this role; all of them, or an error. */
  projectIdsAsLeast(role: Role): Promise<number[]>

  branches(projectId: number): Promise<Branch[]>
  /** Newest commit first. */
  branchesPage(projectId: number, query: PageQuery): Promise<Page<Branch>>
  branch(projectId: number, name: string): Promise<Branch>

  mergeRequests(
    projectId: number,
    query?: { state?: 'opened' | 'all'; updatedAfter?: Date; sourceBranch?: string },
  ): Promise<MergeRequest[]>
  /** Of every state, newest update first. */
  mergeRequestsPage(projectId: number, query: PageQuery): Promise<Page<MergeRequest>>
  /** Refused when one of these branches is open already. Its source branch goes when it is merged. */
  createMergeRequest(projectId: number, wish: MergeRequestWish): Promise<MergeRequest>

  environments(projectId: number): Promise<Environment[]>
  environmentsPage(projectId: number, query: PageQuery): Promise<Page<Environment>>
  environment(projectId: number, environmentId: number): Promise<Environment & { lastDeployment: Deployment | null }>
  /** Asks GitLab to stop it; answers at once, the state is then `stopping` until the stop job succeeds. */
  stopEnvironment(projectId: number, environmentId: number): Promise<Environment>

  /** Newest update first. */
  deploymentsPage(projectId: number, query: PageQuery): Promise<Page<Deployment>>
  /** Of one environment, newest first: the first page of 100. */
  environmentDeployments(projectId: number, environmentName: string): Promise<Deployment[]>
  deployment(projectId: number, deploymentId: number): Promise<Deployment>

  /** Newest update first. */
  pipelinesPage(projectId: number, query: PageQuery): Promise<Page<Pipeline>>
  /** Of one branch or tag at one commit, newest first. */
  pipelinesOf(projectId: number, at: { ref: string; sha: string }): Promise<Pipeline[]>
  pipelineJobs(projectId: number, pipelineId: number, query?: { includeRetried?: boolean }): Promise<Job[]>

  job(projectId: number, jobId: number): Promise<Job>
  /** Plays a manual job. For one that had already finished GitLab makes a new job and answers with the old: compare ids by name in the pipeline. */
  playJob(projectId: number, jobId: number): Promise<Job>
  /** Answers with the new job. */
  retryJob(projectId: number, jobId: number): Promise<Job>
  cancelJob(projectId: number, jobId: number): Promise<Job>
  /** The whole log so far; `''` while there is none. */
  jobLog(projectId: number, jobId: number): Promise<string>

  /** A file's text at a branch, tag or commit; `null` when there is no such file. */
  fileAt(projectId: number, at: { path: string; ref: string }): Promise<string | null>
  /** One commit of whole files. Refused when a file to create is there, or one to update is not. */
  commitFiles(projectId: number, wish: CommitWish): Promise<Commit>
  /** Lints `content`, or what the repository has at `ref` (the default branch unless said) when that is `null`. */
  ciLint(projectId: number, what: { content: string | null; ref?: string }): Promise<CiLint>

  /** Commits that `to` has and `from` has not, oldest first. */
  compare(projectId: number, range: { from: string; to: string }): Promise<Commit[]>
  tags(projectId: number): Promise<Tag[]>
  tag(projectId: number, name: string): Promise<Tag>
  /** Refused when there is one of that name already, or when it is protected from this person. */
  createTag(projectId: number, tag: Tag): Promise<Tag>

  /** Takes a Maintainer, as all about hooks. */
  hooks(projectId: number): Promise<Hook[]>
  /** A hook for every event that Berth takes hints from. */
  addHook(projectId: number, hook: NewHook): Promise<Hook>
  changeHook(projectId: number, hookId: number, hook: NewHook): Promise<Hook>
  removeHook(projectId: number, hookId: number): Promise<void>
  /** Has GitLab call it with a push; refused, in the receiver's or GitLab's words, when that did not succeed. */
  testHook(projectId: number, hookId: number): Promise<void>

  /** Every one, or an error: whoever may not read them must not take it for a project without any. */
  freezePeriods(projectId: number): Promise<FreezePeriod[]>

  /** Of the project itself, and of one of the groups above it, by its full path. Without values, which are never read. */
  variables(projectId: number): Promise<CiVariable[]>
  groupVariables(path: string): Promise<CiVariable[]>
  /** Refused when there is one of that name for all environments already. */
  createVariable(projectId: number, variable: NewCiVariable): Promise<void>

  /** Every runner that the project may use, without what jobs it takes. */
  runners(projectId: number): Promise<Omit<Runner, 'takes'>[]>
  /** Which jobs a runner takes; `null` when that is not told to this person. */
  runnerRules(runnerId: number): Promise<RunnerRules | null>
  /** Jobs that no runner has taken, newest first: the first page of 100. */
  pendingJobs(projectId: number): Promise<PendingJob[]>

  ciSettings(projectId: number): Promise<CiSettings>
  protectedRefs(projectId: number): Promise<ProtectedRefs>
  /** `null` where GitLab has no such thing. */
  protectedEnvironments(projectId: number): Promise<ProtectedEnvironment[] | null>

  /** What GitLab says of the token that asks; only of an access token, not of a sign-in. */
  ownToken(): Promise<AccessToken>
  /** GitLab's clock, to the second, as its answer was made. */
  clock(): Promise<Date>

  /** Requests made by this client since it was made. */
  readonly requestCount: number
}
