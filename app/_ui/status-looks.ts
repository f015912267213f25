import type { Health } from '#lib/domain/board.ts'
import type { DeploymentStatus } from '#lib/domain/deployment.ts'
import type { MergeRequestState } from '#lib/domain/merge-request.ts'
import type { OperationStatus, StepStatus } from '#lib/domain/operation.ts'
import type { RunStatus } from '#lib/domain/pipeline.ts'
import type { SweepItemStatus } from '#lib/domain/sweep.ts'
import type { AuditOutcome } from '#lib/queries/activity.ts'
import type { IconName } from './icon.tsx'

/** How a status is shown: its tone, its word, and a drawing where the tone's own would mislead. */
export interface StatusLook {
  tone: Health
  words: string
  icon?: IconName
}

/** Of a pipeline or a job, in GitLab's words. */
export const runLooks: Record<RunStatus, StatusLook> = {
  created: { tone: 'none', words: 'created' },
  waiting_for_resource: { tone: 'busy', words: 'waiting for resource', icon: 'clock' },
  waiting_for_callback: { tone: 'busy', words: 'waiting for callback', icon: 'clock' },
  preparing: { tone: 'busy', words: 'preparing', icon: 'clock' },
  pending: { tone: 'busy', words: 'pending', icon: 'clock' },
  running: { tone: 'busy', words: 'running' },
  success: { tone: 'ok', words: 'passed' },
  failed: { tone: 'critical', words: 'failed' },
  canceling: { tone: 'busy', words: 'canceling' },
  canceled: { tone: 'none', words: 'canceled', icon: 'ban' },
  skipped: { tone: 'none', words: 'skipped' },
  manual: { tone: 'none', words: 'manual', icon: 'hand' },
  scheduled: { tone: 'none', words: 'scheduled', icon: 'clock' },
}

export const deploymentLooks: Record<DeploymentStatus, StatusLook> = {
  created: { tone: 'none', words: 'created' },
  running: { tone: 'busy', words: 'running' },
  success: { tone: 'ok', words: 'success' },
  failed: { tone: 'critical', words: 'failed' },
  canceled: { tone: 'none', words: 'canceled', icon: 'ban' },
  skipped: { tone: 'none', words: 'skipped' },
  blocked: { tone: 'none', words: 'blocked', icon: 'hand' },
}

export const operationLooks: Record<OperationStatus, StatusLook> = {
  running: { tone: 'busy', words: 'running' },
  succeeded: { tone: 'ok', words: 'done' },
  failed: { tone: 'critical', words: 'failed' },
  canceled: { tone: 'none', words: 'canceled', icon: 'ban' },
}

export const stepLooks: Record<StepStatus, StatusLook> = {
  waiting: { tone: 'none', words: 'waiting', icon: 'circle' },
  running: { tone: 'busy', words: 'running' },
  done: { tone: 'ok', words: 'done' },
  failed: { tone: 'critical', words: 'failed' },
  skipped: { tone: 'none', words: 'skipped' },
}

export const sweepItemLooks: Record<SweepItemStatus, StatusLook> = {
  waiting: { tone: 'none', words: 'waiting', icon: 'circle' },
  running: { tone: 'busy', words: 'working' },
  done: { tone: 'ok', words: 'done' },
  failed: { tone: 'critical', words: 'failed' },
  skipped: { tone: 'none', words: 'skipped' },
}

/** Of an entry of the audit. */
export const outcomeLooks: Record<AuditOutcome, StatusLook> = {
  requested: { tone: 'none', words: 'Requested', icon: 'circle' },
  refused: { tone: 'attention', words: 'Refused', icon: 'ban' },
  succeeded: { tone: 'ok', words: 'Succeeded' },
  failed: { tone: 'critical', words: 'Failed' },
  canceled: { tone: 'none', words: 'Canceled', icon: 'ban' },
}

/** `null` for an open merge request: that is the ordinary case and says nothing. */
export const mergeRequestLooks: Record<MergeRequestState, StatusLook | null> = {
  opened: null,
  merged: { tone: 'none', words: 'merged', icon: 'merge' },
  closed: { tone: 'none', words: 'closed', icon: 'close' },
  locked: { tone: 'none', words: 'locked', icon: 'lock' },
}
