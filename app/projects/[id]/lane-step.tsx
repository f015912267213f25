import Link from 'next/link'
import type { BoardQuery, LaneLink } from '#lib/domain/board.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { button } from '../../_ui/button.ts'
import { Icon } from '../../_ui/icon.tsx'
import { StatusBadge } from '../../_ui/status-badge.tsx'
import { boardHref } from './board-url.ts'

interface Step {
  link: LaneLink
  toName: string
  /** The promotion that runs now. */
  operation: Operation | undefined
  projectId: number
  query: BoardQuery
  /** Why whoever looks may not promote; `null` when they may. */
  refusal: string | null
  /** Somebody or the calendar has closed production: the sheet says who and asks why. */
  isClosed: boolean
}

/** How far production is behind, and the way to close the gap or the reason why not. */
export function LaneStep({ link, toName, operation, projectId, query, refusal, isClosed }: Step) {
  const sheet = boardHref(projectId, query, {
    promote: link.toEnvironmentId,
    ...(operation && { operation: operation.id }),
  })
  const reason = refusal ?? (link.promotability.allowed ? null : link.promotability.reason)
  const guarded = isClosed || (link.promotability.allowed && link.promotability.guards.length > 0)
  return (
    <div className="flex flex-col items-center justify-center gap-2 px-3 py-1 text-center">
      <div className="flex w-full items-center text-line-strong">
        <span aria-hidden="true" className="h-px flex-1 bg-current max-lg:hidden" />
        <Link
          href={sheet}
          scroll={false}
          prefetch={false}
          className="mx-auto inline-flex items-center gap-1 rounded-full border border-line-strong bg-surface px-2.5 py-0.5 text-sm text-ink hover:bg-sunken"
        >
          {distance(link)}
          <Icon name="arrow-right" className="size-3.5 text-ink-faint max-lg:rotate-90" />
        </Link>
        <span aria-hidden="true" className="h-px flex-1 bg-current max-lg:hidden" />
      </div>
      {operation ? (
        <Link href={sheet} scroll={false} prefetch={false} className="text-sm hover:underline">
          <StatusBadge tone="busy">
            <span className="text-balance">Promoting {operation.title}</span>
          </StatusBadge>
        </Link>
      ) : reason === null ? (
        <Link href={sheet} scroll={false} prefetch={false} className={`${button('primary')} max-lg:w-full`}>
          {guarded && <Icon name={isClosed ? 'lock' : 'alert'} />}
          Promote to {toName}
        </Link>
      ) : (
        <>
          {!isInStep(link) && (
            <button type="button" disabled className={`${button('plain')} max-lg:w-full`}>
              Promote to {toName}
            </button>
          )}
          <p className="text-pretty text-xs text-ink-soft">{reason}</p>
        </>
      )}
    </div>
  )
}

const isInStep = ({ fromSha, toSha }: LaneLink): boolean => fromSha !== null && fromSha === toSha

function distance(link: LaneLink): string {
  if (isInStep(link)) return 'In step'
  if (link.fromSha === null) return 'Nothing on staging'
  if (link.toSha === null) return 'First deployment'
  if (link.commitCount === null) return 'Comparing…'
  return link.commitCount === 1 ? '1 commit' : `${link.commitCount} commits`
}
