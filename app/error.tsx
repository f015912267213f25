'use client'

import { useRouter } from 'next/navigation'
import { startTransition, useEffect, useEffectEvent } from 'react'
import { button } from './_ui/button.ts'
import { Icon } from './_ui/icon.tsx'

const askAgainMs = 3000

/** The unexpected; a page that broke off because Berth was restarted comes back by itself. Its words never come from the error: they could hold what must not be seen. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset(): void }) {
  const router = useRouter()
  // The page failed on the server, so it is read again before it is drawn again.
  const tryAgain = () =>
    startTransition(() => {
      router.refresh()
      reset()
    })
  const tryOnceReachable = useEffectEvent(async () => {
    const answer = await fetch('/api/health').catch(() => null)
    if (answer?.ok) tryAgain()
  })

  useEffect(() => {
    const timer = setInterval(tryOnceReachable, askAgainMs)
    return () => clearInterval(timer)
  }, [])

  return (
    <main className="mx-auto flex min-h-[80dvh] max-w-prose flex-col items-center justify-center gap-3 px-6 text-center">
      <Icon name="alert" className="size-8 text-attention" />
      <h1 className="text-xl font-semibold">This page could not be shown</h1>
      <p className="text-pretty text-ink-soft">
        Berth met something unexpected, perhaps its database does not answer. Nothing was changed by looking; operations
        that run go on.
      </p>
      {error.digest && (
        <p className="text-xs text-ink-faint">
          In the server’s log: <code>{error.digest}</code>
        </p>
      )}
      <button type="button" onClick={tryAgain} className={`${button('primary')} mt-2`}>
        Try again
      </button>
    </main>
  )
}
