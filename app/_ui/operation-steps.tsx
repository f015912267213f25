import type { Operation, OperationStep } from '#lib/domain/operation.ts'
import { RelativeTime } from './relative-time.tsx'
import { StatusIcon } from './status-badge.tsx'
import { stepLooks } from './status-looks.ts'

const stepTitles: Record<Operation['kind'], Record<OperationStep['name'], string>> = {
  promote: { decide: 'Check', act: 'Start the deployment', follow: 'Deploy', verify: 'Look on Dokku' },
  rollback: { decide: 'Check', act: 'Start the job again', follow: 'Deploy', verify: 'Look on Dokku' },
  redeploy: { decide: 'Check', act: 'Start the job again', follow: 'Deploy', verify: 'Look on Dokku' },
  stop: { decide: 'Check', act: 'Ask GitLab to stop', follow: 'Run the stop job', verify: 'Look on Dokku' },
  'job.retry': { decide: 'Check', act: 'Retry the job', follow: 'Run', verify: 'Look on Dokku' },
  'job.cancel': { decide: 'Check', act: 'Cancel the job', follow: 'Wait for the end', verify: 'Look on Dokku' },
  sweep: { decide: 'Plan', act: 'Begin', follow: 'One by one', verify: 'Count' },
  'app.restart': { decide: 'Check', act: 'Restart on Dokku', follow: 'Wait', verify: 'Look on Dokku' },
  'app.rebuild': { decide: 'Check', act: 'Rebuild on Dokku', follow: 'Wait', verify: 'Look on Dokku' },
  'app.scale': { decide: 'Check', act: 'Scale on Dokku', follow: 'Wait', verify: 'Look on Dokku' },
  'app.unlock': { decide: 'Check', act: 'Unlock on Dokku', follow: 'Wait', verify: 'Look on Dokku' },
  'variables.create': { decide: 'Check', act: 'Create in GitLab', follow: 'Wait', verify: 'Look at GitLab and Dokku' },
  'release.rollback': { decide: 'Check', act: 'Ask Heroku', follow: 'Release', verify: 'Look on Heroku' },
  'dynos.restart': { decide: 'Check', act: 'Restart on Heroku', follow: 'Wait', verify: 'Look on Heroku' },
  maintenance: { decide: 'Check', act: 'Ask Heroku', follow: 'Wait', verify: 'Look on Heroku' },
}

const titleOf = ({ kind, isOnHeroku }: Operation, name: OperationStep['name']): string =>
  stepTitles[kind][name].replace('Dokku', isOnHeroku ? 'Heroku' : 'Dokku')

/** The beats of an operation, one below the other, each with what it says now. */
export function OperationSteps({ operation }: { operation: Operation }) {
  return (
    <ol className="flex flex-col" aria-label="Progress">
      {operation.steps.map((step, index) => (
        <li key={step.name} className="relative flex gap-3 pb-3 last:pb-0">
          {index < operation.steps.length - 1 && (
            <span aria-hidden="true" className="absolute top-5 bottom-0 left-[7.5px] w-px bg-line" />
          )}
          <StatusIcon tone={stepLooks[step.status].tone} icon={stepLooks[step.status].icon} className="mt-0.5 size-4" />
          <div className="min-w-0 flex-1">
            <p className="flex items-baseline gap-2 text-sm">
              <span className={step.status === 'waiting' ? 'text-ink-faint' : 'font-medium'}>
                {titleOf(operation, step.name)}
              </span>
              <span className="sr-only">{stepLooks[step.status].words}</span>
              {step.endedAt && <RelativeTime at={step.endedAt} className="ml-auto text-xs text-ink-faint" />}
            </p>
            {step.words && step.status !== 'waiting' && (
              <p
                className={`text-pretty text-sm [overflow-wrap:anywhere] ${step.status === 'failed' ? 'text-critical' : 'text-ink-soft'}`}
              >
                {step.words}
              </p>
            )}
          </div>
        </li>
      ))}
    </ol>
  )
}
