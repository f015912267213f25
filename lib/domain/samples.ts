import type { RowFacts } from './board-row.ts'
import type { Branch } from './branch.ts'
import type { Deployment } from './deployment.ts'
import type { Environment } from './environment.ts'
import type { MergeRequest } from './merge-request.ts'
import type { ObservedUrl } from './url-probe.ts'

// Plain values for tests, each complete and ordinary; a test overrides only what it is about.

export const asOf = new Date('2026-11-23T12:00:00Z')
export const minutesAgo = (minutes: number): Date => new Date(asOf.getTime() - minutes * 60_000)

/** A full SHA made of one repeated character. */
export const sha = (character: string): string => character.repeat(40)

export const sampleEnvironment = (
  more: Partial<Environment & { stateSince: Date }> = {},
): Environment & { stateSince: Date } => ({
  id: 7,
  name: 'review/login',
  slug: 'review-login-abc123',
  state: 'available',
  tier: 'development',
  externalUrl: 'http://review-login-abc123.apps.example.jp',
  createdAt: minutesAgo(600),
  updatedAt: minutesAgo(60),
  autoStopAt: null,
  stateSince: minutesAgo(600),
  ...more,
})

export const sampleDeployment = (more: Partial<Deployment> = {}): Deployment => ({
  id: 100 + (more.iid ?? 1),
  iid: 1,
  environmentId: 7,
  environmentName: 'review/login',
  ref: 'login',
  sha: sha('a'),
  status: 'success',
  userName: 'Aiko Mori',
  createdAt: minutesAgo(120),
  updatedAt: minutesAgo(110),
  job: {
    id: 1000 + (more.iid ?? 1),
    name: 'review',
    status: 'success',
    webUrl: 'https://gitlab.example.jp/jobs/1',
    userName: 'Aiko Mori',
    finishedAt: minutesAgo(110),
    commitTitle: 'Add login',
    pipeline: { id: 500, status: 'success', webUrl: 'https://gitlab.example.jp/pipelines/500' },
  },
  ...more,
})

export const sampleBranch = (more: Partial<Branch> = {}): Branch => ({
  name: 'login',
  commit: { sha: sha('a'), title: 'Add login', authorName: 'Aiko Mori', committedAt: minutesAgo(130) },
  isDefault: false,
  isProtected: false,
  developersMayChange: false,
  isMerged: false,
  webUrl: 'https://gitlab.example.jp/tree/login',
  ...more,
})

export const sampleMergeRequest = (more: Partial<MergeRequest> = {}): MergeRequest => ({
  iid: 12,
  title: 'Add login',
  state: 'opened',
  draft: false,
  sourceBranch: 'login',
  targetBranch: 'master',
  sourceProjectId: 42,
  authorName: 'Aiko Mori',
  authorUsername: 'aiko',
  labels: [],
  sha: sha('a'),
  mergeCommitSha: null,
  squashCommitSha: null,
  webUrl: 'https://gitlab.example.jp/merge_requests/12',
  createdAt: minutesAgo(600),
  updatedAt: minutesAgo(100),
  mergedAt: null,
  closedAt: null,
  ...more,
})

/** A URL that answered well a minute ago. */
export const sampleUrl = (more: Partial<ObservedUrl> = {}): ObservedUrl => ({
  url: 'http://review-login-abc123.apps.example.jp',
  status: 200,
  latencyMs: 40,
  certificateExpiresAt: null,
  redirectTo: null,
  finalStatus: 200,
  failure: null,
  observedAt: minutesAgo(1),
  failures: 0,
  failingSince: null,
  ...more,
})

/** A healthy review app whose branch, merge request, app and database all agree. */
export const sampleFacts = (more: Partial<RowFacts> = {}): RowFacts => ({
  projectId: 42,
  branch: sampleBranch(),
  mergeRequest: sampleMergeRequest(),
  pipeline: null,
  environment: sampleEnvironment(),
  deployments: [sampleDeployment()],
  app: {
    host: 'review',
    app: 'review-login-abc123',
    exists: true,
    deployedSha: sha('a'),
    deployedAt: minutesAgo(60),
    sourceImage: null,
    locked: false,
    processes: [{ type: 'web', index: 1, status: 'running' }],
    processesAt: minutesAgo(1),
  },
  heroku: null,
  appUsedBy: null,
  database: null,
  restore: true,
  url: null,
  urlStaleMinutes: 30,
  gitlabSight: { observedAt: minutesAgo(1), failingSince: null },
  hostSight: { observedAt: minutesAgo(1), failingSince: null },
  policy: { staleDays: 30, keep: [] },
  branchesKnown: true,
  known: new Map(),
  ...more,
})
