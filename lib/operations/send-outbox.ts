import { setTimeout as sleep } from 'node:timers/promises'
import { publish } from '#lib/db/notifications.ts'
import {
  type ClaimedMessage,
  claimMessages,
  forgetMessages,
  type Settled,
  settleMessage,
} from '#lib/db/outbox-delivery.ts'
import { failureOf } from '#lib/domain/errors.ts'
import { nextTryAt } from '#lib/domain/retry.ts'
import { log } from '#lib/log.ts'
import type { Delivery } from '#lib/notify/index.ts'
import type { World } from '../context.ts'
import { destinationOf } from './channel-destination.ts'

const turnMs = 1_000
/** Channels that are told something at the same time; each gets one message after the other. */
const mostAtOnce = 20
/** Longer than a try takes: what is not settled by then was left by a killed worker. */
const claimSeconds = 90
const forgetEveryMs = 3_600_000
const keptDays = { sent: 14, dead: 90 }
const dayMs = 86_400_000

/** Sends what waits in the outbox. Several workers share the work; `stop` waits for what is under way. */
export function followOutbox(world: World): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const turns = outboxTurns(world)
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      const began = await turns.next().catch((error: unknown) => {
        log.error({ err: error }, 'The outbox could not be read.')
        return 0
      })
      // Where there was something there may be more of the same channels.
      await sleep(began > 0 ? turnMs / 10 : turnMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
    await turns.ended()
  })()
  return {
    async stop() {
      stopping.abort()
      await loop
    },
  }
}

/** What `followOutbox` does turn by turn. */
export interface OutboxTurns {
  /** Begins to send what is due, one message a channel; answers how many. */
  next(): Promise<number>
  /** All that is under way has ended. */
  ended(): Promise<void>
}

export function outboxTurns(world: World): OutboxTurns {
  const { db, now } = world
  const underWay = new Map<string, Promise<void>>()
  let forgottenAt: Date | null = null

  async function forget(asOf: Date): Promise<void> {
    if (forgottenAt !== null && asOf.getTime() - forgottenAt.getTime() < forgetEveryMs) return
    forgottenAt = asOf
    const before = (days: number) => new Date(asOf.getTime() - days * dayMs)
    await forgetMessages(db, { sentBefore: before(keptDays.sent), deadBefore: before(keptDays.dead) })
  }

  return {
    async next() {
      const asOf = now()
      await forget(asOf)
      const most = mostAtOnce - underWay.size
      if (most === 0) return 0
      const until = new Date(asOf.getTime() + claimSeconds * 1000)
      const claimed = await claimMessages(db, { asOf, until, most, busy: [...underWay.keys()] })
      for (const message of claimed) {
        const sending = deliver(world, message)
          // It is taken again when its time is up.
          .catch((error: unknown) => log.error({ err: error }, `Message ${message.id} could not be settled.`))
          .finally(() => underWay.delete(message.channelId))
        underWay.set(message.channelId, sending)
      }
      return claimed.length
    },
    async ended() {
      await Promise.all(underWay.values())
    },
  }
}

async function deliver(world: World, message: ClaimedMessage): Promise<void> {
  const delivery = await tried(world, message)
  const written = await settleMessage(world.db, message, settled(delivery, message, world.now()))
  if (written) await publish(world.db, ['channels'])
}

/** A secret that does not open, or anything unexpected, counts as a try that failed. */
async function tried(world: World, { id, channelId, secret, notification }: ClaimedMessage): Promise<Delivery> {
  try {
    const destination = await destinationOf(world, { id: channelId, secret })
    return await world.notifier.send(destination, { id, notification })
  } catch (error) {
    const { message } = failureOf(error)
    log.error({ err: error }, `Message ${id} could not be sent.`)
    return { status: 'failed', words: message, retryAfterSeconds: null }
  }
}

function settled(delivery: Delivery, { tries }: ClaimedMessage, asOf: Date): Settled {
  if (delivery.status === 'sent') return { status: 'sent', at: asOf }
  if (delivery.status === 'refused') return { status: 'dead', at: asOf, error: delivery.words }
  const nextAt = nextTryAt({ tries, retryAfterSeconds: delivery.retryAfterSeconds, chance: Math.random() }, asOf)
  return nextAt === null
    ? { status: 'dead', at: asOf, error: `${delivery.words} Given up after ${tries} tries.` }
    : { status: 'waiting', nextAt, error: delivery.words }
}
