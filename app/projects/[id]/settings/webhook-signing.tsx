'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState, useTransition } from 'react'
import { button } from '../../../_ui/button.ts'
import { field } from './field.tsx'
import { signWebhook } from './webhook-actions.ts'
import { type WebhookAnswer, WebhookAnswered } from './webhook-answer.tsx'

/** Where a newer GitLab shows a signing token, Berth can be told it; it is never shown again. */
export function WebhookSigning({ projectId, isSigned }: { projectId: number; isSigned: boolean }) {
  const router = useRouter()
  const [token, setToken] = useState('')
  const [answer, setAnswer] = useState<WebhookAnswer | null>(null)
  const [isPending, startTransition] = useTransition()

  const change = (signingToken: string | null) =>
    startTransition(async () => {
      const came = await signWebhook({ projectId, signingToken })
      setAnswer(came)
      if ('done' in came) setToken('')
      router.refresh()
    })

  const submit = (event: FormEvent) => {
    event.preventDefault()
    change(token)
  }

  return (
    <details className="border-t pt-3">
      <summary className="text-ink-soft hover:text-ink">
        {isSigned ? 'Only signed calls are believed' : 'Believe only signed calls'}
      </summary>
      <form onSubmit={submit} className="mt-3 flex flex-col gap-2.5">
        <p className="text-pretty text-ink-soft">
          A newer GitLab shows a signing token on its page of the webhook. With it here, a call that somebody wrote down
          cannot be sent again later.
        </p>
        <div className="flex flex-wrap items-center gap-2">
          <label className="flex flex-wrap items-center gap-2">
            <span className="font-medium">Signing token</span>
            <input
              type="password"
              value={token}
              onChange={({ target }) => setToken(target.value)}
              required
              maxLength={200}
              autoComplete="off"
              spellCheck={false}
              placeholder="whsec_…"
              className={`${field} w-72 max-w-full font-mono`}
            />
          </label>
          <button type="submit" disabled={isPending} className={button('plain')}>
            {isSigned ? 'Replace' : 'Keep'}
          </button>
          {isSigned && (
            <button type="button" onClick={() => change(null)} disabled={isPending} className={button('plain')}>
              Go by the token again
            </button>
          )}
        </div>
        <WebhookAnswered answer={answer} />
      </form>
    </details>
  )
}
