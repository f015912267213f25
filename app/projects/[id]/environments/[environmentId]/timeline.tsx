import type { DokkuEvent } from '#lib/domain/dokku-app.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { operationWords } from '#lib/domain/operation-words.ts'
import type { TimelineEntry } from '#lib/domain/timeline.ts'
import { OperationSteps } from '../../../../_ui/operation-steps.tsx'
import { RelativeTime } from '../../../../_ui/relative-time.tsx'
import { Scroller } from '../../../../_ui/scroller.tsx'
import { StatusIcon } from '../../../../_ui/status-badge.tsx'
import { operationLooks, type StatusLook } from '../../../../_ui/status-looks.ts'
import { type Deploying, DeploymentLine } from './deployment-line.tsx'
import { ReleaseLine } from './release-line.tsx'

/** What GitLab deployed, what happened on Dokku or Heroku and what somebody asked of Berth, in one order, newest first. */
export function Timeline({ entries, deploying }: { entries: readonly TimelineEntry[]; deploying: Deploying }) {
  return (
    <section aria-labelledby="timeline" className="overflow-hidden rounded-xl border bg-surface">
      <h2 id="timeline" className="border-b px-4 py-2.5 font-semibold">
        Timeline
      </h2>
      {entries.length === 0 ? (
        <p className="px-4 py-8 text-center text-ink-faint">Nothing has happened here yet.</p>
      ) : (
        <Scroller label="What happened" className="max-h-[44rem]">
          <ol className="divide-y text-sm">
            {entries.map((entry) => (
              <Entry key={keyOf(entry)} entry={entry} deploying={deploying} />
            ))}
          </ol>
        </Scroller>
      )}
    </section>
  )
}

function Entry({ entry, deploying }: { entry: TimelineEntry; deploying: Deploying }) {
  switch (entry.kind) {
    case 'deployment':
      return <DeploymentLine deployment={entry.deployment} deploying={deploying} />
    case 'operation':
      return <OperationLine operation={entry.operation} />
    case 'event':
      return <EventLine event={entry.event} />
    case 'release':
      return <ReleaseLine release={entry.release} deploying={deploying} />
  }
}

function keyOf(entry: TimelineEntry): string {
  if (entry.kind === 'deployment') return `deployment ${entry.deployment.id}`
  if (entry.kind === 'operation') return entry.operation.id
  if (entry.kind === 'release') return `release ${entry.release.version}`
  return `event ${entry.at.getTime()} ${entry.event.kind} ${entry.event.process}`
}

/** What runs or failed is told step by step. */
function OperationLine({ operation }: { operation: Operation }) {
  const look = operationLooks[operation.status]
  return (
    <li className="px-4 py-2.5">
      <p className="flex items-center gap-2">
        <StatusIcon tone={look.tone} icon={look.icon} />
        <span className="min-w-0 truncate">{operationWords(operation)}</span>
        <span className="ml-auto shrink-0 text-xs text-ink-faint">
          {operation.requestedBy} · <RelativeTime at={operation.createdAt} terse />
        </span>
      </p>
      {operation.failure && <p className="mt-0.5 pl-6 text-pretty text-critical">{operation.failure.message}</p>}
      {operation.status === 'running' && (
        <div className="mt-2.5 pl-6">
          <OperationSteps operation={operation} />
        </div>
      )}
    </li>
  )
}

const eventLooks: Record<DokkuEvent['kind'], Pick<StatusLook, 'tone' | 'icon'>> = {
  created: { tone: 'none', icon: 'box' },
  destroyed: { tone: 'none', icon: 'close' },
  deployed: { tone: 'ok', icon: 'rocket' },
  started: { tone: 'ok' },
  died: { tone: 'critical' },
  restarting: { tone: 'critical', icon: 'retry' },
  stopped: { tone: 'none', icon: 'stop' },
  locked: { tone: 'attention', icon: 'lock' },
  unlocked: { tone: 'none', icon: 'lock' },
  scaled: { tone: 'none', icon: 'box' },
}

function EventLine({ event: { kind, words, at } }: { event: DokkuEvent }) {
  const { tone, icon } = eventLooks[kind]
  return (
    <li className="flex items-center gap-2 px-4 py-2 text-ink-soft">
      <StatusIcon tone={tone} icon={icon} />
      <span className="min-w-0 [overflow-wrap:anywhere]">{words}</span>
      <span className="ml-auto shrink-0 text-xs text-ink-faint">
        Dokku · <RelativeTime at={at} terse />
      </span>
    </li>
  )
}
