import type { ReactNode } from 'react'
import { shortSha } from '#lib/domain/branch.ts'
import type { Guard, GuardKind } from '#lib/domain/guard.ts'
import { Icon, type IconName } from '../../_ui/icon.tsx'
import { RelativeTime } from '../../_ui/relative-time.tsx'

const icons: Record<GuardKind, IconName> = {
  running: 'spinner',
  outdated: 'history',
  protected: 'lock',
  'going-back': 'arrow-left',
  freeze: 'clock',
  lock: 'lock',
  'staging-unhealthy': 'alert',
  'pipeline-not-green': 'alert',
  approval: 'check',
}

const titles: Record<GuardKind, string> = {
  running: 'A deployment is running',
  outdated: 'Outdated',
  protected: 'Protected in GitLab',
  'going-back': 'This goes back',
  freeze: 'Deploy freeze',
  lock: 'Locked',
  'staging-unhealthy': 'Staging is not well',
  'pipeline-not-green': 'The pipeline is not green',
  approval: 'A second person',
}

/** What stands before a deployment, the heaviest first, each with what it asks of whoever presses. */
export function Guards({
  guards,
  sha,
  typedSha,
  onType,
  reason,
  onReason,
  approval,
}: {
  guards: readonly Guard[]
  sha: string
  typedSha: string
  onType(text: string): void
  reason: string
  onReason(text: string): void
  approval: ReactNode
}) {
  if (guards.length === 0) return null
  const wantsReason = guards.some(({ demand }) => demand === 'reason')
  return (
    <section aria-label="Before you press" className="flex flex-col gap-3">
      <h3 className="font-semibold">Before you press</h3>
      <ul className="divide-y rounded-lg border border-attention-line bg-attention-wash/40">
        {guards.map((guard) => (
          <li key={guard.kind} className="flex gap-3 px-3 py-2.5 text-sm">
            <Icon name={icons[guard.kind]} className="mt-0.5 size-4 shrink-0 text-attention" />
            <div className="flex min-w-0 flex-1 flex-col gap-2">
              <div>
                <p className="font-medium">{titles[guard.kind]}</p>
                <p className="text-pretty text-ink-soft [overflow-wrap:anywhere]">{guard.words}</p>
              </div>
              {guard.lost && <Lost commits={guard.lost} />}
              {guard.demand === 'sha' && <TypedSha sha={sha} value={typedSha} onChange={onType} />}
              {guard.demand === 'approval' && approval}
            </div>
          </li>
        ))}
      </ul>
      {wantsReason && (
        <label className="flex flex-col gap-1.5 text-sm">
          <span className="font-medium">Why in spite of that?</span>
          <textarea
            value={reason}
            onChange={({ target }) => onReason(target.value)}
            rows={2}
            maxLength={1000}
            className="rounded-md border border-line-strong bg-surface px-3 py-2"
          />
          <span className="text-xs text-ink-faint">It stands in the activity, with your name.</span>
        </label>
      )}
    </section>
  )
}

function Lost({ commits }: { commits: NonNullable<Guard['lost']> }) {
  return (
    <ul className="max-h-44 overflow-y-auto border-l-2 border-attention-line pl-3 text-xs">
      {commits.map(({ sha, title, authorName, committedAt }) => (
        <li key={sha} className="py-0.5">
          <span className="font-mono">{shortSha(sha)}</span> {title}
          <span className="text-ink-faint">
            {' '}
            · {authorName} · <RelativeTime at={committedAt} />
          </span>
        </li>
      ))}
    </ul>
  )
}

function TypedSha({ sha, value, onChange }: { sha: string; value: string; onChange(text: string): void }) {
  return (
    <label className="flex flex-wrap items-center gap-2">
      <span>
        Type <span className="font-mono select-none">{shortSha(sha)}</span>
      </span>
      <input
        value={value}
        onChange={({ target }) => onChange(target.value)}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={64}
        aria-label="Commit, typed out"
        className="h-8 w-32 rounded-md border border-line-strong bg-surface px-2.5 font-mono max-md:h-10"
      />
    </label>
  )
}
