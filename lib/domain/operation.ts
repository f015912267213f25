import type { Failure } from './errors.ts'

export type OperationKind =
  | 'promote'
  | 'rollback'
  | 'redeploy'
  | 'stop'
  | 'job.retry'
  | 'job.cancel'
  | 'sweep'
  | 'app.restart'
  | 'app.rebuild'
  | 'app.scale'
  | 'app.unlock'
  | 'variables.create'
  | 'release.rollback'
  | 'dynos.restart'
  | 'maintenance'
export type OperationStatus = 'running' | 'succeeded' | 'failed' | 'canceled'

/** The beats of an operation, in this order; one that does not apply is `skipped` with the reason in its words. */
export type StepName = 'decide' | 'act' | 'follow' | 'verify'
export type StepStatus = 'waiting' | 'running' | 'done' | 'failed' | 'skipped'

export interface OperationStep {
  name: StepName
  status: StepStatus
  /** What is happening or what came out, for a person. */
  words: string
  startedAt: Date | null
  endedAt: Date | null
}

/** A change that somebody asked for: durable, followed to its end, verified, audited. */
export interface Operation {
  id: string
  kind: OperationKind
  status: OperationStatus
  projectId: number
  environmentId: number | null
  /** What it is about, for a person: `a1b2c3d4 to production`, `review/fix-login`. */
  title: string
  steps: OperationStep[]
  /** The GitLab job that carries it out, once known. */
  jobId: number | null
  failure: Failure | null
  requestedBy: string
  requestedVia: string
  /** Who asked to end it early, between two of its items; only a sweep has those. */
  cancelRequestedBy: string | null
  /** What it concerns runs on Heroku, not on Dokku. */
  isOnHeroku: boolean
  createdAt: Date
  endedAt: Date | null
}
