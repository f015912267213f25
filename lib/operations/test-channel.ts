import { randomUUID } from 'node:crypto'
import { BerthError } from '#lib/domain/errors.ts'
import type { Context } from '../context.ts'
import { changed } from './channel-change.ts'
import { destinationOf } from './channel-destination.ts'

/** Sends a message now and answers what came back; throws what went wrong in the same words. */
export function testChannel(ctx: Context, { channelId }: { channelId: string }): Promise<{ words: string }> {
  return changed(ctx, { action: 'channel.test', channelId }, async (channel) => {
    const { projectId } = channel
    const project =
      projectId === null
        ? null
        : await ctx.db.project.findUnique({ where: { id: projectId }, select: { pathWithNamespace: true } })
    const delivery = await ctx.notifier.send(await destinationOf(ctx, channel), {
      id: randomUUID(),
      notification: {
        event: 'operation-succeeded',
        projectId,
        projectPath: project?.pathWithNamespace ?? null,
        environmentName: null,
        severity: 'info',
        title: 'A test of this channel',
        words: 'Messages of Berth arrive here.',
        path: projectId === null ? '/channels' : `/projects/${projectId}/settings/channels`,
        actor: ctx.actor.name,
        at: ctx.now(),
      },
    })
    if (delivery.status === 'sent') return { result: { words: delivery.words }, words: delivery.words }
    throw new BerthError(delivery.status === 'refused' ? 'refused' : 'unavailable', 'berth', delivery.words)
  })
}
