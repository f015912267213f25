'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState, useTransition } from 'react'
import type { Failure } from '#lib/domain/errors.ts'
import { button } from '../../_ui/button.ts'
import { Sheet } from '../../_ui/sheet.tsx'
import { lockDeploys } from './actions.ts'

const lengths = [
  { hours: 1, words: 'an hour' },
  { hours: 4, words: '4 hours' },
  { hours: 24, words: 'a day' },
  { hours: 72, words: '3 days' },
  { hours: null, words: 'until somebody opens it' },
]

const chip =
  'inline-flex h-8 cursor-pointer items-center gap-1.5 rounded-md border px-3 has-checked:border-ink has-checked:bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-busy max-md:h-10'

/** Closes production, or one of several, with a reason that everybody reads before the closed door. */
export function LockSheet({
  projectId,
  productions,
  closeHref,
}: {
  projectId: number
  productions: readonly { id: number; name: string }[]
  closeHref: string
}) {
  const router = useRouter()
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isPending, startTransition] = useTransition()

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const number = (name: string) => (form.get(name) === 'none' ? null : Number(form.get(name)))
    startTransition(async () => {
      const failed = await lockDeploys({
        projectId,
        environmentId: productions.length > 1 ? number('environment') : null,
        reason: String(form.get('reason')),
        hours: number('hours'),
      })
      setFailure(failed)
      if (failed === null) router.push(closeHref, { scroll: false })
    })
  }

  return (
    <Sheet title="Lock production" closeHref={closeHref} shape="center">
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <div className="flex flex-col gap-4 overflow-y-auto px-5 py-4 text-sm">
          <p className="text-pretty text-ink-soft">
            Whoever deploys there meanwhile has to say why, and that stands in the activity.
          </p>
          {productions.length > 1 && (
            <fieldset className="flex flex-wrap gap-2">
              <legend className="mb-1.5 font-medium">What</legend>
              {[{ id: 'none', name: 'all of production' }, ...productions].map(({ id, name }) => (
                <label key={id} className={chip}>
                  <input
                    type="radio"
                    name="environment"
                    value={id}
                    defaultChecked={id === 'none'}
                    className="sr-only"
                  />
                  {name}
                </label>
              ))}
            </fieldset>
          )}
          <fieldset className="flex flex-wrap gap-2">
            <legend className="mb-1.5 font-medium">For</legend>
            {lengths.map(({ hours, words }) => (
              <label key={words} className={chip}>
                <input
                  type="radio"
                  name="hours"
                  value={hours ?? 'none'}
                  defaultChecked={hours === 4}
                  className="sr-only"
                />
                {words}
              </label>
            ))}
          </fieldset>
          <label className="flex flex-col gap-1.5">
            <span className="font-medium">Why</span>
            <textarea
              name="reason"
              required
              minLength={3}
              maxLength={300}
              rows={2}
              placeholder="Database migration until noon"
              className="rounded-md border border-line-strong bg-surface px-3 py-2"
            />
          </label>
          {failure && (
            <p role="alert" className="text-pretty text-critical">
              {failure.message}
            </p>
          )}
        </div>
        <footer className="flex items-center justify-end gap-2 border-t px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] max-md:*:flex-1">
          <button type="button" onClick={() => router.push(closeHref, { scroll: false })} className={button('plain')}>
            Leave it open
          </button>
          <button type="submit" disabled={isPending} className={button('primary')}>
            Lock production
          </button>
        </footer>
      </form>
    </Sheet>
  )
}
