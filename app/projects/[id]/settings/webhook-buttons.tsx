'use client'

import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import { button } from '../../../_ui/button.ts'
import { Icon } from '../../../_ui/icon.tsx'
import { installWebhook, removeWebhook, testWebhook } from './webhook-actions.ts'
import { type WebhookAnswer, WebhookAnswered } from './webhook-answer.tsx'

const acts = {
  test: { words: 'Test', act: testWebhook },
  again: { words: 'Set up again', act: installWebhook },
  remove: { words: 'Remove', act: removeWebhook },
  install: { words: 'Set up webhook', act: installWebhook },
}

/** Sets the webhook up by one click; tests, renews and removes one that is there. Says what came of it. */
export function WebhookButtons({ projectId, isThere }: { projectId: number; isThere: boolean }) {
  const router = useRouter()
  const [answer, setAnswer] = useState<WebhookAnswer | null>(null)
  const [pressed, setPressed] = useState<keyof typeof acts | null>(null)
  const [isPending, startTransition] = useTransition()

  const press = (name: keyof typeof acts) => {
    setPressed(name)
    startTransition(async () => {
      setAnswer(await acts[name].act({ projectId }))
      router.refresh()
    })
  }

  const offered = isThere ? (['test', 'again', 'remove'] as const) : (['install'] as const)
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        {offered.map((name) => (
          <button
            key={name}
            type="button"
            onClick={() => press(name)}
            disabled={isPending}
            className={button(name === 'install' ? 'primary' : 'plain')}
          >
            {isPending && pressed === name && <Icon name="spinner" className="size-4 animate-turn" />}
            {acts[name].words}
          </button>
        ))}
      </div>
      <WebhookAnswered answer={answer} />
    </div>
  )
}
