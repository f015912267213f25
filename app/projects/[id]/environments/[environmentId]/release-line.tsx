import Link from 'next/link'
import type { ReleaseStatus } from '#lib/domain/heroku-app.ts'
import type { TimelineRelease } from '#lib/domain/timeline.ts'
import { button } from '../../../../_ui/button.ts'
import { CommitMark } from '../../../../_ui/commit-mark.tsx'
import { Icon } from '../../../../_ui/icon.tsx'
import { RelativeTime } from '../../../../_ui/relative-time.tsx'
import { StatusBadge } from '../../../../_ui/status-badge.tsx'
import type { StatusLook } from '../../../../_ui/status-looks.ts'
import type { Deploying } from './deployment-line.tsx'

const releaseLooks: Record<ReleaseStatus, Pick<StatusLook, 'tone' | 'icon'>> = {
  succeeded: { tone: 'none', icon: 'box' },
  failed: { tone: 'critical' },
  pending: { tone: 'busy' },
  expired: { tone: 'none', icon: 'box' },
  unknown: { tone: 'unknown' },
}

/** One release on Heroku, with the way back to it. */
export function ReleaseLine({
  release: { version, status, description, sha, slugId, current, createdAt },
  deploying: { projectUrl, here, current: deployed },
}: {
  release: TimelineRelease
  deploying: Deploying
}) {
  const { tone, icon } = current ? { tone: 'ok' as const, icon: 'rocket' as const } : releaseLooks[status]
  const mayGoBack = deployed !== null && !current && status === 'succeeded' && slugId !== null
  return (
    <li className="flex items-center gap-3 px-4 py-2 text-ink-soft">
      <div className="min-w-0 flex-1">
        <p className="flex min-w-0 items-baseline gap-2">
          <StatusBadge tone={tone} icon={icon} className="w-20 shrink-0 self-center">
            v{version}
          </StatusBadge>
          {sha && <CommitMark sha={sha} projectUrl={projectUrl} />}
          <span className="truncate">{description}</span>
          <RelativeTime at={createdAt} terse className="ml-auto shrink-0 text-xs text-ink-faint" />
        </p>
        <p className="pl-22 text-xs text-ink-faint">Heroku · {current ? 'runs now' : status}</p>
      </div>
      {mayGoBack && (
        <Link
          href={`${here}?release=${version}`}
          scroll={false}
          prefetch={false}
          aria-label={`Roll back to v${version}`}
          className={button('quiet', 'small')}
        >
          <Icon name="history" className="size-3.5" /> Roll back
        </Link>
      )}
    </li>
  )
}
