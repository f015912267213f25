import { keepComparison } from '#lib/db/comparisons.ts'
import type { Commit } from '#lib/domain/branch.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Context } from '../context.ts'

/**
 * Commits that run now and that the chosen one has not, oldest first, as GitLab compares them at this moment; `null` when it
 * cannot: a force push may have taken one of the two away.
 */
export async function lostCommits(
  ctx: Context,
  projectId: number,
  { chosenSha, currentSha }: { chosenSha: string | null; currentSha: string | null },
): Promise<Commit[] | null> {
  if (chosenSha === null || currentSha === null || chosenSha === currentSha) return []
  try {
    const commits = await ctx.gitlab.compare(projectId, { from: chosenSha, to: currentSha })
    await keepComparison(ctx.db, { projectId, fromSha: chosenSha, toSha: currentSha, observedAt: ctx.now() }, commits)
    return commits
  } catch (error) {
    if (!(error instanceof BerthError) || error.kind === 'unavailable') throw error
    return null
  }
}
