import type { Metadata } from 'next'
import Link from 'next/link'
import type { ConnectedHost } from '#lib/queries/setup.ts'
import { button } from '../../_ui/button.ts'
import { StatusBadge } from '../../_ui/status-badge.tsx'
import { GivenNote } from '../given-note.tsx'
import { nextIn } from '../next-of.ts'
import { setupContext } from '../setup-context.ts'
import { SetupFrame } from '../setup-frame.tsx'

import { SkipForm } from '../skip-form.tsx'
import { AddHostForm } from './add-host-form.tsx'

export const metadata: Metadata = { title: 'Setup · Dokku hosts' }

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function HostsStep({ searchParams }: Props) {
  const { ctx, setup } = await setupContext()
  const next = nextIn((await searchParams).next)
  const { hosts, given } = setup
  const isOpen = hosts.length === 0 && given.hosts.length === 0
  const form = <AddHostForm next={next} taken={hosts.map(({ role }) => role)} isFirst={hosts.length === 0} />
  return (
    <SetupFrame
      actor={ctx.actor}
      steps={setup.steps}
      step="hosts"
      about="Best one for review apps and staging and one for production, so that no branch can touch what customers use. One for both works too."
    >
      {given.hosts.length > 0 && (
        <GivenNote variable="BERTH_DOKKU_HOSTS">
          <p className="text-ink-soft">{given.hosts.join(', ')}</p>
        </GivenNote>
      )}
      {hosts.length > 0 && (
        <ul className="flex flex-col divide-y overflow-hidden rounded-xl border bg-surface">
          {hosts.map((host) => (
            <HostLine key={host.name} host={host} />
          ))}
        </ul>
      )}
      {isOpen ? (
        form
      ) : (
        <details className="flex flex-col gap-3">
          <summary className="w-fit rounded-md py-1 text-sm text-ink-soft hover:text-ink">Add another host</summary>
          <div className="pt-3">{form}</div>
        </details>
      )}
      {isOpen && next === '/setup' && <SkipForm step="hosts">Skip: nothing of ours runs on Dokku</SkipForm>}
      {setup.steps.hosts !== 'open' && (
        <div>
          <Link href={next} prefetch={false} className={button('primary', 'large')}>
            Go on
          </Link>
        </div>
      )}
    </SetupFrame>
  )
}

function HostLine({ host }: { host: ConnectedHost }) {
  const { name, address, port, role, connectedAt, pinned } = host
  return (
    <li className="relative flex items-baseline gap-3 px-4 py-3 hover:bg-sunken/60">
      <Link href={`/setup/hosts/${name}`} prefetch={false} className="font-semibold after:absolute after:inset-0">
        {name}
      </Link>
      <span className="min-w-0 flex-1 truncate text-sm text-ink-faint">
        {port === 22 ? address : `${address}:${port}`} · {role === 'production' ? 'production' : 'review and staging'}
      </span>
      <span className="shrink-0 text-sm">
        {connectedAt ? (
          <StatusBadge tone="ok">Connected</StatusBadge>
        ) : (
          <StatusBadge tone="attention">{pinned ? 'To be tested' : 'Key to be confirmed'}</StatusBadge>
        )}
      </span>
    </li>
  )
}
