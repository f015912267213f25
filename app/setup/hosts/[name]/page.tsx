import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { Icon } from '../../../_ui/icon.tsx'
import { CopyLine } from '../../copy-line.tsx'
import { nextIn } from '../../next-of.ts'
import { setupContext } from '../../setup-context.ts'
import { SetupFrame } from '../../setup-frame.tsx'
import { HostPart } from './host-part.tsx'
import { HostTestForm } from './host-test-form.tsx'
import { KeyForm } from './key-form.tsx'

interface Props {
  params: Promise<{ name: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export const metadata: Metadata = { title: 'Setup · Dokku host' }

/** One host on its way in: Berth's key there, the host's key here, and the test of both. */
export default async function HostPage({ params, searchParams }: Props) {
  const { ctx, setup } = await setupContext()
  const { name } = await params
  const host = setup.hosts.find((known) => known.name === name)
  if (!host) notFound()
  const next = nextIn((await searchParams).next)
  const isPinned = host.pinned === host.shown
  const { address, port, user, connectedAt } = host
  return (
    <SetupFrame
      actor={ctx.actor}
      steps={setup.steps}
      step="hosts"
      about={
        <span className="flex flex-wrap items-center gap-x-3">
          <span>
            <span className="font-semibold text-ink">{name}</span> at {user}@{address}
            {port !== 22 && `:${port}`}
          </span>
          <Link href="/setup/hosts" prefetch={false} className="inline-flex items-center gap-1 text-sm hover:text-ink">
            <Icon name="arrow-left" className="size-3.5" /> All hosts
          </Link>
        </span>
      }
    >
      <HostPart number={1} title="Let Berth in" isDone={connectedAt !== null}>
        <p className="text-pretty text-sm text-ink-soft">
          Berth made an ed25519 key pair for this host alone; the private half stays sealed in its database. On the
          host, run this line with your own account:
        </p>
        <CopyLine text={host.addKeyLine} label="the line that adds the key" />
      </HostPart>
      <HostPart number={2} title="Compare the host’s key" isDone={isPinned}>
        <KeyForm host={host} />
      </HostPart>
      <HostPart number={3} title="Test and connect" isDone={connectedAt !== null && isPinned}>
        <HostTestForm name={name} next={next} isPinned={isPinned} isConnected={connectedAt !== null} />
      </HostPart>
    </SetupFrame>
  )
}
