import Link from 'next/link'
import type { ReactNode } from 'react'
import { button } from '../_ui/button.ts'
import { Icon } from '../_ui/icon.tsx'

interface Props {
  variable: string
  children?: ReactNode
}

/** Stands where a form would, when an environment variable sets the thing. */
export function GivenNote({ variable, children }: Props) {
  return (
    <div className="flex gap-2.5 rounded-xl border bg-surface px-4 py-3.5 text-sm">
      <Icon name="lock" className="mt-0.5 size-4 text-ink-faint" />
      <div className="flex min-w-0 flex-col gap-1">
        <p className="text-pretty">
          Set by the environment variable <code className="font-mono text-xs">{variable}</code>. Change it there and
          start Berth again.
        </p>
        {children}
      </div>
    </div>
  )
}

/** The same where nothing else is left to do in the step. */
export const GivenStep = (given: Props) => (
  <>
    <GivenNote {...given} />
    <div>
      <Link href="/setup" prefetch={false} className={button('plain', 'large')}>
        Go on
      </Link>
    </div>
  </>
)
