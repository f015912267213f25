import Link from 'next/link'
import type { ReactNode } from 'react'
import type { Failure } from '#lib/domain/errors.ts'
import type { ChannelDetail } from '#lib/queries/channels.ts'
import { button } from '../_ui/button.ts'
import { EmptyState } from '../_ui/empty-state.tsx'
import { ChannelCard } from './channel-card.tsx'
import { ChannelSheet } from './channel-sheet.tsx'
import { channelsHref } from './channel-url.ts'
import { RemoveSheet } from './remove-sheet.tsx'

/** All channels of one place, and the sheet that stands open over them by the address. */
export function Channels({
  channels,
  projectId,
  about,
  hasMail,
  given,
}: {
  channels: readonly ChannelDetail[] | { failure: Failure }
  /** `null`: those for every project. */
  projectId: number | null
  about: ReactNode
  hasMail: boolean
  given: Record<string, string | string[] | undefined>
}) {
  if ('failure' in channels) {
    return (
      <EmptyState icon="lock" title="Channels">
        {channels.failure.message}
      </EmptyState>
    )
  }
  const closeHref = channelsHref(projectId)
  const chosen = channels.find(({ id }) => id === given.channel)
  const removed = channels.find(({ id }) => id === given.remove)
  const add = (
    <Link href={channelsHref(projectId, { channel: 'new' })} scroll={false} className={button('primary')}>
      Add a channel
    </Link>
  )
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
        <div>
          <h1 className="flex items-baseline gap-2 text-xl font-semibold">
            Channels <span className="text-sm font-normal text-ink-faint">{channels.length}</span>
          </h1>
          <p className="max-w-prose text-pretty text-sm text-ink-soft">{about}</p>
        </div>
        {channels.length > 0 && add}
      </div>
      {channels.length === 0 ? (
        <div className="rounded-xl border bg-surface">
          <EmptyState icon="megaphone" title="Nobody is told yet" action={add}>
            A channel brings chosen events to Slack, Mattermost, a webhook of your own, or mailboxes.
          </EmptyState>
        </div>
      ) : (
        <ul className="flex flex-col gap-4">
          {channels.map((channel) => (
            <ChannelCard key={channel.id} channel={channel} />
          ))}
        </ul>
      )}
      {(given.channel === 'new' || chosen) && (
        <ChannelSheet
          key={chosen?.id ?? 'new'}
          projectId={projectId}
          channel={chosen ?? null}
          hasMail={hasMail}
          closeHref={closeHref}
        />
      )}
      {removed && <RemoveSheet channelId={removed.id} name={removed.name} closeHref={closeHref} />}
    </>
  )
}
