'use client'

import Link from 'next/link'
import { useState } from 'react'
import type { BoardRow } from '#lib/domain/board.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { AskButton } from '../../../../_ui/ask-button.tsx'
import type { Asked } from '../../../../_ui/asked.ts'
import { button } from '../../../../_ui/button.ts'
import { Sheet } from '../../../../_ui/sheet.tsx'
import { Notice } from '../../../../_ui/status-badge.tsx'
import { rebuildApp, restartApp, scaleApp, unlockApp } from '../../actions.ts'
import { OperationProgress } from '../../operation-progress.tsx'
import type { AppCommand } from './app-command.ts'

const verbs: Record<AppCommand, string> = { restart: 'Restart', rebuild: 'Rebuild', scale: 'Scale', unlock: 'Unlock' }

const consequences: Record<AppCommand, string> = {
  restart: 'Dokku starts new containers of what is deployed, and takes the old ones away once the new ones answer.',
  rebuild:
    'Dokku builds the deployed commit again and deploys it. That takes minutes, and most of the host’s processor.',
  scale: 'Dokku starts or removes containers until there are as many as wished. 0 takes the process type down.',
  unlock: 'Dokku takes deploys again. A deploy that is running goes on; only its lock is taken away.',
}

/** Says what a command does to which app before it is given; then the operation as it goes. */
export function AppCommandSheet({
  command,
  row,
  scale,
  operation,
  closeHref,
}: {
  command: AppCommand
  row: BoardRow
  /** Wished containers by process type; `null` until Dokku was asked. */
  scale: Record<string, number> | null
  operation: Operation | undefined
  closeHref: string
}) {
  const [counts, setCounts] = useState(scale ?? {})
  const { environment, app, projectId } = row
  if (!environment || !app) return null
  const environmentId = environment.id
  const isProduction = environment.tier === 'production'
  const changed = Object.fromEntries(Object.entries(counts).filter(([type, count]) => scale?.[type] !== count))
  const asks: Record<AppCommand, () => Promise<Asked>> = {
    restart: restartApp.bind(null, { projectId, environmentId }),
    rebuild: rebuildApp.bind(null, { projectId, environmentId }),
    scale: () => scaleApp({ projectId, environmentId, counts: changed }),
    unlock: unlockApp.bind(null, { projectId, environmentId }),
  }
  return (
    <Sheet title={`${verbs[command]} ${environment.name}`} closeHref={closeHref} shape="center">
      {operation ? (
        <OperationProgress operation={operation} jobUrl={null} closeHref={closeHref} />
      ) : (
        <>
          <div className="flex flex-col gap-3 overflow-y-auto px-5 py-4 text-sm">
            {isProduction && <Notice tone="attention">This is production.</Notice>}
            <p>
              App <code className="font-mono text-xs">{app.app}</code> on Dokku host {app.host}.
            </p>
            <p className="text-pretty text-ink-soft">{consequences[command]}</p>
            {command === 'scale' && <Counts scale={scale} counts={counts} onChange={setCounts} />}
          </div>
          <footer className="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] max-md:*:flex-1">
            <Link href={closeHref} scroll={false} className={button('plain')}>
              Leave it
            </Link>
            {(command !== 'scale' || Object.keys(changed).length > 0) && (
              <AskButton ask={asks[command]} follows className={button(isProduction ? 'danger' : 'primary')}>
                {verbs[command]} {environment.name}
              </AskButton>
            )}
          </footer>
        </>
      )}
    </Sheet>
  )
}

function Counts({
  scale,
  counts,
  onChange,
}: {
  scale: Record<string, number> | null
  counts: Record<string, number>
  onChange(counts: Record<string, number>): void
}) {
  if (scale === null) {
    return <p className="text-ink-faint">Dokku is being asked how the app is scaled; this takes a few seconds.</p>
  }
  return (
    <ul className="flex flex-col gap-2">
      {Object.keys(scale).map((type) => (
        <li key={type}>
          <label className="flex items-center gap-3">
            <span className="min-w-24 font-mono text-xs">{type}</span>
            <input
              type="number"
              min={0}
              max={100}
              value={counts[type] ?? 0}
              onChange={({ target }) => onChange({ ...counts, [type]: Math.trunc(target.valueAsNumber || 0) })}
              className="h-8 w-20 rounded-md border border-line-strong bg-surface px-2.5 max-md:h-10"
            />
            <span className="text-xs text-ink-faint">now {scale[type]}</span>
          </label>
        </li>
      ))}
    </ul>
  )
}
