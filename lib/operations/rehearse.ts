import { projectSettings } from '#lib/db/settings.ts'
import type { PromotionPlan } from '#lib/domain/board.ts'
import type { Decision } from '#lib/domain/decision.ts'
import { lastSuccessful } from '#lib/domain/promotion.ts'
import { type ReleaseRollbackPlan, releaseRollbackability } from '#lib/domain/release-rollback.ts'
import { redeployability, rollbackability } from '#lib/domain/rollback.ts'
import { type NextTags, nextTags } from '#lib/domain/version.ts'
import type { Context } from '../context.ts'
import { requireShown } from './ask.ts'
import { lostCommits } from './lost-commits.ts'
import { environmentNow, rerunFacts } from './redeploy.ts'
import { requireRole } from './require-role.ts'
import { type ReleaseTarget, releaseRollbackFacts } from './roll-back-release.ts'

export interface RehearseRerun {
  projectId: number
  environmentId: number
  /** The deployment to go back to; `null` rehearses making the present one again. */
  deploymentId: number | null
}

/** What rolling back or redeploying would be told at this moment, by GitLab's present answers; changes nothing. */
export async function rehearseRerun(ctx: Context, wish: RehearseRerun): Promise<Decision<PromotionPlan>> {
  const { projectId, deploymentId } = wish
  requireRole(ctx.actor, 'reporter', projectId)
  await requireShown(ctx, projectId)
  const seen = await environmentNow(ctx, wish)
  const current = lastSuccessful(seen.deployments)
  if (deploymentId === null) return redeployability(await rerunFacts(ctx, seen, current))
  const chosen = await ctx.gitlab.deployment(projectId, deploymentId)
  const [facts, lost] = await Promise.all([
    rerunFacts(ctx, seen, chosen),
    lostCommits(ctx, projectId, { chosenSha: chosen.sha, currentSha: current?.sha ?? null }),
  ])
  return rollbackability({ ...facts, chosen, lost })
}

/** What going back to a release on Heroku would be told at this moment; changes nothing. */
export async function rehearseReleaseRollback(
  ctx: Context,
  wish: ReleaseTarget,
): Promise<Decision<ReleaseRollbackPlan>> {
  requireRole(ctx.actor, 'reporter', wish.projectId)
  await requireShown(ctx, wish.projectId)
  return releaseRollbackability((await releaseRollbackFacts(ctx, wish)).facts)
}

/** The tags that could come next, by those that GitLab has now. */
export async function suggestTags(ctx: Context, { projectId }: { projectId: number }): Promise<NextTags> {
  requireRole(ctx.actor, 'reporter', projectId)
  await requireShown(ctx, projectId)
  const [tags, settings] = await Promise.all([ctx.gitlab.tags(projectId), projectSettings(ctx.db, projectId)])
  return nextTags(
    tags.map(({ name }) => name),
    settings.promotion.tagTemplate,
  )
}
