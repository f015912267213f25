import Link from 'next/link'
import type { Context } from '#lib/context.ts'
import { channelsOf, mayLookAtChannels } from '#lib/queries/channels.ts'
import { button } from '../../../_ui/button.ts'
import { present } from '../../../_ui/present.ts'
import { toneText } from '../../../_ui/status-badge.tsx'
import { channelsHref } from '../../../channels/channel-url.ts'
import { SettingsSection } from './field.tsx'

/** How many channels the project has and whether they deliver, with the way to them. */
export async function NotificationsSection({ ctx, projectId }: { ctx: Context; projectId: number }) {
  if (!mayLookAtChannels(ctx.actor, projectId)) return null
  const channels = await present(channelsOf(ctx, projectId))
  if ('failure' in channels) return null
  const dead = channels.reduce((sum, { health }) => sum + health.dead, 0)
  return (
    <SettingsSection title="Notifications" about="Who is told when something starts, ends, fails or wants somebody.">
      <p className="flex flex-wrap items-center justify-between gap-x-3 gap-y-2">
        <span>
          {channels.length === 0
            ? 'The project has no channel of its own.'
            : channels.length === 1
              ? 'One channel.'
              : `${channels.length} channels.`}
          {dead > 0 && (
            <span className={toneText('critical')}>
              {' '}
              {dead === 1 ? 'A message was given up.' : `${dead.toLocaleString('en')} messages were given up.`}
            </span>
          )}
        </span>
        <Link href={channelsHref(projectId)} prefetch={false} className={button('plain')}>
          Channels
        </Link>
      </p>
    </SettingsSection>
  )
}
