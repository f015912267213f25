import type { Context } from '#lib/context.ts'
import { freezeNow } from '#lib/cron/freeze-window.ts'
import { approvalFor, lastApproval } from '#lib/db/approvals.ts'
import { locksOf } from '#lib/db/deploy-locks.ts'
import { freezePeriods } from '#lib/db/freeze-periods.ts'
import { projectSettings } from '#lib/db/settings.ts'
import type { Approval } from '#lib/domain/approval.ts'
import { type Closure, openNow } from '#lib/domain/closure.ts'
import { type DeployLock, lockHolding } from '#lib/domain/deploy-lock.ts'
import type { Environment } from '#lib/domain/environment.ts'
import type { FreezeWindow } from '#lib/domain/freeze.ts'
import { requireSight } from './sight.ts'

/** What closes a project's production at this moment, whatever is to be deployed. */
export interface ProductionDoor {
  freeze: FreezeWindow | null
  /** Oldest first. */
  locks: DeployLock[]
}

/** As far as Berth has read GitLab's freeze periods: at the click they are asked for again. */
export async function productionDoor(ctx: Context, projectId: number): Promise<ProductionDoor> {
  requireSight(ctx, projectId)
  const asOf = ctx.now()
  const [periods, locks] = await Promise.all([freezePeriods(ctx.db, projectId), locksOf(ctx.db, projectId, asOf)])
  return { freeze: freezeNow(periods, asOf), locks }
}

/** What is held against deploying this commit there, and the last approval that was asked for, however it stands. */
export async function closureOf(
  ctx: Context,
  { projectId, environment, sha }: { projectId: number; environment: Pick<Environment, 'id' | 'tier'>; sha: string },
): Promise<{ closure: Closure; lastApproval: Approval | null }> {
  requireSight(ctx, projectId)
  if (environment.tier !== 'production') return { closure: openNow, lastApproval: null }
  const asOf = ctx.now()
  const subject = { projectId, environmentId: environment.id, sha }
  const [{ freeze, locks }, settings, approval, last] = await Promise.all([
    productionDoor(ctx, projectId),
    projectSettings(ctx.db, projectId),
    approvalFor(ctx.db, subject, asOf),
    lastApproval(ctx.db, subject),
  ])
  const lock = lockHolding(locks, environment.id, asOf)
  const closure = { freeze, lock, approvalNeeded: settings.approval.needed, approval }
  return { closure, lastApproval: approval ?? last }
}
