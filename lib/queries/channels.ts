import type { Context } from '#lib/context.ts'
import { type ChannelHealth, channelById, channelHealth, channelsOf as keptChannels } from '#lib/db/channels.ts'
import { type Actor, isAdmin, isAtLeast, roleIn } from '#lib/domain/access.ts'
import type { Channel } from '#lib/domain/channel.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { isUuid } from '#lib/domain/uuid.ts'
import { requireProject } from './project.ts'

export type { ChannelHealth, ChannelMessage } from '#lib/db/channels.ts'

/** A channel, never with where it leads, and how it does. */
export interface ChannelDetail extends Channel {
  health: ChannelHealth
}

/** Whether the actor sees to the channels of a project, or (`null`) to those for every project. */
export const mayLookAtChannels = (actor: Pick<Actor, 'access'>, projectId: number | null): boolean =>
  projectId === null ? isAdmin(actor) : isAtLeast(actor, 'maintainer', projectId)

/** The channels of a project, or (`null`) those for every project; oldest first. Throws `not-found` and `forbidden`. */
export async function channelsOf(ctx: Context, projectId: number | null): Promise<ChannelDetail[]> {
  if (projectId !== null) await requireProject(ctx, projectId)
  requireMayLook(ctx, projectId)
  const channels = await keptChannels(ctx.db, projectId)
  return Promise.all(channels.map(async (channel) => ({ ...channel, health: await channelHealth(ctx.db, channel.id) })))
}

/** One of them. Throws `not-found`, also where it is not there for the actor, and `forbidden`. */
export async function channelDetail(ctx: Context, channelId: string): Promise<ChannelDetail> {
  const kept = isUuid(channelId) ? await channelById(ctx.db, channelId) : null
  if (!kept || !isThere(ctx.actor, kept))
    throw new BerthError('not-found', 'berth', 'There is no such channel any more.')
  const { secret: _, ...channel } = kept
  requireMayLook(ctx, channel.projectId)
  return { ...channel, health: await channelHealth(ctx.db, channel.id) }
}

const isThere = (actor: Actor, { projectId }: Channel): boolean =>
  projectId === null ? isAdmin(actor) : roleIn(actor, projectId) !== null

function requireMayLook({ actor }: Context, projectId: number | null): void {
  if (mayLookAtChannels(actor, projectId)) return
  const who = projectId === null ? 'an admin of Berth' : 'a maintainer of the project'
  throw new BerthError('forbidden', 'berth', `${actor.name} is not ${who}, who alone sees to channels.`)
}
