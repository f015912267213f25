import type { World } from '#lib/context.ts'
import type { Database } from '#lib/db/client.ts'
import type { Branch } from '#lib/domain/branch.ts'
import type { Deployment } from '#lib/domain/deployment.ts'
import type { Environment } from '#lib/domain/environment.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { FreezePeriod } from '#lib/domain/freeze.ts'
import type { Job } from '#lib/domain/job.ts'
import { defaultMapping } from '#lib/domain/mapping.ts'
import type { MergeRequest } from '#lib/domain/merge-request.ts'
import type { Pipeline } from '#lib/domain/pipeline.ts'
import type { Project } from '#lib/domain/project.ts'
import type { Gitlab, Page, PageQuery } from '#lib/gitlab/index.ts'
import { createSeal } from '#lib/seal.ts'
import { emptyHost, type FakeHostState, fakeDokku } from './fake-host.ts'

export { emptyHost, type FakeHostState }

/** For tests: a clock that moves only when told. */
export const startAt = new Date('2026-11-23T12:00:00Z')

export const minutesAfter = (minutes: number, since = startAt): Date => new Date(since.getTime() + minutes * 60_000)

/** For tests: what a GitLab holds. The lists are changed in place; `failure` makes every call fail. */
export interface FakeGitlabState {
  projects: Project[]
  branches: Branch[]
  mergeRequests: MergeRequest[]
  environments: Environment[]
  deployments: Deployment[]
  pipelines: Pipeline[]
  /** `null`: the token may not read them. */
  freezePeriods: FreezePeriod[] | null
  jobs: Job[]
  jobLogs: Map<number, string>
  failure: BerthError | null
  /** Every request so far, as method and argument. */
  requests: string[]
}

export const emptyGitlab = (): FakeGitlabState => ({
  projects: [],
  branches: [],
  mergeRequests: [],
  environments: [],
  deployments: [],
  pipelines: [],
  freezePeriods: [],
  jobs: [],
  jobLogs: new Map(),
  failure: null,
  requests: [],
})

/** Answers what observing asks, with GitLab's pages and totals; a call that observing never makes is an error. */
export function fakeGitlab(state: FakeGitlabState): Gitlab {
  const asked = (request: string) => {
    state.requests.push(request)
    if (state.failure) throw state.failure
  }
  const found = <Value>(value: Value | undefined, what: string): Value => {
    if (value === undefined) throw new BerthError('not-found', 'gitlab', `404 ${what} Not Found`)
    return value
  }
  const answers: Partial<Gitlab> = {
    async projects() {
      asked('projects')
      return state.projects
    },
    async project(idOrPath) {
      asked(`project ${idOrPath}`)
      return found(
        state.projects.find(({ id, pathWithNamespace }) => id === idOrPath || pathWithNamespace === idOrPath),
        'Project',
      )
    },
    async branchesPage(_, query) {
      asked(`branches ${query.page}`)
      return page(state.branches, query)
    },
    async branch(_, name) {
      asked(`branch ${name}`)
      return found(
        state.branches.find((branch) => branch.name === name),
        'Branch',
      )
    },
    async environmentsPage(_, query) {
      asked(`environments ${query.page}`)
      return page(state.environments, query)
    },
    async environment(_, id) {
      asked(`environment ${id}`)
      const environment = found(
        state.environments.find((candidate) => candidate.id === id),
        'Environment',
      )
      const deployments = state.deployments.filter(
        ({ environmentId, status }) => environmentId === id && status === 'success',
      )
      return { ...environment, lastDeployment: deployments.at(-1) ?? null }
    },
    async mergeRequestsPage(_, query) {
      asked(`mergeRequests ${query.page}`)
      return page(updatedSince(state.mergeRequests, query), query)
    },
    async deploymentsPage(_, query) {
      asked(`deployments ${query.page}`)
      return page(updatedSince(state.deployments, query), query)
    },
    async pipelinesPage(_, query) {
      asked(`pipelines ${query.page}`)
      return page(updatedSince(state.pipelines, query), query)
    },
    async freezePeriods() {
      asked('freezePeriods')
      if (state.freezePeriods === null) throw new BerthError('forbidden', 'gitlab', '403 Forbidden')
      return state.freezePeriods
    },
    async compare(_, { from, to }) {
      asked(`compare ${from}..${to}`)
      return [{ sha: to, title: 'Add a thing', authorName: 'Aki', committedAt: startAt }]
    },
    async job(_, id) {
      asked(`job ${id}`)
      return found(
        state.jobs.find((job) => job.id === id),
        'Job',
      )
    },
    async jobLog(_, id) {
      asked(`jobLog ${id}`)
      return state.jobLogs.get(id) ?? ''
    },
  }
  return answers as Gitlab
}

function page<Value>(values: readonly Value[], { page: number = 1 }: PageQuery): Page<Value> {
  const items = values.slice((number - 1) * 100, number * 100)
  return { items, total: values.length, nextPage: number * 100 < values.length ? number + 1 : null }
}

const updatedSince = <Value extends { updatedAt: Date }>(
  values: readonly Value[],
  { updatedAfter }: PageQuery,
): Value[] =>
  values
    .filter(({ updatedAt }) => updatedAfter === undefined || updatedAt >= updatedAfter)
    .sort((one, other) => other.updatedAt.getTime() - one.updatedAt.getTime())

/** For tests: a world over a real database, with GitLab and the hosts played by these states. */
export function fakeWorld(db: Database, gitlab: FakeGitlabState, hosts: Record<string, FakeHostState> = {}) {
  const spend = (seconds: number) => {
    world.time = new Date(world.time.getTime() + seconds * 1000)
  }
  const world: World & { time: Date } = {
    db,
    gitlab: fakeGitlab(gitlab),
    gitlabAs: async () => world.gitlab,
    dokku: new Map(Object.entries(hosts).map(([host, state]) => [host, fakeDokku(host, state, spend)])),
    heroku: null,
    limits: { mostApps: null, probeSeconds: 300 },
    url: 'https://berth.test',
    seal: createSeal('a secret of at least 32 characters'),
    notifier: { hasMail: true, send: async () => ({ status: 'sent' as const, words: 'chat.test answered 200: ok.' }) },
    mappingOf: () => defaultMapping,
    time: startAt,
    now: () => world.time,
  }
  return world
}

export const project = (id: number): Project => ({
  id,
  pathWithNamespace: `team/project-${id}`,
  name: `project-${id}`,
  webUrl: `http://gitlab.test/team/project-${id}`,
  defaultBranch: 'master',
  archived: false,
})

export const branch = (name: string, sha = `sha-of-${name}`): Branch => ({
  name,
  commit: { sha, title: `Work on ${name}`, authorName: 'Aki', committedAt: startAt },
  isDefault: name === 'master',
  isProtected: name === 'master',
  developersMayChange: false,
  isMerged: false,
  webUrl: `http://gitlab.test/-/tree/${name}`,
})

export const environment = (id: number, name: string, more: Partial<Environment> = {}): Environment => ({
  id,
  name,
  slug: name.replaceAll('/', '-'),
  state: 'available',
  tier: 'development',
  externalUrl: null,
  createdAt: startAt,
  updatedAt: startAt,
  autoStopAt: null,
  ...more,
})

export const pipeline = (id: number, ref: string, more: Partial<Pipeline> = {}): Pipeline => ({
  id,
  iid: id,
  ref,
  sha: `sha-of-${ref}`,
  status: 'success',
  source: 'push',
  webUrl: `http://gitlab.test/-/pipelines/${id}`,
  createdAt: startAt,
  updatedAt: startAt,
  ...more,
})

export const mergeRequest = (iid: number, sourceBranch: string, more: Partial<MergeRequest> = {}): MergeRequest => ({
  iid,
  title: `Merge ${sourceBranch}`,
  state: 'opened',
  draft: false,
  sourceBranch,
  targetBranch: 'master',
  sourceProjectId: 42,
  authorName: 'Aki',
  authorUsername: 'aki',
  labels: [],
  sha: `sha-of-${sourceBranch}`,
  mergeCommitSha: null,
  squashCommitSha: null,
  webUrl: `http://gitlab.test/-/merge_requests/${iid}`,
  createdAt: startAt,
  updatedAt: startAt,
  mergedAt: null,
  closedAt: null,
  ...more,
})

export const deployment = (id: number, to: Environment, ref: string, more: Partial<Deployment> = {}): Deployment => ({
  id,
  iid: id,
  environmentId: to.id,
  environmentName: to.name,
  ref,
  sha: `sha-of-${ref}`,
  status: 'success',
  userName: 'Aki',
  createdAt: startAt,
  updatedAt: startAt,
  job: {
    id: id * 10,
    name: 'review',
    status: 'success',
    webUrl: `http://gitlab.test/-/jobs/${id * 10}`,
    userName: 'Aki',
    finishedAt: startAt,
    commitTitle: 'Add a thing',
    pipeline: { id: 1, status: 'success', webUrl: 'http://gitlab.test/-/pipelines/1' },
  },
  ...more,
})

export const job = (id: number, more: Partial<Job> = {}): Job => ({
  id,
  name: 'production',
  stage: 'deploy',
  status: 'running',
  ref: 'master',
  sha: 'sha-of-master',
  allowFailure: false,
  createdAt: startAt,
  startedAt: startAt,
  finishedAt: null,
  failureReason: null,
  webUrl: `http://gitlab.test/-/jobs/${id}`,
  userName: 'Aki',
  pipelineId: 1,
  ...more,
})
