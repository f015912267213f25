import { bundled, isAlwaysAlone, mostAlone } from '../domain/bundle.ts'
import type { ChannelKind } from '../domain/channel.ts'
import type { Notification } from '../domain/notification.ts'
import type { Database, Transaction } from './client.ts'

/** A message in one worker's hands, with what its channel is. */
export interface ClaimedMessage {
  id: string
  channelId: string
  kind: ChannelKind
  /** Sealed. */
  secret: string
  /** With the one that begins now. Whoever settles the message must name it: another worker may have it by then. */
  tries: number
  notification: Notification
}

/** How a try ended. */
export type Settled =
  | { status: 'sent'; at: Date }
  | { status: 'waiting'; nextAt: Date; error: string }
  | { status: 'dead'; at: Date; error: string }

/**
 * Takes what is due: of each channel the longest waiting, so that a slow one holds up no other; several workers never take the
 * same message. One that is not settled by `until`, because its worker was killed, is taken again then.
 */
export async function claimMessages(
  db: Database,
  { asOf, until, most, busy }: { asOf: Date; until: Date; most: number; busy: readonly string[] },
): Promise<ClaimedMessage[]> {
  const rows = await db.$queryRaw<(Omit<ClaimedMessage, 'notification'> & { value: unknown })[]>`
    WITH due AS (
      SELECT message."id", channel."kind", channel."secret"
      FROM "Channel" AS channel
      CROSS JOIN LATERAL (
        SELECT "id", "nextAt" FROM "OutboxMessage"
        WHERE "channelId" = channel."id" AND "status" = 'waiting' AND "nextAt" <= ${asOf}
        ORDER BY "nextAt", "id" LIMIT 1 FOR UPDATE SKIP LOCKED
      ) AS message
      WHERE channel."enabled" AND channel."id" <> ALL(${[...busy]})
      ORDER BY message."nextAt" LIMIT ${most}
    )
    UPDATE "OutboxMessage" AS message SET "attempts" = message."attempts" + 1, "nextAt" = ${until}
    FROM due WHERE message."id" = due."id"
    RETURNING message."id", message."channelId", message."attempts" AS "tries", message."value", due."kind", due."secret"`
  return Promise.all(
    rows.map(async ({ value, ...message }) => {
      const claimed = { ...message, notification: notificationFrom(value) }
      return claimed.tries === 1 ? { ...claimed, notification: await gather(db, claimed) } : claimed
    }),
  )
}

/** What waits for the same channel and tells the same kind of thing goes along, when it is much: as one message. */
async function gather(db: Database, { id, channelId, notification }: ClaimedMessage): Promise<Notification> {
  if (isAlwaysAlone(notification.event)) return notification
  return db.$transaction(async (tx) => {
    const others = await sameKind(tx, channelId, notification)
    if (others.length < mostAlone) return notification
    const together = bundled([notification, ...others.map(({ value }) => notificationFrom(value))])
    await tx.outboxMessage.updateMany({
      where: { id: { in: others.map((other) => other.id) } },
      data: { status: 'bundled', endedAt: notification.at },
    })
    await tx.outboxMessage.update({ where: { id }, data: { value: plain(together) } })
    return together
  })
}

/** Oldest first; those that another worker has in hand are left to it. */
const sameKind = (tx: Transaction, channelId: string, { event }: Notification) =>
  tx.$queryRaw<{ id: string; value: unknown }[]>`
    SELECT "id", "value" FROM "OutboxMessage"
    WHERE "channelId" = ${channelId} AND "status" = 'waiting' AND "attempts" = 0 AND "value"->>'event' = ${event}
    ORDER BY "createdAt", "id" FOR UPDATE SKIP LOCKED`

/** Writes down how the try ended; `false` when the message is another worker's by now. */
export async function settleMessage(
  db: Database,
  { id, tries }: Pick<ClaimedMessage, 'id' | 'tries'>,
  settled: Settled,
): Promise<boolean> {
  const { count } = await db.outboxMessage.updateMany({
    where: { id, attempts: tries, status: 'waiting' },
    data: {
      status: settled.status,
      lastError: settled.status === 'sent' ? null : settled.error,
      ...(settled.status === 'waiting' ? { nextAt: settled.nextAt } : { endedAt: settled.at }),
    },
  })
  return count > 0
}

/** One dead message, or (`null`) all of the channel. */
export interface DeadLetters {
  channelId: string
  messageId: string | null
}

const deadLetters = ({ channelId, messageId }: DeadLetters) => ({
  channelId,
  status: 'dead',
  ...(messageId !== null && { id: messageId }),
})

/** Puts them back in line, as if they had never been tried; answers how many. */
export async function reviveMessages(db: Database, which: DeadLetters, asOf: Date): Promise<number> {
  const { count } = await db.outboxMessage.updateMany({
    where: deadLetters(which),
    data: { status: 'waiting', attempts: 0, nextAt: asOf, endedAt: null, lastError: null },
  })
  return count
}

/** Forgets them; answers how many. */
export async function dropMessages(db: Database, which: DeadLetters): Promise<number> {
  return (await db.outboxMessage.deleteMany({ where: deadLetters(which) })).count
}

/** Forgets what was sent before `sentBefore`, and what was given up before `deadBefore`. */
export async function forgetMessages(
  db: Database,
  { sentBefore, deadBefore }: { sentBefore: Date; deadBefore: Date },
): Promise<void> {
  await db.outboxMessage.deleteMany({
    where: {
      OR: [
        { status: { in: ['sent', 'bundled'] }, endedAt: { lt: sentBefore } },
        { status: 'dead', endedAt: { lt: deadBefore } },
      ],
    },
  })
}

/** A column of JSON has no instants, and `at` is the one that a notification has. */
export const notificationFrom = (value: unknown): Notification => {
  const kept = value as Omit<Notification, 'at'> & { at: string }
  return { ...kept, at: new Date(kept.at) }
}

const plain = (notification: Notification) => JSON.parse(JSON.stringify(notification))
