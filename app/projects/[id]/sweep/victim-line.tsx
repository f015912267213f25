import type { SweepStep, Victim } from '#lib/domain/sweep.ts'
import { bytes } from '../../../_ui/bytes.ts'
import { RelativeTime } from '../../../_ui/relative-time.tsx'

/** One victim: why it may go, what it is joined to, and exactly what happens to what, in order. */
export function VictimLine({ victim, isKept = false }: { victim: Victim; isKept?: boolean }) {
  const { title, reason, environment, mergeRequest, lastDeployedAt, steps } = victim
  return (
    <div className={`min-w-0 flex-1 ${isKept ? 'opacity-50' : ''}`}>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="min-w-0 truncate font-medium">{title}</span>
        {mergeRequest && (
          <a href={mergeRequest.webUrl} className="min-w-0 truncate text-ink-soft hover:text-ink hover:underline">
            <span className="text-ink-faint">!{mergeRequest.iid}</span> {mergeRequest.title}
          </a>
        )}
        <span className="ml-auto shrink-0 text-xs text-ink-faint">
          {lastDeployedAt ? (
            <>
              deployed <RelativeTime at={lastDeployedAt} />
            </>
          ) : (
            environment && 'never deployed'
          )}
        </span>
      </p>
      <p className="text-pretty text-ink-soft">{reason}</p>
      <ol className={`mt-1 flex flex-wrap gap-x-3 gap-y-0.5 text-xs ${isKept ? 'line-through' : ''}`}>
        {steps.map((step) => (
          <li key={step} className="flex min-w-0 items-baseline gap-1">
            <span className={step === 'stop' ? 'text-ink-soft' : 'font-medium text-critical'}>{stepVerbs[step]}</span>
            <span className="min-w-0 truncate font-mono text-2xs text-ink-soft">{stepObject(step, victim)}</span>
          </li>
        ))}
      </ol>
    </div>
  )
}

const stepVerbs: Record<SweepStep, string> = { stop: 'stop', 'destroy-app': 'destroy', 'destroy-database': 'destroy' }

function stepObject(step: SweepStep, { environment, app, database }: Victim): string {
  if (step === 'stop') return environment?.name ?? ''
  if (step === 'destroy-app') return app ? `${app.app} on ${app.host}` : ''
  if (!database) return ''
  const size = database.sizeBytes === null ? '' : `, ${bytes(database.sizeBytes)}`
  return `${database.plugin} database ${database.name}${size}`
}
