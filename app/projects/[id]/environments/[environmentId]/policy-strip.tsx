'use client'

import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import type { Failure } from '#lib/domain/errors.ts'
import { policyActorName } from '#lib/domain/policy.ts'
import type { PolicyNotice } from '#lib/domain/policy-notice.ts'
import { button } from '../../../../_ui/button.ts'
import { RelativeTime } from '../../../../_ui/relative-time.tsx'
import { Notice } from '../../../../_ui/status-badge.tsx'
import { keepAlive } from '../../actions.ts'

const keptDays = 7

/** When a policy stops this review app, or who keeps it until when; and the way to keep it. */
export function PolicyStrip({
  notice: { environmentId, stop, kept },
  projectId,
  mayKeep,
}: {
  notice: PolicyNotice
  projectId: number
  mayKeep: boolean
}) {
  const router = useRouter()
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isPending, startTransition] = useTransition()
  const keep = () =>
    startTransition(async () => {
      setFailure(await keepAlive({ projectId, environmentId, days: keptDays }))
      router.refresh()
    })
  if (!stop && !kept) return null
  return (
    <Notice
      tone={stop ? 'attention' : 'none'}
      action={
        mayKeep &&
        stop && (
          <button type="button" onClick={keep} disabled={isPending} className={button('plain')}>
            Keep for {keptDays} days
          </button>
        )
      }
    >
      {stop && (
        <>
          {policyActorName} stops this <RelativeTime at={stop.actsAt} />.
        </>
      )}
      {!stop && kept && (
        <>
          {kept.by} keeps this from every policy until <RelativeTime at={kept.until} />.
        </>
      )}
      {failure && (
        <p role="alert" className="mt-1 text-critical">
          {failure.message}
        </p>
      )}
    </Notice>
  )
}
