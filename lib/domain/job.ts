import type { RunStatus } from './pipeline.ts'

export interface Job {
  id: number
  name: string
  stage: string
  status: RunStatus
  ref: string
  sha: string
  allowFailure: boolean
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
  /** Why a failed job failed, in GitLab's words (`script_failure`, …). */
  failureReason: string | null
  webUrl: string
  /** Who ran it; `null` when GitLab names nobody. */
  userName: string | null
  pipelineId: number
}
