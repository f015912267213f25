'use client'

import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import { type Approval, standingOf } from '#lib/domain/approval.ts'
import type { Failure } from '#lib/domain/errors.ts'
import { button } from '../../_ui/button.ts'
import { RelativeTime } from '../../_ui/relative-time.tsx'
import { answerApproval, requestApproval, withdrawApproval } from './actions.ts'
import type { Viewer } from './viewer.ts'

interface Props {
  projectId: number
  environmentId: number
  sha: string
  /** The last one for this commit, however it stands. */
  approval: Approval | null
  viewer: Pick<Viewer, 'name' | 'mayAsk' | 'mayAnswer' | 'asOf'>
}

/** Where somebody asks for a second person's word or takes the wish back, and where that one gives it. */
export function ApprovalBox({ projectId, environmentId, sha, approval, viewer }: Props) {
  const router = useRouter()
  const [words, setWords] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isPending, startTransition] = useTransition()
  const standing = approval && standingOf(approval, viewer.asOf)
  const isOwn = approval?.requestedBy === viewer.name
  const canAnswer = standing === 'waiting' && !isOwn && viewer.mayAnswer
  const isOpen = standing === 'waiting' || standing === 'approved'
  const canAsk = !isOpen && viewer.mayAsk
  const canWithdraw = isOpen && isOwn && viewer.mayAsk

  const send = (change: () => Promise<Failure | null>) =>
    startTransition(async () => {
      const failed = await change()
      setFailure(failed)
      // The next words are an answer to something else.
      if (failed === null) setWords('')
      router.refresh()
    })
  const answer = (word: 'approved' | 'declined') => () =>
    answerApproval({ approvalId: approval?.id ?? '', answer: word, words })

  return (
    <div className="flex flex-col gap-2">
      {approval && standing && <Standing approval={approval} standing={standing} isOwn={isOwn} />}
      {(canAsk || canAnswer) && (
        <>
          <textarea
            value={words}
            onChange={({ target }) => setWords(target.value)}
            rows={2}
            maxLength={300}
            aria-label={canAnswer ? 'Your answer' : 'What it is about'}
            placeholder={canAnswer ? 'A word to go with it, if you like' : 'What it is about'}
            className="rounded-md border border-line-strong bg-surface px-3 py-2"
          />
          <div className="flex flex-wrap gap-2">
            {canAnswer ? (
              <>
                <button
                  type="button"
                  disabled={isPending}
                  onClick={() => send(answer('approved'))}
                  className={button('primary')}
                >
                  Approve
                </button>
                <button
                  type="button"
                  disabled={isPending}
                  onClick={() => send(answer('declined'))}
                  className={button('plain')}
                >
                  Decline
                </button>
              </>
            ) : (
              <button
                type="button"
                disabled={isPending}
                onClick={() => send(() => requestApproval({ projectId, environmentId, sha, reason: words }))}
                className={button('plain')}
              >
                Ask for approval
              </button>
            )}
          </div>
        </>
      )}
      {canWithdraw && (
        <button
          type="button"
          disabled={isPending}
          onClick={() => send(() => withdrawApproval({ approvalId: approval?.id ?? '' }))}
          className={`${button('plain')} self-start`}
        >
          Take it back
        </button>
      )}
      {failure && (
        <p role="alert" className="text-pretty text-critical">
          {failure.message}
        </p>
      )}
    </div>
  )
}

function Standing({
  approval: { requestedBy, requestedAt, expiresAt, answeredBy, answerWords, reason },
  standing,
  isOwn,
}: {
  approval: Approval
  standing: ReturnType<typeof standingOf>
  isOwn: boolean
}) {
  return (
    <div className="text-pretty">
      <p>
        {standing === 'waiting' && (
          <>
            <strong className="font-medium">{isOwn ? 'You' : requestedBy}</strong> asked{' '}
            <RelativeTime at={requestedAt} />; {isOwn ? 'somebody else has to answer' : 'it waits for an answer'} until{' '}
            <RelativeTime at={expiresAt} />.
          </>
        )}
        {standing === 'approved' && (
          <>
            <strong className="font-medium text-ok">{answeredBy} agreed</strong>; it counts until{' '}
            <RelativeTime at={expiresAt} />.
          </>
        )}
        {standing === 'declined' && <strong className="font-medium text-critical">{answeredBy} declined.</strong>}
        {standing === 'withdrawn' && <>{isOwn ? 'You' : requestedBy} took it back.</>}
        {standing === 'expired' && <>The last approval has expired.</>}
        {standing === 'used' && <>The last approval was used by another deployment.</>}
      </p>
      {standing === 'waiting' && reason !== '' && <p className="text-ink-soft">“{reason}”</p>}
      {answerWords && <p className="text-ink-soft">“{answerWords}”</p>}
    </div>
  )
}
