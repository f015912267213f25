import type { Role } from './access.ts'
import type { Commit } from './branch.ts'
import type { Decision } from './decision.ts'
import type { DeploymentStatus } from './deployment.ts'
import type { Process } from './dokku-app.ts'
import type { EnvironmentState, Tier } from './environment.ts'
import { environmentFindingKinds, type Finding } from './finding.ts'
import type { Guard } from './guard.ts'
import type { Dyno, Formation, HerokuRelease } from './heroku-app.ts'
import type { AppLocation } from './mapping.ts'
import type { MergeRequestState } from './merge-request.ts'
import type { RunStatus } from './pipeline.ts'

/**
 * How a fact stands, worst first: `critical` (down, failed), `attention` (somebody should look), `unknown` (its source is
 * too old or silent), `busy` (changing now), `ok`, `none` (nothing to judge). Colour follows it; words always stand beside.
 */
export type Health = 'critical' | 'attention' | 'unknown' | 'busy' | 'ok' | 'none'

/** What one source says of one environment. */
export interface Truth {
  health: Health
  /** The source's own short word: `available`, `restarting`, `not on Dokku`, … */
  state: string
  /** One sentence with the detail, for hover and screen readers. */
  words: string
  /** When the source said it; `null` when it never did. */
  observedAt: Date | null
}

/** What a visitor gets. The details are those of the last probe; `null` where it did not come to that. */
export interface UrlTruth extends Truth {
  /** HTTP status of the first answer. */
  status: number | null
  /** Until the first byte of the first answer. */
  latencyMs: number | null
  certificateExpiresAt: Date | null
  /** Where the first answer sent the visitor; without query. */
  redirectTo: string | null
}

export interface RowDeployment {
  id: number
  iid: number
  sha: string
  ref: string
  status: DeploymentStatus
  /** When it reached `status`, as far as GitLab tells: the job's end, else the last update. */
  changedAt: Date
  /** Who pressed or pushed. */
  by: string | null
  jobId: number | null
  /** What GitLab asks of whoever retries or cancels its job. */
  jobRole: Role
  jobName: string | null
  jobUrl: string | null
  pipelineId: number | null
  commitTitle: string | null
}

export interface RowEnvironment {
  id: number
  name: string
  slug: string
  state: EnvironmentState
  tier: Tier
  url: string | null
  createdAt: Date
  autoStopAt: Date | null
}

export interface RowApp extends AppLocation {
  /** Whether the host has it; `null` when the host has not been seen. */
  exists: boolean | null
  deployedSha: string | null
  /** By the host's clock; `null` before the first deploy, and where the host does not tell. */
  deployedAt: Date | null
  sourceImage: string | null
  locked: boolean | null
  /** `null` until the process report has been read. */
  processes: Process[] | null
  processesAt: Date | null
}

/** What runs on Heroku behind an environment. Ages are left out: a row changes only when a fact does. */
export interface RowHeroku {
  app: string
  /** Whether Heroku has it, or lets Berth's key see it; `null` when Heroku has not been seen. */
  exists: boolean | null
  maintenance: boolean
  /** Those of the formation: somebody's one-off says nothing of the app. */
  dynos: Pick<Dyno, 'name' | 'type' | 'state'>[]
  formation: Formation[]
  /** The release that runs; `null` before the first. `sha` is `null` where whoever built it named no commit. */
  release: (Pick<HerokuRelease, 'version' | 'description' | 'createdAt'> & { sha: string | null }) | null
  /** A newer one that does not run: its release phase failed, or goes on. */
  newer: Pick<HerokuRelease, 'version' | 'status' | 'description' | 'createdAt'> | null
}

export interface RowDatabase {
  host: string
  plugin: string
  name: string
  /** `null` when unknown. */
  exists: boolean | null
  status: string | null
  version: string | null
  linked: boolean | null
}

/**
 * One line of the board: a branch, the environment that it has, or both. `lane` rows are the staging and production
 * environments; `branch` rows are everything else.
 */
export interface BoardRow {
  projectId: number
  /** `e<environment id>`, or `b:<branch>` for a branch without an environment. Stable. */
  key: string
  zone: 'lane' | 'branch'
  branch: { name: string; commit: Commit; isDefault: boolean; isProtected: boolean; webUrl: string } | null
  mergeRequest: {
    iid: number
    title: string
    state: MergeRequestState
    draft: boolean
    author: string
    webUrl: string
  } | null
  pipeline: { id: number; status: RunStatus; sha: string; webUrl: string } | null
  environment: RowEnvironment | null
  /** The last successful deployment. */
  deployment: RowDeployment | null
  /** A deployment newer than `deployment`: running, failed, canceled, or blocked (a manual job waiting for a click). */
  newer: RowDeployment | null
  /** On Dokku. */
  app: RowApp | null
  /** On Heroku; `null` too for every environment that is not there. */
  heroku: RowHeroku | null
  database: RowDatabase | null
  gitlab: Truth
  /** What Dokku says, or Heroku where the app is there. */
  dokku: Truth
  url: UrlTruth
  /** The worst of all facts, snoozed findings left out. */
  health: Health
  /** What is the matter with it, worst first; snoozed ones too. */
  findings: Finding[]
  /** Whether its environment may be stopped from here, or why not. */
  stoppability: Decision
  /** The latest thing that happened to it: push, deployment, merge request update or creation. */
  activeAt: Date
}

/** What lies between a staging berth and a production berth. */
export interface LaneLink {
  fromEnvironmentId: number
  toEnvironmentId: number
  fromSha: string | null
  toSha: string | null
  /** Commits that staging has and production has not; `null` until GitLab's compare has been read. */
  commitCount: number | null
  /** Whether staging's commit may be promoted, and with which job; or why not. */
  promotability: Decision<PromotionPlan>
}

/**
 * What pressing will do to give production this commit: play (a manual job) or retry (one that has ended) a job that deploys
 * it, or create a tag at it, whose pipeline then deploys it. `guards`: what stands before it and can be met, heaviest first.
 */
export type PromotionPlan = { sha: string; guards: Guard[] } & (
  | { way: 'job'; jobId: number; jobName: string; act: 'play' | 'retry'; pipelineId: number }
  | { way: 'tag' }
)

export interface BoardCounts {
  branches: number
  reviewApps: number
  /** Rows of the branch zone by health. */
  byHealth: Record<Health, number>
  /** Rows of the branch zone that each filter of the table shows. */
  byFilter: Record<BoardFilter, number>
  /** Rows of both zones that need attention. */
  attention: number
}

/** The head of a project's page and its line in the fleet. */
export interface BoardSummary {
  projectId: number
  pathWithNamespace: string
  name: string
  webUrl: string
  defaultBranch: string | null
  lane: { staging: BoardRow[]; production: BoardRow[]; links: LaneLink[] }
  /** The worst first, capped at 50; `counts.attention` has the true number. */
  attention: { key: string; title: string; environmentId: number | null; items: Finding[] }[]
  counts: BoardCounts
}

/**
 * `attention`: something needs a look · `up`: its environment is not stopped · `open`: its merge request is open ·
 * `leftover`: up though nobody needs it · `no-app`: a branch without an environment.
 */
export const plainFilters = ['all', 'attention', 'up', 'open', 'leftover', 'no-app'] as const
export type PlainFilter = (typeof plainFilters)[number]

/** One of the plain filters, or only the rows with one kind of trouble. */
export const boardFilters = [...plainFilters, ...environmentFindingKinds] as const
export type BoardFilter = (typeof boardFilters)[number]

export const boardSorts = ['active', 'health', 'branch', 'author'] as const
export type BoardSort = (typeof boardSorts)[number]

/** A person's view of the branch table: everything that stands in the page's URL. */
export interface BoardQuery {
  /** Matches anywhere, from the first character. */
  q: string
  filter: BoardFilter
  sort: BoardSort
  direction: 'asc' | 'desc'
  /** Counts from 1. */
  page: number
}

export interface BoardPage {
  rows: BoardRow[]
  /** Rows that match; those of a search are counted up to 1,000, above which `totalIsCapped`. */
  total: number
  totalIsCapped: boolean
  page: number
  pageSize: number
}
