import type { Metadata } from 'next'
import { pageContext } from '#lib/context.ts'
import { channelsOf } from '#lib/queries/channels.ts'
import { Live } from '../_ui/live.tsx'
import { present } from '../_ui/present.ts'
import { Shell } from '../_ui/shell.tsx'
import { Channels } from './channels.tsx'

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export const metadata: Metadata = { title: 'Channels' }

/** Who is told of what happens in every project and on every host. */
export default async function ChannelsPage({ searchParams }: Props) {
  const ctx = await pageContext()
  const channels = await present(channelsOf(ctx, null))
  return (
    <Shell actor={ctx.actor} crumbs={[{ words: 'Channels' }]}>
      <Live topics={['channels']} />
      <Channels
        channels={channels}
        projectId={null}
        about="Who is told of what happens in every project and on every Dokku host. A project’s own channels are in its settings."
        hasMail={ctx.notifier.hasMail}
        given={await searchParams}
      />
    </Shell>
  )
}
