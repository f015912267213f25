import type { Operation } from '#lib/domain/operation.ts'
import type { Context } from '../context.ts'
import { type AppTarget, askOnApp } from './ask-on-app.ts'
import { type Beats, done, skipped } from './beat.ts'
import { herokuIn } from './heroku-behind.ts'
import { decideOnHeroku, type HerokuPlan } from './heroku-command.ts'
import { verifyReleased } from './verify-released.ts'

/** Starts the dynos of an app on Heroku anew. */
export function restartDynos(ctx: Context, input: AppTarget): Promise<Operation> {
  return askOnApp<HerokuPlan>(ctx, input, {
    kind: 'dynos.restart',
    decide: async () => (await decideOnHeroku(ctx, 'dynos.restart', input)).decided,
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
