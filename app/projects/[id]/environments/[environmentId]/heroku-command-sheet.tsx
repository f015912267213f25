'use client'

import Link from 'next/link'
import type { BoardRow } from '#lib/domain/board.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { AskButton } from '../../../../_ui/ask-button.tsx'
import { button } from '../../../../_ui/button.ts'
import { Sheet } from '../../../../_ui/sheet.tsx'
import { Notice } from '../../../../_ui/status-badge.tsx'
import { restartDynos, setMaintenance } from '../../actions.ts'
import { OperationProgress } from '../../operation-progress.tsx'
import type { HerokuCommand } from './heroku-command.ts'

const verbs: Record<HerokuCommand, string> = {
  restart: 'Restart the dynos of',
  'maintenance-on': 'Begin maintenance of',
  'maintenance-off': 'End maintenance of',
}

const consequences: Record<HerokuCommand, string> = {
  restart:
    'Heroku takes every dyno away and starts new ones of the release that runs; until they are up, visitors wait.',
  'maintenance-on': 'Visitors get a page with status 503 until somebody ends it. The dynos go on.',
  'maintenance-off': 'Visitors reach the app again.',
}

/** Says what a command does to which app on Heroku before it is given; then the operation as it goes. */
export function HerokuCommandSheet({
  command,
  row: { environment, heroku, projectId },
  operation,
  closeHref,
}: {
  command: HerokuCommand
  row: BoardRow
  operation: Operation | undefined
  closeHref: string
}) {
  if (!environment || !heroku) return null
  const target = { projectId, environmentId: environment.id }
  const isProduction = environment.tier === 'production'
  const words = `${verbs[command]} ${environment.name}`
  const ask =
    command === 'restart'
      ? restartDynos.bind(null, target)
      : setMaintenance.bind(null, { ...target, on: command === 'maintenance-on' })
  return (
    <Sheet title={words} closeHref={closeHref} shape="center">
      {operation ? (
        <OperationProgress operation={operation} jobUrl={null} closeHref={closeHref} />
      ) : (
        <>
          <div className="flex flex-col gap-3 overflow-y-auto px-5 py-4 text-sm">
            {isProduction && <Notice tone="attention">This is production.</Notice>}
            <p>
              App <code className="font-mono text-xs">{heroku.app}</code> on Heroku.
            </p>
            <p className="text-pretty text-ink-soft">{consequences[command]}</p>
          </div>
          <footer className="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] max-md:*:flex-1">
            <Link href={closeHref} scroll={false} className={button('plain')}>
              Leave it
            </Link>
            <AskButton ask={ask} follows className={button(isProduction ? 'danger' : 'primary')}>
              {words}
            </AskButton>
          </footer>
        </>
      )}
    </Sheet>
  )
}
