import type { Context } from '#lib/context.ts'
import { wiringReport } from '#lib/db/wiring.ts'
import type { WiringReport } from '#lib/domain/wiring/report.ts'
import { checksFor } from '#lib/domain/wiring/wiring-checks.ts'
import { requireProject } from './project.ts'

/** What the doctor found when somebody last asked, as far as this actor may see it; `null` when nobody has. Throws `not-found`. */
export async function wiringOf(ctx: Context, projectId: number): Promise<WiringReport | null> {
  await requireProject(ctx, projectId)
  const report = await wiringReport(ctx.db, projectId)
  return report && { ...report, checks: checksFor(ctx.actor, projectId, report.checks) }
}
