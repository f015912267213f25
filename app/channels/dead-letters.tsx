'use client'

import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import type { Failure } from '#lib/domain/errors.ts'
import type { ChannelMessage } from '#lib/queries/channels.ts'
import { button } from '../_ui/button.ts'
import { RelativeTime } from '../_ui/relative-time.tsx'
import { StatusIcon } from '../_ui/status-badge.tsx'
import { dropDeadLetters, resendDeadLetters } from './actions.ts'

/** What a channel never got, each with the reason; sent again or dropped one by one, or all. */
export function DeadLetters({
  channelId,
  name,
  letters,
  count,
  mayResend,
}: {
  channelId: string
  name: string
  letters: readonly ChannelMessage[]
  count: number
  mayResend: boolean
}) {
  const router = useRouter()
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isPending, startTransition] = useTransition()
  const press = (change: typeof resendDeadLetters, messageId: string | null) =>
    startTransition(async () => {
      setFailure(await change({ channelId, messageId }))
      router.refresh()
    })

  const choices = (messageId: string | null, title: string) => (
    <span className="flex shrink-0 gap-1 max-md:w-full max-md:*:flex-1">
      {mayResend && (
        <button
          type="button"
          disabled={isPending}
          onClick={() => press(resendDeadLetters, messageId)}
          aria-label={`Send again: ${title}`}
          className={button('plain', 'small')}
        >
          {messageId === null ? 'Send all again' : 'Send again'}
        </button>
      )}
      <button
        type="button"
        disabled={isPending}
        onClick={() => press(dropDeadLetters, messageId)}
        aria-label={`Drop: ${title}`}
        className={`${button('quiet', 'small')} max-md:border`}
      >
        {messageId === null ? 'Drop all' : 'Drop'}
      </button>
    </span>
  )

  return (
    <section aria-label={`Given up of ${name}`} className="border-t bg-sunken/50 px-4 py-3 text-sm">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-2">
        <h3 className="flex items-center gap-2 font-medium">
          <StatusIcon tone="critical" />
          {count === 1 ? 'A message was given up' : `${count.toLocaleString('en')} messages were given up`}
        </h3>
        {count > 1 && choices(null, 'all')}
      </div>
      {failure && (
        <p role="alert" className="mt-1 text-pretty text-critical">
          {failure.message}
        </p>
      )}
      <ul className="mt-2 divide-y rounded-md border bg-surface">
        {letters.map(({ id, title, error, endedAt }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-3 py-2">
            <span className="min-w-0 flex-1 text-pretty break-words max-md:basis-full">
              <span className="font-medium">{title}</span>
              {endedAt && (
                <span className="text-ink-faint">
                  {' '}
                  · <RelativeTime at={endedAt} />
                </span>
              )}
              <span className="block text-ink-soft">{error}</span>
            </span>
            {choices(id, title)}
          </li>
        ))}
      </ul>
      {count > letters.length && (
        <p className="mt-2 text-xs text-ink-faint">and {(count - letters.length).toLocaleString('en')} older</p>
      )}
    </section>
  )
}
