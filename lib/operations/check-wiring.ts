import { publish } from '#lib/db/notifications.ts'
import { wiringReport, writeWiringReport } from '#lib/db/wiring.ts'
import type { WiringReport } from '#lib/domain/wiring/report.ts'
import { checksFor, wiringChecks } from '#lib/domain/wiring/wiring-checks.ts'
import type { Context, World } from '../context.ts'
import { requireShown } from './ask.ts'
import { requireRole } from './require-role.ts'
import { wiringFacts } from './wiring-facts.ts'

/** Who presses twice is answered with what was found a moment ago. */
const freshSeconds = 2

/** Looks at a project's wiring now, at GitLab's and at Dokku's, and keeps what was found for everybody who looks. Changes nothing there. */
export async function checkWiring(ctx: Context, { projectId }: { projectId: number }): Promise<WiringReport> {
  requireRole(ctx.actor, 'developer', projectId)
  await requireShown(ctx, projectId)
  const { name: checkedBy, personId } = ctx.actor
  const kept = await wiringReport(ctx.db, projectId)
  const isFresh = kept !== null && ctx.now().getTime() - kept.checkedAt.getTime() < freshSeconds * 1000
  const report = isFresh ? kept : await lookAtWiring(ctx, { projectId, personId, checkedBy })
  return { ...report, checks: checksFor(ctx.actor, projectId, report.checks) }
}

/** The look itself, for whoever has the right to it. */
export async function lookAtWiring(
  world: World,
  { projectId, personId, checkedBy }: { projectId: number; personId: string | null; checkedBy: string },
): Promise<WiringReport> {
  const facts = await wiringFacts(world, { projectId, personId })
  const checkedAt = world.now()
  const report = { checks: wiringChecks(facts, checkedAt), checkedAt, checkedBy }
  await writeWiringReport(world.db, projectId, report)
  await publish(world.db, [`project:${projectId}`])
  return report
}
