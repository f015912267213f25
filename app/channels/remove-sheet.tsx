'use client'

import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import type { Failure } from '#lib/domain/errors.ts'
import { button } from '../_ui/button.ts'
import { Sheet } from '../_ui/sheet.tsx'
import { removeChannel } from './actions.ts'

/** Asks once more before a channel goes with what waits for it. */
export function RemoveSheet({ channelId, name, closeHref }: { channelId: string; name: string; closeHref: string }) {
  const router = useRouter()
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isPending, startTransition] = useTransition()
  const leave = () => router.push(closeHref, { scroll: false })
  const remove = () =>
    startTransition(async () => {
      const failed = await removeChannel({ channelId })
      setFailure(failed)
      if (failed === null) leave()
    })

  return (
    <Sheet title={`Remove ${name}`} closeHref={closeHref} shape="center">
      <div className="flex flex-col gap-3 px-5 py-4 text-sm">
        <p className="text-pretty">
          It is told nothing from now on. What waits for it and what was given up goes too, and where it leads is
          forgotten.
        </p>
        {failure && (
          <p role="alert" className="text-pretty text-critical">
            {failure.message}
          </p>
        )}
      </div>
      <footer className="flex items-center justify-end gap-2 border-t px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] max-md:*:flex-1">
        <button type="button" onClick={leave} className={button('plain')}>
          Leave it
        </button>
        <button type="button" onClick={remove} disabled={isPending} className={button('danger')}>
          Remove {name.length > 24 ? 'it' : name}
        </button>
      </footer>
    </Sheet>
  )
}
