import Link from 'next/link'
import type { ProductionDoor } from '#lib/queries/closure.ts'
import { button } from '../../_ui/button.ts'
import { Icon } from '../../_ui/icon.tsx'
import { RelativeTime } from '../../_ui/relative-time.tsx'
import { Notice } from '../../_ui/status-badge.tsx'
import { OpenLock } from './open-lock.tsx'

/** What closes production now, who closed it, and the way to open it; one calm line where it is open. */
export function ClosureStrip({
  door: { freeze, locks },
  nameOf,
  lockHref,
  mayLock,
}: {
  door: ProductionDoor
  nameOf(environmentId: number): string
  lockHref: string
  mayLock: boolean
}) {
  return (
    <div className="flex flex-col gap-2 empty:hidden">
      {freeze && (
        <Notice tone="attention">
          <strong className="font-medium">Deploy freeze.</strong> {freeze.words}
        </Notice>
      )}
      {locks.map(({ id, environmentId, author, reason, createdAt, endsAt }) => (
        <Notice key={id} tone="attention" action={mayLock && <OpenLock lockId={id} />}>
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
      {mayLock && locks.length === 0 && (
        <p className="flex justify-end text-sm">
          <Link href={lockHref} scroll={false} prefetch={false} className={button('quiet')}>
            <Icon name="lock" className="size-3.5" /> Lock production
          </Link>
        </p>
      )}
    </div>
  )
}
