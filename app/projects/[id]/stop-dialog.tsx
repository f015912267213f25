import Link from 'next/link'
import type { Operation } from '#lib/domain/operation.ts'
import type { stopPreview, Victim } from '#lib/queries/stop.ts'
import { AskButton } from '../../_ui/ask-button.tsx'
import { button } from '../../_ui/button.ts'
import { Icon, type IconName } from '../../_ui/icon.tsx'
import { Sheet } from '../../_ui/sheet.tsx'
import { Notice } from '../../_ui/status-badge.tsx'
import { stopReviewApp } from './actions.ts'
import { OperationProgress } from './operation-progress.tsx'

const victimIcons: Record<Victim['kind'], IconName> = { environment: 'stop', app: 'box', database: 'database' }
const victimVerbs: Record<Victim['kind'], string> = { environment: 'stopped', app: 'destroyed', database: 'destroyed' }

/** Says by name what is stopped and what is destroyed, before it is; then the operation as it goes. */
export function StopDialog({
  preview,
  operations,
  operationId,
  projectUrl,
  closeHref,
  mayAct,
}: {
  preview: Awaited<ReturnType<typeof stopPreview>>
  /** Newest first, of the project or of the environment. */
  operations: readonly Operation[]
  /** The one that was pressed from here. */
  operationId: string | undefined
  projectUrl: string
  closeHref: string
  mayAct: boolean
}) {
  const { row, decision, victims } = preview
  const name = row.environment?.name ?? row.key
  const operation = operations.find(({ id, kind, status, environmentId }) =>
    operationId ? id === operationId : kind === 'stop' && status === 'running' && environmentId === row.environment?.id,
  )
  return (
    <Sheet title={`Stop ${name}`} closeHref={closeHref} shape="center">
      {operation ? (
        <OperationProgress
          operation={operation}
          jobUrl={operation.jobId && `${projectUrl}/-/jobs/${operation.jobId}`}
          closeHref={closeHref}
        />
      ) : (
        <>
          <div className="flex flex-col gap-3 overflow-y-auto px-5 py-4">
            {decision.allowed ? (
              <Victims victims={victims} hasBranch={row.branch !== null} />
            ) : (
              <Notice tone="attention">{decision.reason}</Notice>
            )}
          </div>
          <footer className="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] max-md:*:flex-1">
            <Link href={closeHref} scroll={false} className={button('plain')}>
              Keep it
            </Link>
            {decision.allowed && mayAct && row.environment && (
              <AskButton
                ask={stopReviewApp.bind(null, { projectId: row.projectId, environmentId: row.environment.id })}
                follows
                className={button('danger')}
              >
                Stop {name}
              </AskButton>
            )}
          </footer>
        </>
      )}
    </Sheet>
  )
}

function Victims({ victims, hasBranch }: { victims: readonly Victim[]; hasBranch: boolean }) {
  return (
    <>
      <p className="text-ink-soft">What goes away:</p>
      <ul className="divide-y rounded-lg border">
        {victims.map(({ kind, name, words }) => (
          <li key={kind} className="flex items-start gap-3 px-3 py-2.5">
            <Icon name={victimIcons[kind]} className="mt-0.5 size-4 text-ink-faint" />
            <div className="min-w-0 flex-1">
              <p className="flex items-baseline gap-2">
                <span className="font-mono text-sm [overflow-wrap:anywhere]">{name}</span>
                <span
                  className={`ml-auto text-xs ${kind === 'environment' ? 'text-ink-soft' : 'font-medium text-critical'}`}
                >
                  {victimVerbs[kind]}
                </span>
              </p>
              <p className="text-pretty text-sm text-ink-soft">{words}</p>
            </div>
          </li>
        ))}
      </ul>
      {victims.some(({ kind }) => kind === 'database') && (
        <p className="text-pretty text-sm text-ink-soft">
          The data in the database cannot be brought back.{hasBranch && ' The branch stays.'}
        </p>
      )}
    </>
  )
}
