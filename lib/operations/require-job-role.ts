import type { Branch } from '#lib/domain/branch.ts'
import { isNotFound } from '#lib/domain/errors.ts'
import type { Job } from '#lib/domain/job.ts'
import { jobRole } from '#lib/domain/job-control.ts'
import type { Context } from '../context.ts'
import { requireRole } from './require-role.ts'

/** Throws `forbidden` for whom GitLab would not obey who wants this job run again or canceled. */
export async function requireJobRole(ctx: Context, projectId: number, job: Job): Promise<void> {
  requireRole(ctx.actor, jobRole(await branchOf(ctx, projectId, job)), projectId)
}

/** `null` for a job of a tag, of a merge request or of a branch that is gone. */
async function branchOf({ gitlab }: Context, projectId: number, { ref }: Job): Promise<Branch | null> {
  try {
    return await gitlab.branch(projectId, ref)
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}
