import { bundleSeconds, isAlwaysAlone, mostAlone } from '../domain/bundle.ts'
import { type ChannelRule, wants } from '../domain/channel.ts'
import type { Notification } from '../domain/notification.ts'
import type { Transaction } from './client.ts'

/** A notification, and what tells it from all others: the same one is told once per channel. `null`: every time. */
export interface News {
  notification: Notification
  dedupe: string | null
}

/**
 * Writes one message for every channel whose rules ask for it, in the transaction of what it tells: it goes out when that
 * commits, and not at all when it rolls back.
 */
export const enqueue = (tx: Transaction, notification: Notification, dedupe: string | null): Promise<void> =>
  enqueueAll(tx, [{ notification, dedupe }])

/** The same for several. */
export async function enqueueAll(tx: Transaction, news: readonly News[]): Promise<void> {
  if (news.length === 0) return
  const projectIds = [...new Set(news.flatMap(({ notification }) => notification.projectId ?? []))]
  const channels = await tx.channel.findMany({
    where: { enabled: true, OR: [{ projectId: null }, { projectId: { in: projectIds } }] },
    select: { id: true, projectId: true, rules: true },
  })
  for (const { id: channelId, projectId, rules } of channels) {
    const told = news.filter(
      ({ notification }) =>
        (projectId === null || projectId === notification.projectId) &&
        wants(rules as unknown as ChannelRule[], notification),
    )
    await write(tx, channelId, told)
  }
}

/** Where the channel was told much of the kind just now, the message waits for more to go with it. */
async function write(tx: Transaction, channelId: string, news: readonly News[]): Promise<void> {
  for (const [event, ofEvent] of Map.groupBy(news, ({ notification }) => notification.event)) {
    const [{ notification }] = ofEvent as [News]
    const holds = !isAlwaysAlone(event) && (await toldLately(tx, channelId, notification)) >= mostAlone
    await tx.outboxMessage.createMany({
      data: ofEvent.map(({ notification: told, dedupe }) => ({
        channelId,
        value: JSON.parse(JSON.stringify(told)),
        dedupe,
        createdAt: told.at,
        nextAt: new Date(told.at.getTime() + (holds ? bundleSeconds * 1000 : 0)),
      })),
      skipDuplicates: true,
    })
  }
}

const toldLately = (tx: Transaction, channelId: string, { event, at }: Notification): Promise<number> =>
  tx.outboxMessage.count({
    where: {
      channelId,
      createdAt: { gt: new Date(at.getTime() - bundleSeconds * 1000) },
      value: { path: ['event'], equals: event },
    },
  })
