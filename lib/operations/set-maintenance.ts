import { BerthError } from '#lib/domain/errors.ts'
import type { Operation } from '#lib/domain/operation.ts'
import type { Context } from '../context.ts'
import { type AppTarget, askOnApp } from './ask-on-app.ts'
import { type Beats, done, failed, skipped } from './beat.ts'
import { herokuIn } from './heroku-behind.ts'
import { decideOnHeroku, type HerokuPlan } from './heroku-command.ts'
import { patiently } from './patience.ts'

export interface SetMaintenance extends AppTarget {
  on: boolean
}

export type MaintenancePlan = HerokuPlan & { on: boolean }

/** Turns the maintenance mode of an app on Heroku on or off: with it visitors get 503 while the dynos go on. */
export function setMaintenance(ctx: Context, input: SetMaintenance): Promise<Operation> {
  const { on } = input
  return askOnApp<MaintenancePlan>(ctx, input, {
    kind: 'maintenance',
    given: { on },
    async decide() {
      const { decided, app } = await decideOnHeroku(ctx, 'maintenance', input)
      if (app.maintenance === on) {
        throw new BerthError('refused', 'berth', `App ${app.name} is ${on ? '' : 'not '}in maintenance mode already.`)
      }
      return { ...decided, title: `${decided.title} ${modeWords(on)}`, plan: { ...decided.plan, on } }
    },
    sameGiven: (running) => running.on === on,
    beats: maintenanceBeats,
  })
}

const modeWords = (on: boolean): string => (on ? 'into maintenance mode' : 'out of maintenance mode')

export const maintenanceBeats: Beats<MaintenancePlan> = {
  async act(held) {
    const { heroku, on } = held.plan
    await held.assure()
    await herokuIn(held.world).setMaintenance(heroku, on)
    return done(`Heroku put ${heroku} ${modeWords(on)}.`)
  },
  follow: async () => skipped('Heroku answers when it has ended.'),
  async verify(held) {
    const { heroku, on } = held.plan
    const { maintenance } = await patiently(held, 120_000, () => herokuIn(held.world).app(heroku))
    if (maintenance === on) return done(`App ${heroku} is ${on ? '' : 'not '}in maintenance mode.`)
    return failed('heroku', `App ${heroku} is ${maintenance ? 'still' : 'not'} in maintenance mode on Heroku.`)
  },
}
