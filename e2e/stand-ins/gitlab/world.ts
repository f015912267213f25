import type { OauthState } from './oauth-grants.ts'
import type { Tier } from './tier.ts'
import type { Runner, Variable, Wiring } from './wiring.ts'

export type RunStatus =
  | 'created'
  | 'pending'
  | 'running'
  | 'success'
  | 'failed'
  | 'canceling'
  | 'canceled'
  | 'skipped'
  | 'manual'
export type DeploymentStatus = 'created' | 'running' | 'success' | 'failed' | 'canceled' | 'skipped' | 'blocked'

export interface User {
  id: number
  username: string
  name: string
  email: string
  /** Of the whole instance. */
  isAdmin?: boolean
}

export interface Commit {
  id: string
  parentIds: string[]
  message: string
  authorName: string
  authorEmail: string
  committedAt: Date
}

export interface MergeRequest {
  id: number
  iid: number
  title: string
  description?: string
  state: 'opened' | 'merged' | 'closed'
  draft: boolean
  sourceBranch: string
  targetBranch: string
  author: User
  labels: string[]
  sha: string | null
  mergeCommitSha: string | null
  mergeUser: User | null
  removeSourceBranch: boolean
  createdAt: Date
  updatedAt: Date
  mergedAt: Date | null
  closedAt: Date | null
}

/** A branch or a tag, as pipelines and jobs name it. */
export interface Ref {
  ref: string
  tag: boolean
}

/** A job of a project's own `.gitlab-ci.yml`, as it is for one ref. */
export interface OwnJob {
  name: string
  stage: string
  manual: boolean
  allowFailure: boolean
  /** Jobs that it waits for instead of the stages before its own. */
  needs: string[] | null
  gitStrategy: 'fetch' | 'none'
  /** 0 is the whole history. */
  gitDepth: number
  /** What the file sets for it. */
  variables: Record<string, string>
  environment: {
    name: string
    /** With its variables as they are written: some are known only when there is an environment. */
    url: string | null
    action: 'start' | 'stop'
    onStop: string | null
    tier: Tier | null
    autoStopMs: number | null
  } | null
}

export interface OwnPipeline {
  stages: string[]
  jobs: OwnJob[]
}

export interface Pipeline extends Ref {
  id: number
  iid: number
  sha: string
  source: 'push' | 'web'
  /** What the file of its commit says; `null` for the pipeline of the talk. */
  own: OwnPipeline | null
  status: RunStatus
  user: User
  createdAt: Date
  updatedAt: Date
}

export interface Job extends Ref {
  id: number
  name: string
  stage: string
  status: RunStatus
  manual: boolean
  allowFailure: boolean
  pipelineId: number
  sha: string
  user: User
  createdAt: Date
  queuedAt: Date | null
  startedAt: Date | null
  finishedAt: Date | null
  failureReason: string | null
  /** A newer job of the same name took its place in the pipeline. */
  retried: boolean
  environment: { id: number; action: 'start' | 'stop' } | null
  log: string
}

export interface Environment {
  id: number
  name: string
  slug: string
  tier: Tier
  state: 'available' | 'stopping' | 'stopped'
  externalUrl: string | null
  autoStopAt: Date | null
  createdAt: Date
  updatedAt: Date
}

export interface Deployment {
  id: number
  iid: number
  environmentId: number
  /** `null` for a deployment that an outside tool reported. */
  jobId: number | null
  ref: string
  sha: string
  status: DeploymentStatus
  user: User
  createdAt: Date
  updatedAt: Date
  finishedAt: Date | null
}

export interface FreezePeriod {
  id: number
  /** Cron lines of five fields. */
  freezeStart: string
  freezeEnd: string
  timeZone: string
  createdAt: Date
  updatedAt: Date
}

/** What the `.gitlab-ci.yml` of a project says of production: the talk's variant 1 plays a job, its variant 2 pushes a tag. */
export interface ProductionPipeline {
  by: 'job' | 'tag'
  /** Where staging and production run; review apps are on Dokku. */
  on: 'dokku' | 'heroku'
  /** Whether staging and production are pushed to with `--force`, as the talk does not: git refuses an older commit then. */
  byForce?: boolean
  /** Names of the production environments. */
  environments: string[]
}

/** Kinds of events that a hook may want, as GitLab's API names them; the others never happen here. */
export const hookTriggers = [
  'push_events',
  'tag_push_events',
  'merge_requests_events',
  'pipeline_events',
  'job_events',
  'deployment_events',
] as const
export type HookTrigger = (typeof hookTriggers)[number]

/** One call of a hook, as GitLab keeps it. */
export interface HookEvent {
  id: number
  trigger: HookTrigger
  at: Date
  headers: Record<string, string>
  body: string
  /** What the receiver answered; `internal error` when it did not. */
  status: number | 'internal error'
  responseHeaders: Record<string, string>
  responseBody: string
  seconds: number
}

export interface Hook {
  id: number
  uuid: string
  url: string
  name: string
  description: string
  /** Sent as it is; `null` sends none. */
  token: string | null
  /** Signs; `null` signs nothing. Set in GitLab's pages only. */
  signingToken: string | null
  wants: Set<HookTrigger>
  verifiesSsl: boolean
  createdAt: Date
  failuresInRow: number
  /** How often it was disabled for a while since the last success. */
  pauses: number
  disabledUntil: Date | null
  /** The last five hundred, oldest first. */
  events: HookEvent[]
}

export interface Project {
  id: number
  /** `group/name` */
  path: string
  description: string
  defaultBranch: string
  createdAt: Date
  /** Bare git repository on disk; `null` for a project that exists in memory only. */
  repository: string | null
  commits: Map<string, Commit>
  /** Head commit by branch name. */
  branches: Map<string, string>
  tags: Map<string, string>
  /** Access level that creating takes, by name or pattern; 0 is nobody. */
  protectedTags: Map<string, number>
  freezePeriods: FreezePeriod[]
  production: ProductionPipeline
  wiring: Wiring
  /** Its jobs are those of its own `.gitlab-ci.yml`, and not those of the talk. */
  runsOwnPipeline: boolean
  mergeRequests: MergeRequest[]
  pipelines: Map<number, Pipeline>
  jobs: Map<number, Job>
  environments: Map<number, Environment>
  deployments: Map<number, Deployment>
  hooks: Hook[]
}

/** A Dokku host as the runner knows it: its address and the line that `known_hosts` would have. */
export interface DeployHost {
  address: string
  sshPort: number
  httpPort: number
  httpsPort: number
  hostKeyFingerprint: string
}

export interface HookRules {
  /** A hook may lead into the local network; GitLab itself says no unless it was told. */
  toLocalNetwork: boolean
  /** A hook that fails again and again is called no more; off unless it is GitLab.com. */
  disabling: boolean
}

export interface Token {
  user: User
  scopes: string[]
  /** Of an access token; a sign-in's has none. */
  name?: string
  /** `2026-12-31`, the day on which it ends. */
  expiresOn?: string | null
}

/** Everything this GitLab knows. */
export interface World {
  /** Its own address, without a slash at the end. */
  url: string
  dir: string
  users: User[]
  tokens: Map<string, Token>
  oauth: OauthState
  /** Access levels by project path and username; who is not there is no member. */
  members: Record<string, Record<string, number>>
  projects: Map<number, Project>
  runners: Runner[]
  /** By the group's full path. */
  groupVariables: Record<string, Variable[]>
  /** How much its clock goes ahead. */
  clockSeconds: number
  hosts: { review: DeployHost; production: DeployHost }
  /** Where `dpl` deploys to; `null` without a Heroku. */
  heroku: { url: string; port: number; key: string } | null
  /** Private key file of the runner. */
  runnerKeyFile: string
  /** How long a job takes, about. */
  jobMs: number
  /** Refs whose jobs wait this long, in milliseconds, before they do anything: a runner that pulls its image for ever. */
  slow: Map<string, number>
  /** Job names whose next run fails, with how many runs. */
  failing: Map<string, number>
  /** What an administrator set for hooks. */
  hookRules: HookRules
  lastIds: Record<string, number>
}

/** GitLab counts ids over the whole instance and iids within a project: pass `pipeline` or `pipeline:<project id>`. */
export function nextId(world: World, counter: string): number {
  const id = (world.lastIds[counter] ?? 0) + 1
  world.lastIds[counter] = id
  return id
}

export function projectByPath(world: World, path: string): Project {
  const project = [...world.projects.values()].find((candidate) => candidate.path === path)
  if (!project) throw new Error(`The stand-in GitLab has no project ${path}.`)
  return project
}

export function userNamed(world: World, username: string): User {
  const user = world.users.find((candidate) => candidate.username === username)
  if (!user) throw new Error(`The stand-in GitLab has no user ${username}.`)
  return user
}
