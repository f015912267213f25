import type { Metadata } from 'next'
import Link from 'next/link'
import { pageContext } from '#lib/context.ts'
import { isAdmin } from '#lib/domain/access.ts'
import { channelsOf } from '#lib/queries/channels.ts'
import { projectHead } from '#lib/queries/project.ts'
import { Live } from '../../../../_ui/live.tsx'
import { present } from '../../../../_ui/present.ts'
import { Shell } from '../../../../_ui/shell.tsx'
import { wholeNumber } from '../../../../_ui/whole-number.ts'
import { channelsHref } from '../../../../channels/channel-url.ts'
import { Channels } from '../../../../channels/channels.tsx'
import { projectHref } from '../../board-url.ts'

interface Props {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export const metadata: Metadata = { title: 'Channels' }

/** Who is told of what happens in one project. */
export default async function ProjectChannelsPage({ params, searchParams }: Props) {
  const ctx = await pageContext()
  const projectId = wholeNumber((await params).id)
  const head = await present(projectHead(ctx, projectId))
  if ('failure' in head) return <Shell actor={ctx.actor}>{head.failure.message}</Shell>
  const channels = await present(channelsOf(ctx, projectId))
  const crumbs = [
    { words: head.summary.pathWithNamespace, href: projectHref(projectId) },
    { words: 'Settings', href: `${projectHref(projectId)}/settings` },
    { words: 'Channels' },
  ]
  return (
    <Shell actor={ctx.actor} crumbs={crumbs}>
      <Live topics={['channels']} />
      <Channels
        channels={channels}
        projectId={projectId}
        about={
          <>
            Who is told of what happens in {head.summary.pathWithNamespace}.
            {isAdmin(ctx.actor) && (
              <>
                {' '}
                <Link href={channelsHref(null)} prefetch={false} className="underline hover:text-ink">
                  Channels for every project
                </Link>{' '}
                are told of it too.
              </>
            )}
          </>
        }
        hasMail={ctx.notifier.hasMail}
        given={await searchParams}
      />
    </Shell>
  )
}
