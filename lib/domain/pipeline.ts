/** Statuses that a job or a pipeline can have. `canceled` has one l. */
export type RunStatus =
  | 'created'
  | 'waiting_for_resource'
  | 'waiting_for_callback'
  | 'preparing'
  | 'pending'
  | 'running'
  | 'success'
  | 'failed'
  | 'canceling'
  | 'canceled'
  | 'skipped'
  | 'manual'
  | 'scheduled'

export interface Pipeline {
  id: number
  iid: number
  ref: string
  sha: string
  status: RunStatus
  /** `push`, `merge_request_event`, `schedule`, … */
  source: string
  webUrl: string
  createdAt: Date
  updatedAt: Date
}

/** A job or pipeline that will not change by itself any more. */
export const isFinished = (status: RunStatus): boolean =>
  status === 'success' || status === 'failed' || status === 'canceled' || status === 'skipped'

const underway: readonly RunStatus[] = [
  'waiting_for_resource',
  'waiting_for_callback',
  'preparing',
  'pending',
  'running',
  'canceling',
]

/** It was started and has not ended: it runs, or will by itself. */
export const isUnderway = (status: RunStatus): boolean => underway.includes(status)
