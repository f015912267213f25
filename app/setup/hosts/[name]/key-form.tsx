'use client'

import { useActionState } from 'react'
import type { ConnectedHost } from '#lib/queries/setup.ts'
import { button } from '../../../_ui/button.ts'
import { Icon } from '../../../_ui/icon.tsx'
import { confirmKeyAction, readKeyAction } from '../../actions.ts'
import { CopyLine } from '../../copy-line.tsx'
import { FlawNote } from '../../flaw-note.tsx'

/** The key that the host showed, to be compared on the host itself and confirmed by a person. */
export function KeyForm({ host }: { host: ConnectedHost }) {
  const { name, pinned, shown, shownType, fingerprintLine } = host
  const [confirmed, confirm, isConfirming] = useActionState(confirmKeyAction, null)
  const [read, readAgain, isReading] = useActionState(readKeyAction, null)
  const isPending = isConfirming || isReading
  const flaw = (confirmed ?? read)?.flaw
  const isPinned = pinned === shown
  return (
    <>
      {pinned !== null && !isPinned && (
        <FlawNote
          flaw={{
            field: null,
            words: `The host shows another key than ${pinned}, which you confirmed.`,
            remedy:
              'It was set up anew, or somebody stands in between. Until you confirm the new key Berth tells it nothing.',
          }}
        />
      )}
      <div className="flex flex-col gap-1 text-sm">
        <p className="text-ink-soft">
          {isPinned ? 'You confirmed this key' : 'It showed this key'} ({shownType.replace('ssh-', '')}):
        </p>
        <p className="font-mono text-sm font-medium break-all">{shown}</p>
      </div>
      {!isPinned && (
        <>
          <p className="text-pretty text-sm text-ink-soft">
            This prints the fingerprint on the host itself. Run it there, not through the address above: only then you
            know that nobody stands in between.
          </p>
          <CopyLine text={fingerprintLine} label="the line that prints the fingerprint" />
        </>
      )}
      {flaw && !isPending && <FlawNote flaw={flaw} />}
      <div className="flex flex-wrap gap-2">
        {!isPinned && (
          <form action={confirm}>
            <input type="hidden" name="name" value={name} />
            <input type="hidden" name="fingerprint" value={shown} />
            <button type="submit" disabled={isPending} className={button('primary')}>
              {isConfirming && <Icon name="spinner" className="size-4 animate-turn" />}
              They are the same
            </button>
          </form>
        )}
        <form action={readAgain}>
          <input type="hidden" name="name" value={name} />
          <button type="submit" disabled={isPending} className={button('plain')}>
            {isReading && <Icon name="spinner" className="size-4 animate-turn" />}
            Read it again
          </button>
        </form>
      </div>
    </>
  )
}
