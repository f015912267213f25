'use client'

import { useActionState } from 'react'
import type { HostFacts } from '#lib/domain/host-check.ts'
import { button } from '../../../_ui/button.ts'
import { Icon } from '../../../_ui/icon.tsx'
import { testHostAction } from '../../actions.ts'
import { FlawNote } from '../../flaw-note.tsx'

interface Props {
  name: string
  next: string
  isPinned: boolean
  isConnected: boolean
}

/** Enters the host and says what is there, what is missing, and how to get it. */
export function HostTestForm({ name, next, isPinned, isConnected }: Props) {
  const [test, send, isPending] = useActionState(testHostAction, null)
  const lacks = !isPending && test !== null && test.flaw === null && test.shortcomings.length > 0
  return (
    <form action={send} className="flex flex-col gap-3">
      <input type="hidden" name="name" value={name} />
      <input type="hidden" name="next" value={next} />
      <p className="text-pretty text-sm text-ink-soft">
        Berth enters with its key and looks for Dokku’s version, the plugin postgres, the global domain, and whether it
        may list apps.
      </p>
      {!isPending && test?.flaw && <FlawNote flaw={test.flaw} />}
      {lacks && test.facts && <Facts facts={test.facts} />}
      {lacks && test.shortcomings.map((flaw) => <FlawNote key={flaw.words} flaw={flaw} tone="attention" />)}
      <div className="flex flex-wrap gap-2">
        <button type="submit" disabled={isPending || !isPinned} className={button('primary')}>
          {isPending && <Icon name="spinner" className="size-4 animate-turn" />}
          {isPending ? 'Testing …' : test || isConnected ? 'Test again' : 'Test and connect'}
        </button>
        {lacks && (
          <button type="submit" name="despite" value="true" disabled={isPending} className={button('plain')}>
            Connect without it
          </button>
        )}
      </div>
      {!isPinned && (
        <p className="text-xs text-ink-faint">
          The host’s key comes first: Berth tells nothing to a host that nobody confirmed.
        </p>
      )}
    </form>
  )
}

const Facts = ({ facts: { version, apps, globalDomains } }: { facts: HostFacts }) => (
  <p className="flex flex-wrap items-center gap-x-2 text-sm text-ink-soft">
    <Icon name="check" className="size-4 text-ok" />
    Dokku {version} answers with {apps === 1 ? '1 app' : `${apps} apps`}
    {globalDomains.length > 0 && `, below ${globalDomains.join(', ')}`}.
  </p>
)
