import { restartability } from '#lib/domain/app-control.ts'
import type { Operation } from '#lib/domain/operation.ts'
import type { Context } from '../context.ts'
import { type AppPlan, decideOnApp, runOnApp } from './app-command.ts'
import { type AppTarget, askOnApp } from './ask-on-app.ts'
import { type Beats, skipped } from './beat.ts'
import { verifyRunning } from './verify-running.ts'

/** Starts an app's containers anew. Of staging and production too: they are promoted to and never stopped, but may be restarted. */
export function restartApp(ctx: Context, input: AppTarget): Promise<Operation> {
  return askOnApp<AppPlan>(ctx, input, {
    kind: 'app.restart',
    decide: () => decideOnApp(ctx, 'app.restart', input, restartability),
    beats: restartBeats,
  })
}

export const restartBeats: Beats<AppPlan> = {
  act: (held) =>
    runOnApp(held, { wish: 'restart', end: 'restarted', run: (dokku, app, signal) => dokku.restart(app, signal) }),
  follow: async () => skipped('Dokku answers when it has ended.'),
  verify: (held) => verifyRunning(held),
}
