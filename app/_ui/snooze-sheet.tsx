'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState, useTransition } from 'react'
import type { Failure } from '#lib/domain/errors.ts'
import { endSnooze, snoozeFinding } from '../findings/actions.ts'
import { button } from './button.ts'
import { Sheet } from './sheet.tsx'

const choices = [
  { days: 1, words: 'a day' },
  { days: 3, words: '3 days' },
  { days: 7, words: 'a week' },
  { days: 30, words: '30 days' },
]

/** Says until when and why one does not want to be told of a finding; of one that is snoozed, ends it. */
export function SnoozeSheet({
  findingId,
  title,
  words,
  isSnoozed,
  closeHref,
}: {
  findingId: string
  title: string
  words: string
  isSnoozed: boolean
  closeHref: string
}) {
  const router = useRouter()
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isPending, startTransition] = useTransition()

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    startTransition(async () => {
      const failed = isSnoozed
        ? await endSnooze({ findingId })
        : await snoozeFinding({ findingId, days: Number(form.get('days')), reason: String(form.get('reason')) })
      setFailure(failed)
      if (failed === null) router.push(closeHref, { scroll: false })
    })
  }

  return (
    <Sheet title={isSnoozed ? `End the snooze of ${title}` : `Snooze ${title}`} closeHref={closeHref} shape="center">
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <div className="flex flex-col gap-4 overflow-y-auto px-5 py-4 text-sm">
          <p className="text-pretty text-ink-soft">{words}</p>
          {isSnoozed ? <p className="text-pretty">It counts as needing attention again from now on.</p> : <Choices />}
          {failure && (
            <p role="alert" className="text-pretty text-critical">
              {failure.message}
            </p>
          )}
        </div>
        <footer className="flex items-center justify-end gap-2 border-t px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] max-md:*:flex-1">
          <button type="button" onClick={() => router.push(closeHref, { scroll: false })} className={button('plain')}>
            Leave it
          </button>
          <button type="submit" disabled={isPending} className={button('primary')}>
            {isSnoozed ? 'End snooze' : 'Snooze'}
          </button>
        </footer>
      </form>
    </Sheet>
  )
}

function Choices() {
  return (
    <>
      <fieldset className="flex flex-wrap gap-2">
        <legend className="mb-1.5 font-medium">For</legend>
        {choices.map(({ days, words }) => (
          <label
            key={days}
            className="inline-flex h-8 cursor-pointer items-center gap-1.5 rounded-md border px-3 has-checked:border-ink has-checked:bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-busy max-md:h-10"
          >
            <input type="radio" name="days" value={days} defaultChecked={days === 3} className="sr-only" />
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
          placeholder="Being repaired in !12"
          className="rounded-md border border-line-strong bg-surface px-3 py-2"
        />
        <span className="text-xs text-ink-faint">
          Everybody reads it. The finding stays open and closes by itself when it ends.
        </span>
      </label>
    </>
  )
}
