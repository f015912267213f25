import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

/** Says that there is nothing, why, and what to do about it. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon: IconName
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-16 text-center">
      <Icon name={icon} className="size-7 text-ink-faint" />
      <h2 className="text-lg font-semibold">{title}</h2>
      {children ? <div className="max-w-prose text-pretty text-ink-soft">{children}</div> : null}
      {action ? <div className="mt-2">{action}</div> : null}
    </div>
  )
}
