import { type Finding, type KnownFindings, remembered } from './finding.ts'
import type { SourceState } from './source.ts'

/** What can be the matter with Heroku itself. One failed look is a bad moment; the second in a row is a finding. */
export function herokuFindings(source: SourceState | null, known: KnownFindings, asOf: Date): Finding[] {
  const { failure, failingSince, attemptedAt } = source ?? {}
  if (!failure || !failingSince || !attemptedAt || attemptedAt <= failingSince) return []
  const isRefused = failure.kind === 'forbidden'
  const found = {
    kind: isRefused ? ('heroku-key-refused' as const) : ('heroku-unreachable' as const),
    subject: { kind: 'heroku' as const },
    severity: 'critical' as const,
    words: isRefused
      ? 'Heroku does not take Berth’s key; what is shown of it is as old as its last answer.'
      : 'Heroku cannot be asked; what is shown of it is as old as its last answer.',
    evidence: [{ source: 'heroku', words: failure.message }],
    resolutions: [
      {
        act: 'by-hand' as const,
        words: isRefused
          ? 'Make a new key with "heroku authorizations:create" and give it to Berth.'
          : 'See what status.heroku.com says, and whether Berth may reach Heroku.',
      },
    ],
    since: failingSince,
  }
  return [remembered(found, known, asOf)]
}
