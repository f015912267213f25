'use client'

import { usePathname, useRouter } from 'next/navigation'
import { type ReactNode, useState, useTransition } from 'react'
import type { Failure } from '#lib/domain/errors.ts'
import { type Guard, type GuardKind, isLifted, unmet } from '#lib/domain/guard.ts'
import type { Asked } from '../../_ui/asked.ts'
import { button } from '../../_ui/button.ts'
import { Icon } from '../../_ui/icon.tsx'
import { Guards } from './guards.tsx'
import { TagChoice } from './tag-choice.tsx'

/** What a person gives besides the click. */
export interface Press {
  typedSha?: string
  reason?: string
  /** The guards that stood there with the field for it. */
  reasonFor?: GuardKind[]
  tag?: string
}

/**
 * Everything that stands before a deployment, with a field for what each guard asks, and the button, which says what is still
 * missing. The server asks the same guards again at the click: what it finds then is shown here.
 */
export function DeployForm({
  sha,
  guards,
  isApproved,
  approval,
  words,
  note,
  ask,
  byTag,
  projectId,
  refusal,
  children,
}: {
  sha: string
  guards: readonly Guard[]
  isApproved: boolean
  /** Where the second person's word is asked for and given; stands with its guard. */
  approval: ReactNode
  /** What the button does: `Deploy a1b2c3d4 to production`. */
  words: string
  /** What it means, in small below it. */
  note: ReactNode
  ask(press: Press): Promise<Asked>
  /** A new tag has to be named. */
  byTag: boolean
  projectId: number
  /** Why this person may not press at all; `null` when they may. */
  refusal: string | null
  children: ReactNode
}) {
  const router = useRouter()
  const pathname = usePathname()
  const [typedSha, setTypedSha] = useState('')
  const [reason, setReason] = useState('')
  const [tag, setTag] = useState('')
  /** What came of the last press, and which guards its reason was for. */
  const [failed, setFailed] = useState<{ failure: Failure; reasonFor: GuardKind[] } | null>(null)
  const [isPending, startTransition] = useTransition()
  const given = { typedSha, reason, isApproved, sha }
  const missing = refusal ?? unmet(guards, given) ?? (byTag && tag === '' ? 'Choose a tag.' : null)

  const press = () =>
    startTransition(async () => {
      const reasonFor = guards.map(({ kind }) => kind)
      const asked = await ask({
        ...(typedSha && { typedSha }),
        ...(reason && { reason, reasonFor }),
        ...(byTag && { tag }),
      })
      if ('failure' in asked) {
        setFailed({ failure: asked.failure, reasonFor })
        // What stood in the way may be new: the sheet then asks for it.
        router.refresh()
        return
      }
      const params = new URLSearchParams(window.location.search)
      params.set('operation', asked.operationId)
      router.replace(`${pathname}?${params}`, { scroll: false })
    })

  return (
    <>
      <div className="flex flex-1 flex-col gap-5 overflow-y-auto px-5 py-4">
        {children}
        {byTag && <TagChoice projectId={projectId} tag={tag} onChange={setTag} />}
        <Guards
          guards={guards}
          sha={sha}
          typedSha={typedSha}
          onType={setTypedSha}
          reason={reason}
          onReason={setReason}
          approval={approval}
        />
      </div>
      <footer className="border-t bg-surface px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
        {failed && !isLifted(failed.failure, { ...given, reasonFor: failed.reasonFor }) && (
          <p role="alert" className="mb-2 text-pretty text-sm text-critical">
            {failed.failure.message}
          </p>
        )}
        <button
          type="button"
          onClick={press}
          disabled={isPending || missing !== null}
          className={`${button('primary', 'large')} !h-auto min-h-10 w-full py-2 whitespace-normal`}
        >
          {isPending && <Icon name="spinner" className="size-4 animate-turn" />}
          {missing ?? words}
        </button>
        <p className="mt-1.5 text-center text-xs text-ink-faint">{note}</p>
      </footer>
    </>
  )
}
