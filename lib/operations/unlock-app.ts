import { unlockability } from '#lib/domain/app-control.ts'
import type { Operation } from '#lib/domain/operation.ts'
import type { Context } from '../context.ts'
import { type AppPlan, type AppTarget, appSubject, decideOnApp, hostIn, runOnApp } from './app-command.ts'
import { ask } from './ask.ts'
import { type Beats, done, failed, type Held, type Outcome, skipped } from './beat.ts'
import { patiently } from './patience.ts'

const outageMs = 120_000

/** Takes away a deploy lock that a broken deployment left, or that somebody set: until then every deployment is refused. */
export function unlockApp(ctx: Context, input: AppTarget): Promise<Operation> {
  const { projectId, environmentId } = input
  return ask<AppPlan>(ctx, {
    kind: 'app.unlock',
    projectId,
    environmentId,
    subject: appSubject(input),
    target: `environment ${environmentId} of project ${projectId}`,
    input: { projectId, environmentId },
    least: 'maintainer',
    decide: () => decideOnApp(ctx, 'app.unlock', input, unlockability),
    sameWish: ({ kind }) => kind === 'app.unlock',
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
