import type { Approval } from './approval.ts'
import type { DeployLock } from './deploy-lock.ts'
import type { FreezeWindow } from './freeze.ts'

/** What people and the calendar hold against a deployment of one commit at this moment. */
export interface Closure {
  freeze: FreezeWindow | null
  lock: DeployLock | null
  approvalNeeded: boolean
  /** The one that would count, or that waits for its answer. */
  approval: Approval | null
}

/** Of an environment that nobody closes: only production is closed. */
export const openNow: Closure = { freeze: null, lock: null, approvalNeeded: false, approval: null }
