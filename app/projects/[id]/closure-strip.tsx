import type { ProductionDoor } from '#lib/queries/closure.ts'
import { RelativeTime } from '../../_ui/relative-time.tsx'
import { Notice } from '../../_ui/status-badge.tsx'
import { OpenLock } from './open-lock.tsx'

/** What closes production now, who closed it, and the way to open it; nothing where it is open. */
export function ClosureStrip({
  door: { freeze, locks },
  nameOf,
  mayOpen,
}: {
  door: ProductionDoor
  nameOf(environmentId: number): string
  mayOpen: boolean
}) {
  return (
    <div className="flex flex-col gap-2 empty:hidden">
      {freeze && (
        <Notice tone="attention">
          <strong className="font-medium">Deploy freeze.</strong> {freeze.words}
        </Notice>
      )}
      {locks.map(({ id, environmentId, author, reason, createdAt, endsAt }) => (
        <Notice key={id} tone="attention" action={mayOpen && <OpenLock lockId={id} />}>
          <strong className="font-medium">
            {author} has locked {environmentId === null ? 'production' : nameOf(environmentId)}
          </strong>{' '}
          <RelativeTime at={createdAt} />
          {endsAt && (
            <>
              {' '}
              until <RelativeTime at={endsAt} />
            </>
          )}
          : {reason}
        </Notice>
      ))}
    </div>
  )
}
