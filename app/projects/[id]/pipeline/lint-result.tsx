import type { StopForecast } from '#lib/domain/stop-forecast.ts'
import { Icon } from '../../../_ui/icon.tsx'
import type { Drafted } from './use-draft.ts'

/** What GitLab's lint says of the whole file, in its words, and whether its review apps will stop. */
export function LintResult({
  drafted,
  isFlawed,
  refusal,
}: {
  drafted: Drafted | null
  isFlawed: boolean
  refusal: string | null
}) {
  if (refusal !== null) {
    return (
      <p className="flex items-center gap-2 text-pretty text-ink-soft">
        <Icon name="lock" /> {refusal}
      </p>
    )
  }
  return (
    <div role="status" aria-label="GitLab’s lint" className="flex flex-col gap-1.5">
      {isFlawed ? (
        <p className="flex gap-2 text-attention">
          <Icon name="alert" className="mt-0.5 size-4" /> Correct what is marked; then GitLab is asked.
        </p>
      ) : drafted === null ? (
        <p className="flex gap-2 text-ink-soft">
          <Icon name="spinner" className="mt-0.5 size-4 animate-turn" /> Asking GitLab …
        </p>
      ) : (
        <Answer drafted={drafted} />
      )}
    </div>
  )
}

function Answer({ drafted }: { drafted: Drafted }) {
  if ('failure' in drafted) {
    return (
      <p className="flex gap-2 text-pretty text-critical">
        <Icon name="cross" className="mt-0.5 size-4" /> {drafted.failure.message}
      </p>
    )
  }
  const { lint, forecasts } = drafted.done
  return (
    <>
      <p className={`flex gap-2 ${lint.valid ? 'text-ok' : 'text-critical'}`}>
        <Icon name={lint.valid ? 'check' : 'cross'} className="mt-0.5 size-4" />
        {lint.valid ? 'GitLab’s lint: the file is valid.' : 'GitLab’s lint refuses the file:'}
      </p>
      {[...lint.errors, ...lint.warnings].length > 0 && (
        <ul className="flex flex-col gap-1 pl-6">
          {lint.errors.map((words) => (
            <li key={words} className="text-pretty break-words text-critical">
              {words}
            </li>
          ))}
          {lint.warnings.map((words) => (
            <li key={words} className="text-pretty break-words text-attention">
              {words}
            </li>
          ))}
        </ul>
      )}
      {forecasts.map((forecast) => (
        <Forecast key={forecast.deployJob} forecast={forecast} />
      ))}
    </>
  )
}

function Forecast({ forecast: { deployJob, willStop, checks } }: { forecast: StopForecast }) {
  const failed = checks.filter(({ passed }) => !passed)
  const look = willStop ? (failed.length === 0 ? 'text-ok' : 'text-attention') : 'text-critical'
  return (
    <>
      <p className={`flex gap-2 text-pretty ${look}`}>
        <Icon name={willStop ? (failed.length === 0 ? 'check' : 'alert') : 'cross'} className="mt-0.5 size-4" />
        {willStop ? `What ${deployJob} deploys can be stopped.` : `What ${deployJob} deploys would stay up:`}
      </p>
      {failed.length > 0 && (
        <ul className="flex flex-col gap-1 pl-6">
          {failed.map(({ name, words, evidence }) => (
            <li key={name} className="text-pretty text-ink-soft" title={evidence}>
              {words}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
