import { rebuildability } from '#lib/domain/app-control.ts'
import type { Operation } from '#lib/domain/operation.ts'
import type { Context } from '../context.ts'
import { type AppPlan, decideOnApp, runOnApp } from './app-command.ts'
import { type AppTarget, askOnApp } from './ask-on-app.ts'
import { type Beats, skipped } from './beat.ts'
import { verifyRunning } from './verify-running.ts'

export interface RebuildApp extends AppTarget {
  /** The person knows of the deploy lock and wants it all the same. */
  evenIfLocked?: boolean
}

/** Builds an app again from the commit or image that it has, and deploys that. Of staging and production too. */
export function rebuildApp(ctx: Context, input: RebuildApp): Promise<Operation> {
  const { evenIfLocked = false } = input
  return askOnApp<AppPlan>(ctx, input, {
    kind: 'app.rebuild',
    given: { evenIfLocked },
    decide: () => decideOnApp(ctx, 'app.rebuild', input, (facts) => rebuildability(facts, { evenIfLocked })),
    beats: rebuildBeats,
  })
}

export const rebuildBeats: Beats<AppPlan> = {
  act: (held) =>
    runOnApp(held, { wish: 'rebuild', end: 'rebuilt', run: (dokku, app, signal) => dokku.rebuild(app, signal) }),
  follow: async () => skipped('Dokku answers when it has ended.'),
  verify: (held) => verifyRunning(held),
}
