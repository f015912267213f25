import { randomUUID } from 'node:crypto'
import {
  addChannel,
  channelsOf,
  giveUpWaiting,
  removeChannel as remove,
  type StoredChannel,
  changeChannel as write,
} from '#lib/db/channels.ts'
import { publish } from '#lib/db/notifications.ts'
import { type Channel, type ChannelKind, type ChannelRule, channelKinds } from '#lib/domain/channel.ts'
import { rulesFlaw } from '#lib/domain/channel-rules.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Context } from '../context.ts'
import { audited } from './audited.ts'
import { changed, requireMayChange, targetOf } from './channel-change.ts'
import { configOf, destinationFrom, type GivenAddress, sealedDestination } from './channel-destination.ts'
import { projectNotFound } from './require-role.ts'

export interface CreateChannel extends GivenAddress {
  /** `null`: for every project. */
  projectId: number | null
  kind: ChannelKind
  /** 1 to 60 characters. */
  name: string
  rules: ChannelRule[]
}

/** What is absent stays as it is; an address is given whole or not at all. */
export interface ChangeChannel extends GivenAddress {
  channelId: string
  name?: string | undefined
  rules?: ChannelRule[] | undefined
  enabled?: boolean | undefined
}

const longestName = 60
const mostChannels = 50

/** Adds a place that messages go to. Where it leads is sealed, and only its host or its recipients are shown again. */
export async function createChannel(ctx: Context, input: CreateChannel): Promise<Channel> {
  const { projectId, kind } = input
  const place = kind.slice(0, 20)
  const change = {
    action: 'channel.create',
    projectId,
    target: targetOf({ kind: place as ChannelKind, name: shortened(input.name) }),
  }
  return audited(ctx, change, async () => {
    requireMayChange(ctx, projectId)
    if (projectId !== null) await requireShown(ctx, projectId)
    if (!channelKinds.includes(kind)) throw invalid('There is no such kind of channel.')
    if ((await channelsOf(ctx.db, projectId)).length >= mostChannels)
      throw new BerthError('refused', 'berth', `There are ${mostChannels} channels here already.`)
    const destination = destinationFrom(kind, input)
    const id = randomUUID()
    const channel: Channel = {
      id,
      projectId,
      kind,
      name: nameFrom(input.name),
      config: configOf(destination),
      rules: rulesFrom(input.rules),
      enabled: true,
      createdBy: ctx.actor.name,
      createdAt: ctx.now(),
    }
    await addChannel(ctx.db, { ...channel, secret: sealedDestination(ctx, id, destination) })
    await publish(ctx.db, ['channels'])
    return {
      result: channel,
      words: rulesWords(channel.rules),
      done: { details: { rules: JSON.stringify(channel.rules) } },
    }
  })
}

/** Changes its name, its rules, its address, or whether it is told anything at all. */
export function changeChannel(
  ctx: Context,
  { channelId, name, rules, enabled, ...given }: ChangeChannel,
): Promise<void> {
  return changed(ctx, { action: 'channel.change', channelId }, async (channel) => {
    const change: Partial<StoredChannel> = {}
    const words: string[] = []
    if (name !== undefined && name !== channel.name) {
      change.name = nameFrom(name)
      words.push(`Named ${change.name}.`)
    }
    if (rules !== undefined) {
      change.rules = rulesFrom(rules)
      words.push(rulesWords(change.rules))
    }
    if (isGiven(given)) {
      const destination = destinationFrom(channel.kind, given)
      Object.assign(change, { config: configOf(destination), secret: sealedDestination(ctx, channel.id, destination) })
      words.push('Leads somewhere else.')
    }
    if (enabled !== undefined && enabled !== channel.enabled) {
      change.enabled = enabled
      words.push(enabled ? 'Switched on.' : 'Switched off.')
    }
    await ctx.db.$transaction(async (tx) => {
      await write(tx, channel.id, change)
      if (change.enabled === false) await giveUpWaiting(tx, channel.id, 'The channel was switched off.', ctx.now())
      await publish(tx, ['channels'])
    })
    const details = {
      before: JSON.stringify({ name: channel.name, rules: channel.rules, enabled: channel.enabled }),
      after: JSON.stringify({ name: channel.name, rules: channel.rules, enabled: channel.enabled, ...shown(change) }),
    }
    return { result: undefined, words: words.join(' ') || 'Nothing is another than before.', details }
  })
}

/** Takes it away with all that waits for it. */
export function removeChannel(ctx: Context, { channelId }: { channelId: string }): Promise<void> {
  return changed(ctx, { action: 'channel.remove', channelId }, async ({ id }) => {
    await ctx.db.$transaction(async (tx) => {
      await remove(tx, id)
      await publish(tx, ['channels'])
    })
    return { result: undefined, words: 'Removed, with what waited for it.' }
  })
}

async function requireShown(ctx: Context, projectId: number): Promise<void> {
  const project = await ctx.db.project.findUnique({ where: { id: projectId }, select: { id: true } })
  if (!project) throw projectNotFound(projectId)
}

const isGiven = ({ url, signingKey, recipients }: GivenAddress): boolean =>
  [url, signingKey].some((text) => (text ?? '').trim() !== '') || (recipients ?? []).length > 0

const shown = ({ name, rules, enabled }: Partial<StoredChannel>) => ({
  ...(name !== undefined && { name }),
  ...(rules !== undefined && { rules }),
  ...(enabled !== undefined && { enabled }),
})

const shortened = (name: string): string =>
  name
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, longestName)

function nameFrom(given: string): string {
  const name = given.replaceAll(/\p{Cc}+/gu, ' ').trim()
  if (name.length < 1 || name.length > longestName)
    throw invalid(`A channel’s name has 1 to ${longestName} characters.`)
  return name
}

function rulesFrom(rules: ChannelRule[]): ChannelRule[] {
  const flaw = rulesFlaw(rules)
  if (flaw !== null) throw invalid(flaw)
  return rules.map(({ events, environments }) => ({
    events: [...new Set(events)],
    environments: [...new Set(environments)],
  }))
}

const rulesWords = (rules: readonly ChannelRule[]): string =>
  rules.length === 0
    ? 'Told nothing.'
    : `Told ${rules.map(({ events, environments }) => `${events.join(', ')} of ${environments.join(', ')}`).join('; ')}.`

const invalid = (words: string): BerthError => new BerthError('invalid', 'berth', words)
