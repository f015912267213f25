import { restartability } from '#lib/domain/app-control.ts'
import type { Operation } from '#lib/domain/operation.ts'
import type { Context } from '../context.ts'
import { type AppPlan, type AppTarget, appSubject, decideOnApp, runOnApp } from './app-command.ts'
import { ask } from './ask.ts'
import { type Beats, skipped } from './beat.ts'
import { verifyRunning } from './verify-running.ts'

/** Starts an app's containers anew. Of staging and production too: they are promoted to and never stopped, but may be restarted. */
export function restartApp(ctx: Context, input: AppTarget): Promise<Operation> {
  const { projectId, environmentId } = input
  return ask<AppPlan>(ctx, {
    kind: 'app.restart',
    projectId,
    environmentId,
    subject: appSubject(input),
    target: `environment ${environmentId} of project ${projectId}`,
    input: { projectId, environmentId },
    least: 'maintainer',
    decide: () => decideOnApp(ctx, 'app.restart', input, restartability),
    sameWish: ({ kind }) => kind === 'app.restart',
    beats: restartBeats,
  })
}

export const restartBeats: Beats<AppPlan> = {
  act: (held) =>
    runOnApp(held, { wish: 'restart', end: 'restarted', run: (dokku, app, signal) => dokku.restart(app, signal) }),
  follow: async () => skipped('Dokku answers when it has ended.'),
  verify: (held) => verifyRunning(held),
}
