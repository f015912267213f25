import { publish } from '#lib/db/notifications.ts'
import { dropMessages, reviveMessages } from '#lib/db/outbox-delivery.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { isUuid } from '#lib/domain/uuid.ts'
import type { Context } from '../context.ts'
import { changed } from './channel-change.ts'

export interface ChosenDeadLetters {
  channelId: string
  /** `null`: all that the channel has. */
  messageId: string | null
}

/** Puts messages that were given up in line again, each under the id that it had. Answers how many. */
export function resendDeadLetters(
  ctx: Context,
  { channelId, messageId }: ChosenDeadLetters,
): Promise<{ messages: number }> {
  return changed(ctx, { action: 'channel.resend', channelId }, async ({ id, enabled }) => {
    if (!enabled) throw new BerthError('refused', 'berth', 'The channel is switched off.')
    requireId(messageId)
    const messages = await reviveMessages(ctx.db, { channelId: id, messageId }, ctx.now())
    return told(ctx, { messages, messageId, words: 'Sent again' })
  })
}

/** Forgets messages that were given up: nobody gets them any more. Answers how many. */
export function dropDeadLetters(
  ctx: Context,
  { channelId, messageId }: ChosenDeadLetters,
): Promise<{ messages: number }> {
  return changed(ctx, { action: 'channel.drop', channelId }, async ({ id }) => {
    requireId(messageId)
    const messages = await dropMessages(ctx.db, { channelId: id, messageId })
    return told(ctx, { messages, messageId, words: 'Dropped' })
  })
}

function requireId(messageId: string | null): void {
  if (messageId !== null && !isUuid(messageId)) throw noMessage()
}

async function told(
  ctx: Context,
  { messages, messageId, words }: { messages: number; messageId: string | null; words: string },
) {
  if (messages === 0) throw noMessage()
  await publish(ctx.db, ['channels'])
  return {
    result: { messages },
    words: `${words}: ${messages === 1 ? 'one message' : `${messages} messages`}.`,
    details: { messageId: messageId?.slice(0, 60) ?? 'all' },
  }
}

const noMessage = (): BerthError =>
  new BerthError('not-found', 'berth', 'There is no such message any more, or it goes out already.')
