'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import { button } from '../_ui/button.ts'
import { Icon } from '../_ui/icon.tsx'
import { changeChannel, testChannel } from './actions.ts'
import { channelsHref } from './channel-url.ts'

/** Tries it out, changes it, switches it off and takes it away; below stands what the last press brought. */
export function ChannelActions({
  id,
  name,
  projectId,
  enabled,
}: {
  id: string
  name: string
  projectId: number | null
  enabled: boolean
}) {
  const router = useRouter()
  const [came, setCame] = useState<{ words: string; isFailure: boolean } | null>(null)
  const [isTesting, startTest] = useTransition()
  const [isSwitching, startSwitch] = useTransition()

  const test = () =>
    startTest(async () => {
      setCame(null)
      const answer = await testChannel({ channelId: id })
      setCame(
        'failure' in answer
          ? { words: answer.failure.message, isFailure: true }
          : { words: answer.done.words, isFailure: false },
      )
      router.refresh()
    })

  const turn = () =>
    startSwitch(async () => {
      const failed = await changeChannel({ channelId: id, enabled: !enabled })
      setCame(failed && { words: failed.message, isFailure: true })
      router.refresh()
    })

  return (
    <>
      <div className="flex flex-wrap gap-2 max-md:*:flex-1">
        <button
          type="button"
          onClick={test}
          disabled={isTesting}
          aria-label={`Test ${name}`}
          className={button('plain', 'small')}
        >
          {isTesting && <Icon name="spinner" className="size-4 animate-turn" />}
          Test
        </button>
        <Link
          href={channelsHref(projectId, { channel: id })}
          scroll={false}
          prefetch={false}
          aria-label={`Change ${name}`}
          className={button('plain', 'small')}
        >
          Change
        </Link>
        <button
          type="button"
          onClick={turn}
          disabled={isSwitching}
          aria-label={`Switch ${enabled ? 'off' : 'on'} ${name}`}
          className={button('plain', 'small')}
        >
          Switch {enabled ? 'off' : 'on'}
        </button>
        <Link
          href={channelsHref(projectId, { remove: id })}
          scroll={false}
          prefetch={false}
          aria-label={`Remove ${name}`}
          className={`${button('quiet', 'small')} max-md:border`}
        >
          Remove
        </Link>
      </div>
      {came && (
        <p
          role={came.isFailure ? 'alert' : 'status'}
          className={`flex gap-2 text-pretty break-words ${came.isFailure ? 'text-critical' : 'text-ok'}`}
        >
          <Icon name={came.isFailure ? 'cross' : 'check'} className="mt-0.5 size-4" />
          <span className="min-w-0">{came.words}</span>
        </p>
      )}
    </>
  )
}
