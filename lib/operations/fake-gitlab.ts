import type { Commit } from '#lib/domain/branch.ts'
import type { CiLint } from '#lib/domain/ci-lint.ts'
import type { Deployment, DeploymentStatus } from '#lib/domain/deployment.ts'
import type { Environment } from '#lib/domain/environment.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { FreezePeriod } from '#lib/domain/freeze.ts'
import type { Job } from '#lib/domain/job.ts'
import type { MergeRequest } from '#lib/domain/merge-request.ts'
import { isFinished, type Pipeline, type RunStatus } from '#lib/domain/pipeline.ts'
import type { Tag } from '#lib/domain/tag.ts'
import type { Hook, NewHook } from '#lib/domain/webhook.ts'
import type { CommitWish, Gitlab, MergeRequestWish, PageQuery } from '#lib/gitlab/index.ts'

const at = new Date('2026-11-01T09:00:00Z')

/** Tests' GitLab: plain values, and a log of everything that was asked to change. A started job moves a step each time it is read. */
export interface FakeGitlab extends Gitlab {
  environmentList: Environment[]
  deployments: Deployment[]
  jobs: Job[]
  mergeRequestList: MergeRequest[]
  branchNames: string[]
  /** What `compare` answers by `from..to`; nothing where it is not named. */
  between: Record<string, Commit[]>
  freezes: FreezePeriod[]
  tagList: Tag[]
  pipelines: Pipeline[]
  /** With the token that nobody is told again. */
  hookList: (Hook & { token: string })[]
  /** The job that the pipeline of a new tag has for production; `null` where it has none. */
  tagJob: 'manual' | 'pending' | null
  /** Text by branch and path: `files.master['.gitlab-ci.yml']`. */
  files: Record<string, Record<string, string>>
  /** Title of the newest commit by branch. */
  heads: Record<string, string>
  lint: CiLint
  /** Questions that were asked. */
  questions: number
  /** Every change: `play 7`, `retry 7`, `cancel 7`, `stop 3`, `tag v1.2.0`, `commit ci/x`, `merge request ci/x`, `add hook 1`. */
  changes: string[]
  /** How a started job ends. */
  ending: 'success' | 'failed' | 'canceled'
  /** Errors for the next calls of a method, first to last. */
  failures: { method: string; error: BerthError }[]
}

const samplePipeline: Pipeline = {
  id: 0,
  iid: 0,
  ref: '',
  sha: '',
  status: 'running',
  source: 'push',
  webUrl: '',
  createdAt: at,
  updatedAt: at,
}

const progress: Partial<Record<RunStatus, RunStatus>> = { pending: 'running', canceling: 'canceled' }

export function fakeGitlab(): FakeGitlab {
  const fake = {
    environmentList: [],
    deployments: [],
    jobs: [],
    mergeRequestList: [],
    branchNames: [],
    between: {},
    freezes: [],
    tagList: [],
    pipelines: [],
    hookList: [],
    tagJob: 'manual',
    files: { master: {} },
    heads: {},
    lint: { valid: true, errors: [], warnings: [], mergedYaml: null },
    questions: 0,
    changes: [],
    ending: 'success',
    failures: [],
  } as unknown as FakeGitlab

  const jobOf = (id: number): Job => {
    const job = fake.jobs.find((candidate) => candidate.id === id)
    if (!job) throw new BerthError('not-found', 'gitlab', `404 Job ${id} Not Found`)
    return job
  }
  const environmentOf = (id: number): Environment => {
    const environment = fake.environmentList.find((candidate) => candidate.id === id)
    if (!environment) throw new BerthError('not-found', 'gitlab', `404 Environment ${id} Not Found`)
    return environment
  }
  const hookOf = (id: number) => {
    const hook = fake.hookList.find((candidate) => candidate.id === id)
    if (!hook) throw new BerthError('not-found', 'gitlab', `404 Hook ${id} Not Found`)
    return hook
  }
  const toldOf = ({ token: _token, ...hook }: Hook & { token: string }): Hook => hook
  const advance = (job: Job): void => {
    const next = job.status === 'running' ? fake.ending : progress[job.status]
    if (next) job.status = next
    if (job.status === 'failed') job.failureReason = 'script_failure'
    if (isFinished(job.status)) job.finishedAt ??= at
    tellDeployment(job)
    const stopped = job.name === 'stop_review' && job.status === 'success'
    if (stopped)
      for (const environment of fake.environmentList)
        if (environment.state === 'stopping') environment.state = 'stopped'
  }
  const tellDeployment = (job: Job): void => {
    const deployment = fake.deployments.find((candidate) => candidate.job?.id === job.id)
    if (!deployment || job.status === 'manual') return
    const hasBegun = isFinished(job.status) || job.status === 'running'
    deployment.status = hasBegun ? (job.status as DeploymentStatus) : 'created'
  }
  const rerun = (job: Job): Job => {
    const again: Job = {
      ...job,
      id: Math.max(...fake.jobs.map(({ id }) => id)) + 1,
      status: 'pending',
      finishedAt: null,
    }
    fake.jobs.push(again)
    return again
  }

  const beginTagPipeline = ({ name: ref, sha }: Tag): void => {
    const id = 950 + fake.pipelines.length
    const webUrl = `https://git/hello/-/pipelines/${id}`
    fake.pipelines.push({ ...samplePipeline, id, ref, sha, webUrl })
    const production = fake.environmentList.find(({ tier }) => tier === 'production')
    if (fake.tagJob === null || !production) return
    const job = fakeJob({ id: 2000 + id, name: 'production', status: fake.tagJob, ref, sha, pipelineId: id })
    fake.jobs.push(job)
    const iid = Math.max(...fake.deployments.map((deployment) => deployment.iid)) + 1
    fake.deployments.unshift(fakeDeployment(production, job, iid, job.status === 'manual' ? 'blocked' : 'created'))
  }

  const calls = {
    project: async () => ({
      id: 42,
      pathWithNamespace: 'hello/hello-app',
      name: 'Hello',
      webUrl: 'https://git/hello',
      defaultBranch: 'master',
      archived: false,
    }),
    environment: async (_project: number, id: number) => ({ ...environmentOf(id), lastDeployment: null }),
    environments: async () => structuredClone(fake.environmentList),
    branch: async (_project: number, name: string) => {
      if (fake.branchNames.includes(name)) return { name }
      if (name in fake.heads) return { name, commit: { title: fake.heads[name], authorName: 'somebody' } }
      throw new BerthError('not-found', 'gitlab', '404 Branch Not Found')
    },
    mergeRequestsPage: async (_project: number, { updatedAfter }: PageQuery) => ({
      items: fake.mergeRequestList.filter(({ updatedAt }) => !updatedAfter || updatedAt >= updatedAfter),
      nextPage: null,
      total: null,
    }),
    mergeRequests: async (_project: number, { sourceBranch }: { sourceBranch?: string } = {}) =>
      fake.mergeRequestList.filter(
        (one) => one.state === 'opened' && (sourceBranch === undefined || one.sourceBranch === sourceBranch),
      ),
    fileAt: async (_project: number, { path, ref }: { path: string; ref: string }) => {
      const files = fake.files[ref]
      if (!files) throw new BerthError('not-found', 'gitlab', '404 Commit Not Found')
      return files[path] ?? null
    },
    ciLint: async () => fake.lint,
    commitFiles: async (_project: number, { branch, startBranch, message, files }: CommitWish) => {
      fake.changes.push(`commit ${branch}`)
      if (startBranch !== null && branch in fake.files) {
        throw new BerthError('refused', 'gitlab', `A branch called '${branch}' already exists.`)
      }
      const texts = Object.fromEntries(files.map(({ path, content }) => [path, content]))
      fake.files[branch] = { ...fake.files[startBranch ?? branch], ...texts }
      fake.heads[branch] = message
      return { sha: 'd'.repeat(40), title: message, authorName: 'somebody', committedAt: at }
    },
    createMergeRequest: async (_project: number, { sourceBranch, targetBranch, title }: MergeRequestWish) => {
      fake.changes.push(`merge request ${sourceBranch}`)
      if (fake.mergeRequestList.some((one) => one.state === 'opened' && one.sourceBranch === sourceBranch)) {
        throw new BerthError('refused', 'gitlab', 'Another open merge request already exists for this source branch')
      }
      const iid = fake.mergeRequestList.length + 1
      const webUrl = `https://git/hello/-/merge_requests/${iid}`
      const made = { iid, title, state: 'opened', sourceBranch, targetBranch, webUrl } as MergeRequest
      fake.mergeRequestList.push(made)
      return made
    },
    environmentDeployments: async (_project: number, name: string) =>
      structuredClone(fake.deployments.filter(({ environmentName }) => environmentName === name)),
    deploymentsPage: async () => ({ items: structuredClone(fake.deployments), nextPage: null, total: null }),
    deployment: async (_project: number, id: number) => {
      const deployment = fake.deployments.find((candidate) => candidate.id === id)
      if (!deployment) throw new BerthError('not-found', 'gitlab', `404 Deployment ${id} Not Found`)
      return structuredClone(deployment)
    },
    compare: async (_project: number, { from, to }: { from: string; to: string }) =>
      fake.between[`${from}..${to}`] ?? [],
    freezePeriods: async () => fake.freezes,
    hooks: async () => fake.hookList.map(toldOf),
    addHook: async (_project: number, wish: NewHook) => {
      const hook = { id: Math.max(0, ...fake.hookList.map(({ id }) => id)) + 1, status: 'executable' as const, ...wish }
      fake.changes.push(`add hook ${hook.id}`)
      fake.hookList.push(hook)
      return toldOf(hook)
    },
    changeHook: async (_project: number, id: number, wish: NewHook) => {
      fake.changes.push(`change hook ${id}`)
      return toldOf(Object.assign(hookOf(id), wish))
    },
    removeHook: async (_project: number, id: number) => {
      fake.changes.push(`remove hook ${id}`)
      fake.hookList.splice(fake.hookList.indexOf(hookOf(id)), 1)
    },
    testHook: async (_project: number, id: number) => {
      fake.changes.push(`test hook ${hookOf(id).id}`)
    },
    tags: async () => [...fake.tagList],
    tag: async (_project: number, name: string) => {
      const tag = fake.tagList.find((candidate) => candidate.name === name)
      if (!tag) throw new BerthError('not-found', 'gitlab', '404 Tag Not Found')
      return tag
    },
    pipelinesOf: async (_project: number, { ref, sha }: { ref: string; sha: string }) =>
      fake.pipelines.filter((pipeline) => pipeline.ref === ref && pipeline.sha === sha),
    pipelineJobs: async (_project: number, pipelineId: number) => {
      const jobs = fake.jobs.filter((job) => job.pipelineId === pipelineId)
      const newest = new Map(jobs.map((job) => [job.name, job]))
      return structuredClone([...newest.values()])
    },
    job: async (_project: number, id: number) => {
      const job = jobOf(id)
      advance(job)
      return { ...job }
    },
    playJob: async (_project: number, id: number) => {
      fake.changes.push(`play ${id}`)
      const job = jobOf(id)
      if (job.status !== 'manual' && !isFinished(job.status)) {
        throw new BerthError('refused', 'gitlab', '400 Bad request - Unplayable Job')
      }
      if (isFinished(job.status)) rerun(job)
      else job.status = 'pending'
      tellDeployment(job)
      return { ...job }
    },
    retryJob: async (_project: number, id: number) => {
      fake.changes.push(`retry ${id}`)
      return { ...rerun(jobOf(id)) }
    },
    cancelJob: async (_project: number, id: number) => {
      fake.changes.push(`cancel ${id}`)
      const job = jobOf(id)
      job.status = 'canceling'
      return { ...job }
    },
    createTag: async (_project: number, tag: Tag) => {
      fake.changes.push(`tag ${tag.name}`)
      if (fake.tagList.some(({ name }) => name === tag.name)) {
        throw new BerthError('refused', 'gitlab', `Tag ${tag.name} already exists`)
      }
      fake.tagList.push(tag)
      beginTagPipeline(tag)
      return tag
    },
    stopEnvironment: async (_project: number, id: number) => {
      fake.changes.push(`stop ${id}`)
      const environment = environmentOf(id)
      const stopJob = fake.jobs.find(({ name, status }) => name === 'stop_review' && status === 'manual')
      environment.state = stopJob ? 'stopping' : 'stopped'
      if (stopJob) stopJob.status = 'pending'
      return { ...environment }
    },
  }
  for (const [method, call] of Object.entries(calls)) {
    Object.assign(fake, {
      [method]: async (...input: never[]) => {
        fake.questions += 1
        const planned = fake.failures.findIndex((failure) => failure.method === method)
        if (planned >= 0) throw fake.failures.splice(planned, 1)[0]?.error
        return (call as (...given: never[]) => unknown)(...input)
      },
    })
  }
  return fake
}

export function fakeJob(job: Partial<Job> & Pick<Job, 'id' | 'name' | 'status'>): Job {
  return {
    stage: 'deploy',
    ref: 'master',
    sha: 'a'.repeat(40),
    allowFailure: false,
    createdAt: at,
    startedAt: null,
    finishedAt: null,
    failureReason: null,
    webUrl: `https://git/hello/-/jobs/${job.id}`,
    userName: null,
    pipelineId: 900,
    ...job,
  }
}

export function fakeEnvironment(environment: Partial<Environment> & Pick<Environment, 'id' | 'name'>): Environment {
  return {
    slug: environment.name.replaceAll('/', '-'),
    state: 'available',
    tier: 'development',
    externalUrl: null,
    createdAt: at,
    updatedAt: at,
    autoStopAt: null,
    ...environment,
  }
}

/** A deployment by one of `fakeJob`'s jobs. */
export function fakeDeployment(environment: Environment, job: Job, iid: number, status: DeploymentStatus): Deployment {
  return {
    id: 1000 + iid,
    iid,
    environmentId: environment.id,
    environmentName: environment.name,
    ref: job.ref,
    sha: job.sha,
    status,
    userName: 'Yuki',
    createdAt: at,
    updatedAt: at,
    job: {
      id: job.id,
      name: job.name,
      status: job.status,
      webUrl: job.webUrl,
      userName: null,
      finishedAt: null,
      commitTitle: 'A commit',
      pipeline: { id: job.pipelineId, status: 'manual', webUrl: 'https://git/hello/-/pipelines/900' },
    },
  }
}
