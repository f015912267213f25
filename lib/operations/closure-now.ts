import { freezeNow } from '#lib/cron/freeze-window.ts'
import { approvalFor } from '#lib/db/approvals.ts'
import { lockOn } from '#lib/db/deploy-locks.ts'
import { writeFreezePeriods } from '#lib/db/freeze-periods.ts'
import { projectSettings } from '#lib/db/settings.ts'
import { type Closure, openNow } from '#lib/domain/closure.ts'
import type { Environment } from '#lib/domain/environment.ts'
import type { Context } from '../context.ts'

/**
 * What is held against deploying this commit now: the freeze periods as GitLab answers at this moment, the rest as it is in
 * the database. The page may show older periods, so what is new is kept for it.
 */
export async function closureNow(
  ctx: Context,
  { projectId, environment, sha }: { projectId: number; environment: Pick<Environment, 'id' | 'tier'>; sha: string },
): Promise<Closure> {
  if (environment.tier !== 'production') return openNow
  const { db } = ctx
  const asOf = ctx.now()
  const place = { projectId, environmentId: environment.id }
  const [periods, lock, settings, approval] = await Promise.all([
    ctx.gitlab.freezePeriods(projectId),
    lockOn(db, place, asOf),
    projectSettings(db, projectId),
    approvalFor(db, { ...place, sha }, asOf),
  ])
  await writeFreezePeriods(db, { projectId, asOf }, periods)
  return { freeze: freezeNow(periods, asOf), lock, approvalNeeded: settings.approval.needed, approval }
}
