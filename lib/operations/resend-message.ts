import { publish } from '#lib/db/notifications.ts'
import { reviveMessage } from '#lib/db/outbox-delivery.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Context } from '../context.ts'
import { changed } from './channel-change.ts'

/** Puts a message that was given up in line again, under the id that it had. */
export function resendMessage(
  ctx: Context,
  { channelId, messageId }: { channelId: string; messageId: string },
): Promise<void> {
  return changed(ctx, { action: 'channel.resend', channelId }, async ({ id, enabled }) => {
    if (!enabled) throw new BerthError('refused', 'berth', 'The channel is switched off.')
    const isBack = await reviveMessage(ctx.db, { id: messageId, channelId: id }, ctx.now())
    if (!isBack)
      throw new BerthError('not-found', 'berth', 'There is no such message any more, or it goes out already.')
    await publish(ctx.db, ['channels'])
    return { result: undefined, words: 'Sent again.', details: { messageId: messageId.slice(0, 60) } }
  })
}
