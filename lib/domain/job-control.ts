import type { Role } from './access.ts'
import type { Branch } from './branch.ts'
import { type Decision, refuse } from './decision.ts'
import type { Job } from './job.ts'
import { isFinished } from './pipeline.ts'

/**
 * Whom GitLab obeys who wants a job of this branch run again or canceled: on a protected one only those who may push to it or
 * merge into it. `null` for any other ref. (app/policies/ci/build_policy.rb)
 */
export const jobRole = (branch: Pick<Branch, 'isProtected' | 'developersMayChange'> | null): Role =>
  branch?.isProtected && !branch.developersMayChange ? 'maintainer' : 'developer'

/** Whether a job may be run again. GitLab retries what has ended; what never started is played, not retried. */
export function retryability(job: Pick<Job, 'name' | 'status'>): Decision {
  if (job.status === 'success' || job.status === 'failed' || job.status === 'canceled') return { allowed: true }
  return refuse(`Job ${job.name} is ${job.status}; only a job that has ended can be retried.`)
}

/** Whether a job may be canceled: while it waits or runs. */
export function cancelability(job: Pick<Job, 'name' | 'status'>): Decision {
  if (isFinished(job.status)) return refuse(`Job ${job.name} has ended already: ${job.status}.`)
  if (job.status === 'canceling') return refuse(`Job ${job.name} is being canceled already.`)
  if (job.status === 'manual') return refuse(`Job ${job.name} has not been started; there is nothing to cancel.`)
  return { allowed: true }
}
