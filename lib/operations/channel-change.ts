import { channelById, type StoredChannel } from '#lib/db/channels.ts'
import { isAdmin, roleIn } from '#lib/domain/access.ts'
import type { Channel } from '#lib/domain/channel.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { isUuid } from '#lib/domain/uuid.ts'
import type { Context } from '../context.ts'
import { audited, type Change } from './audited.ts'
import { requireAdmin, requireRole } from './require-role.ts'

/** Channels of a project are its maintainers'; those for every project the admins'. */
export const requireMayChange = ({ actor }: Context, projectId: number | null): void =>
  projectId === null ? requireAdmin(actor) : requireRole(actor, 'maintainer', projectId)

/**
 * Does something about one channel and audits it; a channel of a project that the actor may not see is none. The audit names
 * the channel, never where it leads.
 */
export async function changed<Result>(
  ctx: Context,
  { action, channelId }: { action: string; channelId: string },
  work: (channel: StoredChannel) => Promise<{ result: Result; words: string; details?: Change['details'] }>,
): Promise<Result> {
  const found = isUuid(channelId) ? await channelById(ctx.db, channelId) : null
  const channel = found && seesChannel(ctx, found) ? found : null
  const change = {
    action,
    projectId: channel?.projectId ?? null,
    target: channel ? targetOf(channel) : `channel ${channelId.slice(0, 60)}`,
  }
  return audited(ctx, change, async () => {
    if (!channel) throw new BerthError('not-found', 'berth', 'There is no such channel any more.')
    requireMayChange(ctx, channel.projectId)
    const { result, words, details } = await work(channel)
    return { result, words, done: details ? { details } : {} }
  })
}

const seesChannel = ({ actor }: Context, { projectId }: Channel): boolean =>
  projectId === null ? isAdmin(actor) : roleIn(actor, projectId) !== null

/** `Slack channel deploys` */
export const targetOf = ({ kind, name }: Pick<Channel, 'kind' | 'name'>): string => `${kind} channel ${name}`
