import type { Channel, ChannelConfig, ChannelKind, ChannelRule } from '../domain/channel.ts'
import type { NotificationEvent } from '../domain/notification.ts'
import type { Database, Transaction } from './client.ts'
import type { OutboxMessage, Channel as Row } from './generated/client.ts'
import { notificationFrom } from './outbox-delivery.ts'

/** A channel with its secret as it is kept: sealed. */
export interface StoredChannel extends Channel {
  secret: string
}

/** What became of one message. */
export interface ChannelMessage {
  id: string
  event: NotificationEvent
  title: string
  /** `waiting` is also one that failed and is tried again at `nextAt`; a `dead` one was given up. */
  status: 'waiting' | 'sent' | 'dead'
  tries: number
  /** What went wrong last; `null` when nothing did. */
  error: string | null
  createdAt: Date
  /** `null` while it waits. */
  endedAt: Date | null
  /** `null` unless it waits. */
  nextAt: Date | null
}

/** How a channel does. */
export interface ChannelHealth {
  /** Messages that wait, those included that failed and are tried again. */
  waiting: number
  /** How the youngest message that came to an end, or to a failed try, did. `null`: none yet. */
  last: { status: 'sent' | 'failing' | 'dead'; at: Date; error: string | null } | null
  dead: number
  /** What was given up, newest first, twenty at most. */
  deadLetters: ChannelMessage[]
  /** The others, newest first, ten at most. */
  messages: ChannelMessage[]
}

const shown = { deadLetters: 20, messages: 10 }

export async function channelById(db: Database | Transaction, id: string): Promise<StoredChannel | null> {
  const row = await db.channel.findUnique({ where: { id } })
  return row && fromRow(row)
}

/** The project's own channels, or (`null`) those for every project; oldest first, without their secrets. */
export async function channelsOf(db: Database, projectId: number | null): Promise<Channel[]> {
  const rows = await db.channel.findMany({ where: { projectId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
  return rows.map((row) => {
    const { secret: _, ...channel } = fromRow(row)
    return channel
  })
}

export async function addChannel(db: Database | Transaction, channel: StoredChannel): Promise<void> {
  await db.channel.create({ data: { ...channel, config: { ...channel.config }, rules: plain(channel.rules) } })
}

/** `false` when there is no such channel any more. */
export async function changeChannel(
  db: Database | Transaction,
  id: string,
  change: Partial<Pick<StoredChannel, 'name' | 'config' | 'secret' | 'rules' | 'enabled'>>,
): Promise<boolean> {
  const { config, rules, ...columns } = change
  const { count } = await db.channel.updateMany({
    where: { id },
    data: { ...columns, ...(config && { config: { ...config } }), ...(rules && { rules: plain(rules) }) },
  })
  return count > 0
}

/** With all that waits for it. */
export async function removeChannel(tx: Transaction, id: string): Promise<void> {
  await tx.outboxMessage.deleteMany({ where: { channelId: id } })
  await tx.channel.deleteMany({ where: { id } })
}

/** Gives up what waits for a channel that was switched off: what is old by then should not come all at once. */
export async function giveUpWaiting(tx: Transaction, channelId: string, error: string, asOf: Date): Promise<void> {
  await tx.outboxMessage.updateMany({
    where: { channelId, status: 'waiting' },
    data: { status: 'dead', lastError: error, endedAt: asOf },
  })
}

export async function channelHealth(db: Database, channelId: string): Promise<ChannelHealth> {
  const [waiting, dead, failing, ended, letters, others] = await Promise.all([
    db.outboxMessage.count({ where: { channelId, status: 'waiting' } }),
    db.outboxMessage.count({ where: { channelId, status: 'dead' } }),
    db.outboxMessage.findFirst({
      where: { channelId, status: 'waiting', lastError: { not: null } },
      orderBy: { createdAt: 'desc' },
    }),
    db.outboxMessage.findFirst({
      where: { channelId, status: { in: ['sent', 'dead'] } },
      orderBy: { endedAt: 'desc' },
    }),
    db.outboxMessage.findMany({
      where: { channelId, status: 'dead' },
      orderBy: [{ endedAt: 'desc' }, { id: 'desc' }],
      take: shown.deadLetters,
    }),
    db.outboxMessage.findMany({
      where: { channelId, status: { in: ['waiting', 'sent'] } },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: shown.messages,
    }),
  ])
  return {
    waiting,
    dead,
    last: failing
      ? { status: 'failing', at: failing.createdAt, error: failing.lastError }
      : ended?.endedAt
        ? { status: ended.status === 'sent' ? 'sent' : 'dead', at: ended.endedAt, error: ended.lastError }
        : null,
    deadLetters: letters.map(messageFrom),
    messages: others.map(messageFrom),
  }
}

function messageFrom({ id, value, status, attempts, lastError, createdAt, endedAt, nextAt }: OutboxMessage) {
  const { event, title } = notificationFrom(value)
  const isWaiting = status === 'waiting'
  return {
    id,
    event,
    title,
    status: status as ChannelMessage['status'],
    tries: attempts,
    error: lastError,
    createdAt,
    endedAt,
    nextAt: isWaiting ? nextAt : null,
  }
}

function fromRow(row: Row): StoredChannel {
  return {
    ...row,
    kind: row.kind as ChannelKind,
    config: row.config as unknown as ChannelConfig,
    rules: row.rules as unknown as ChannelRule[],
    secret: row.secret ?? '',
  }
}

const plain = (rules: readonly ChannelRule[]) => rules.map((rule) => ({ ...rule }))
