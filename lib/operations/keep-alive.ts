import { environmentRow } from '#lib/db/board-row.ts'
import { publish } from '#lib/db/notifications.ts'
import { writeKeepAlive } from '#lib/db/policies.ts'
import { isInLane } from '#lib/domain/app-name.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { dayOf } from '#lib/domain/evidence.ts'
import type { KeepAlive } from '#lib/domain/policy.ts'
import { topicsOf } from '#lib/sync/topics.ts'
import type { Context } from '../context.ts'
import { audited } from './audited.ts'
import { requireRole } from './require-role.ts'

export interface KeepReviewAppAlive {
  projectId: number
  environmentId: number
  /** 1 to 30. */
  days: number
}

const dayMs = 86_400_000
const most = 30

/** Somebody still needs this review app: no policy stops it for so many days, and what one had announced is taken back. */
export function keepAlive(ctx: Context, { projectId, environmentId, days }: KeepReviewAppAlive): Promise<KeepAlive> {
  const target = `environment ${environmentId} of project ${projectId}`
  const change = { action: 'policy.keep', projectId, target, details: { environmentId, days } }
  return audited(ctx, change, async () => {
    requireRole(ctx.actor, 'developer', projectId)
    if (!Number.isInteger(days) || days < 1 || days > most) {
      throw new BerthError('invalid', 'berth', `A review app is kept for 1 to ${most} days.`)
    }
    const { environment } = await environmentRow(ctx.db, projectId, environmentId)
    if (!environment || isInLane(environment)) {
      throw new BerthError('refused', 'berth', `${environment?.name ?? target} is no review app: no policy touches it.`)
    }
    if (environment.state !== 'available') {
      throw new BerthError('refused', 'berth', `${environment.name} is ${environment.state}; there is nothing to keep.`)
    }
    const at = ctx.now()
    const wished = { environmentId, until: new Date(at.getTime() + days * dayMs), by: ctx.actor.name, at }
    const until = await ctx.db.$transaction(async (tx) => {
      await publish(tx, topicsOf(projectId, [], [environmentId]))
      return writeKeepAlive(tx, projectId, wished)
    })
    return {
      result: { ...wished, until },
      words: `No policy stops it before ${dayOf(until)}.`,
      done: { target: environment.name },
    }
  })
}
