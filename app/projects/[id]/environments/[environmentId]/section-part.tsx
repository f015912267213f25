import type { ReactNode } from 'react'
import { RelativeTime } from '../../../../_ui/relative-time.tsx'
import { Scroller } from '../../../../_ui/scroller.tsx'

/** A column of what is known of an app. */
export function Part({
  title,
  at,
  note,
  children,
}: {
  title: string
  at?: Date | null
  note?: string | null
  children: ReactNode
}) {
  return (
    <div className="min-w-0 px-4 py-3 text-sm md:not-first:border-l md:max-xl:odd:border-l-0 md:max-xl:nth-[n+3]:border-t">
      <h3 className="mb-1.5 flex items-baseline gap-2 text-xs text-ink-faint">
        {title}
        {note && <span>· {note}</span>}
        {at && <RelativeTime at={at} className="ml-auto" />}
      </h3>
      {children}
    </div>
  )
}

export function Domains({ domains }: { domains: readonly string[] }) {
  if (domains.length === 0) return <Nothing>none</Nothing>
  return domains.map((domain) => <Name key={domain}>{domain}</Name>)
}

/** Names of config variables; `null` while they are being asked. */
export function ConfigKeys({ keys }: { keys: readonly string[] | null }) {
  if (keys === null) return <Nothing>being asked</Nothing>
  if (keys.length === 0) return <Nothing>none</Nothing>
  return (
    <Scroller label="Config" className="max-h-40">
      <ul className="flex flex-wrap gap-x-3 gap-y-0.5" aria-label="Names of config variables">
        {keys.map((key) => (
          <li key={key} className="font-mono text-2xs text-ink-soft [overflow-wrap:anywhere]">
            {key}
          </li>
        ))}
      </ul>
    </Scroller>
  )
}

export const Name = ({ children }: { children: string }) => (
  <p className="font-mono text-xs leading-5 [overflow-wrap:anywhere]">{children}</p>
)

export const Nothing = ({ children }: { children: ReactNode }) => <p className="text-ink-faint">{children}</p>
