import { unlockability } from '#lib/domain/app-control.ts'
import type { Operation } from '#lib/domain/operation.ts'
import type { Context } from '../context.ts'
import { type AppPlan, decideOnApp, hostIn, runOnApp } from './app-command.ts'
import { type AppTarget, askOnApp } from './ask-on-app.ts'
import { type Beats, done, failed, type Held, type Outcome, skipped } from './beat.ts'
import { patiently } from './patience.ts'

const outageMs = 120_000

/** Takes away a deploy lock that a broken deployment left, or that somebody set: until then every deployment is refused. */
export function unlockApp(ctx: Context, input: AppTarget): Promise<Operation> {
  return askOnApp<AppPlan>(ctx, input, {
    kind: 'app.unlock',
    decide: () => decideOnApp(ctx, 'app.unlock', input, unlockability),
    beats: unlockBeats,
  })
}

export const unlockBeats: Beats<AppPlan> = {
  act: (held) =>
    runOnApp(held, { wish: 'unlock', end: 'unlocked', run: (dokku, app, signal) => dokku.unlock(app, signal) }),
  follow: async () => skipped('Dokku answers when it has ended.'),
  verify,
}

async function verify(held: Held<AppPlan>): Promise<Outcome> {
  const { app, host } = held.plan.app
  const { apps } = await patiently(held, outageMs, () => hostIn(held).look())
  const seen = apps.find(({ name }) => name === app)
  if (seen?.locked) return failed('dokku', `App ${app} on Dokku host ${host} still has a deploy lock.`)
  if (seen?.locked === null) return skipped(`Dokku host ${host} does not say which apps are locked.`)
  return seen ? done(`App ${app} on ${host} has no deploy lock.`) : failed('dokku', `App ${app} is gone from ${host}.`)
}
