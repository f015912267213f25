import type { Operation } from '#lib/domain/operation.ts'
import type { Context } from '../context.ts'
import { type AppTarget, appSubject } from './app-command.ts'
import { ask } from './ask.ts'
import { type Beats, done, skipped } from './beat.ts'
import { herokuIn } from './heroku-behind.ts'
import { decideOnHeroku, type HerokuPlan } from './heroku-command.ts'
import { verifyReleased } from './verify-released.ts'

/** Starts the dynos of an app on Heroku anew. */
export function restartDynos(ctx: Context, input: AppTarget): Promise<Operation> {
  const { projectId, environmentId } = input
  return ask<HerokuPlan>(ctx, {
    kind: 'dynos.restart',
    projectId,
    environmentId,
    subject: appSubject(input),
    target: `environment ${environmentId} of project ${projectId}`,
    input: { projectId, environmentId },
    least: 'maintainer',
    decide: async () => (await decideOnHeroku(ctx, 'dynos.restart', input)).decided,
    sameWish: ({ kind }) => kind === 'dynos.restart',
    beats: restartDynosBeats,
  })
}

export const restartDynosBeats: Beats<HerokuPlan> = {
  async act(held) {
    await held.assure()
    await herokuIn(held.world).restartDynos(held.plan.heroku)
    return done(`Heroku takes the dynos of ${held.plan.heroku} away and starts new ones.`)
  },
  follow: async () => skipped('Heroku does not tell when it has ended.'),
  verify: (held) => verifyReleased(held, herokuIn(held.world), { app: held.plan.heroku, sha: null }),
}
