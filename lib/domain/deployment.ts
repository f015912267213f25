import type { RunStatus } from './pipeline.ts'

export type DeploymentStatus = 'created' | 'running' | 'success' | 'failed' | 'canceled' | 'skipped' | 'blocked'

/** A deployment of one commit to one environment. A manual job has one from the start: `created`, then `blocked`. */
export interface Deployment {
  id: number
  iid: number
  environmentId: number
  environmentName: string
  ref: string
  sha: string
  status: DeploymentStatus
  /** Who created it, which for a manual job is not who pressed: that is `job.userName`. */
  userName: string | null
  createdAt: Date
  updatedAt: Date
  /** `null` for a deployment that an outside tool reported. */
  job: DeployingJob | null
}

export interface DeployingJob {
  id: number
  name: string
  status: RunStatus
  webUrl: string
  userName: string | null
  finishedAt: Date | null
  commitTitle: string | null
  pipeline: { id: number; status: RunStatus; webUrl: string } | null
}
