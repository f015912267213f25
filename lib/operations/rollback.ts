import { BerthError } from '#lib/domain/errors.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { lastSuccessful } from '#lib/domain/promotion.ts'
import { rollbackability } from '#lib/domain/rollback.ts'
import type { Context } from '../context.ts'
import { ask } from './ask.ts'
import { type Pressed, pressedInput } from './clearance.ts'
import { deploySubject } from './deploy-subject.ts'
import { lostCommits } from './lost-commits.ts'
import { environmentNow, type RerunPlan, redeployBeats, rerun, rerunFacts } from './redeploy.ts'

export interface Rollback extends Pressed {
  projectId: number
  environmentId: number
  /** The earlier deployment that is made again. */
  deploymentId: number
}

/**
 * Deploys to a staging or production environment what it ran before, by running the job of that deployment again. The code
 * goes back; what its migrations did to the database stays.
 */
export function rollback(ctx: Context, input: Rollback): Promise<Operation> {
  const { projectId, environmentId, deploymentId } = input
  return ask<RerunPlan & { deploymentId: number }>(ctx, {
    kind: 'rollback',
    projectId,
    environmentId,
    subject: deploySubject(input),
    target: `environment ${environmentId} of project ${projectId}`,
    input: { projectId, environmentId, deploymentId, ...pressedInput(input) },
    least: 'maintainer',
    decide: async () => {
      const seen = await environmentNow(ctx, input)
      const chosen = await ctx.gitlab.deployment(projectId, deploymentId)
      if (chosen.environmentId !== environmentId) {
        throw new BerthError('refused', 'berth', `Deployment ${deploymentId} is not one of ${seen.environment.name}.`)
      }
      const current = lastSuccessful(seen.deployments)
      const [facts, lost] = await Promise.all([
        rerunFacts(ctx, seen, chosen),
        lostCommits(ctx, projectId, { chosenSha: chosen.sha, currentSha: current?.sha ?? null }),
      ])
      const decision = rollbackability({ ...facts, chosen, lost })
      const decided = await rerun(ctx, { kind: 'rollback', ...seen, facts, decision, pressed: input })
      return { ...decided, plan: { ...decided.plan, deploymentId } }
    },
    sameWish: (running) => running.kind === 'rollback' && running.deploymentId === deploymentId,
    beats: redeployBeats,
  })
}
