import { connectionsTopic, setupProgress, writeProgress } from '#lib/db/connections.ts'
import { publish } from '#lib/db/notifications.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Flaw } from '#lib/domain/gitlab-check.ts'
import type { SkippableStep } from '#lib/domain/setup-steps.ts'
import type { Context } from '../context.ts'
import { leaveGitlab } from './connect-gitlab.ts'
import { changeConnection } from './connection-change.ts'

/**
 * Leaves the stand-ins of the demo for good, with all that was known of them: their people would be others in a real GitLab.
 * Only the operator may, for in the demo anybody is anybody.
 */
export function leaveDemo(ctx: Context): Promise<Flaw | null> {
  return changeConnection(ctx, { action: 'demo.leave', target: 'demo' }, async () => {
    if (ctx.actor.kind !== 'operator')
      throw new BerthError(
        'forbidden',
        'berth',
        'Only the operator may leave the demo: sign out, and in with the password.',
      )
    await leaveGitlab(ctx)
    await ctx.db.$transaction(async (tx) => {
      await writeProgress(tx, { demoLeftAt: ctx.now() })
      await publish(tx, [connectionsTopic, 'fleet'])
    })
    return 'The stand-ins are left.'
  })
}

/** Passes an optional step by; it can be taken up again at any time. */
export function skipStep(ctx: Context, { step }: { step: SkippableStep }): Promise<Flaw | null> {
  return changeConnection(ctx, { action: 'setup.skip', target: step }, async () => {
    const { skipped } = await setupProgress(ctx.db)
    await writeProgress(ctx.db, { skipped: [...new Set([...skipped, step])] })
    return 'Passed by for now.'
  })
}
