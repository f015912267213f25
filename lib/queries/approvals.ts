import type { Context } from '#lib/context.ts'
import { waitingApprovals as readWaiting } from '#lib/db/approvals.ts'
import { seenProjects } from '#lib/domain/access.ts'
import type { Approval } from '#lib/domain/approval.ts'

/** What waits for a second person in the projects that the actor sees, or in one of them; oldest first. */
export async function waitingApprovals(ctx: Context, projectId?: number): Promise<Approval[]> {
  const all = await readWaiting(ctx.db, seenProjects(ctx.actor), ctx.now())
  return projectId === undefined ? all : all.filter((approval) => approval.projectId === projectId)
}
