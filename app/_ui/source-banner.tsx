import type { SourceState } from '#lib/domain/source.ts'
import { ClockTime, RelativeTime } from './relative-time.tsx'
import { Notice } from './status-badge.tsx'

/** Without a failure and without news for this long, nobody asks the source any more. */
const silentAfterMs = 5 * 60_000

/** What a person calls a source. */
export function sourceName(id: string): string {
  const [system, host] = id.split(':')
  return system === 'dokku' ? `Dokku host ${host}` : 'GitLab'
}

/** One line for each source whose facts are old, and why. Nothing while all is well. */
export function SourceBanner({ sources, asOf }: { sources: readonly SourceState[]; asOf: Date }) {
  const troubled = sources.filter((source) => source.failure || isSilent(source, asOf))
  if (troubled.length === 0) return null
  return (
    <div role="status" className="flex flex-col gap-2">
      {troubled.map((source) => (
        <Notice key={source.id} tone="attention">
          <Trouble source={source} />
        </Notice>
      ))}
    </div>
  )
}

function Trouble({ source: { id, failure, failingSince, observedAt } }: { source: SourceState }) {
  if (!failure) {
    return (
      <>
        <strong className="font-semibold">Nobody has asked {sourceName(id)}</strong> since{' '}
        {observedAt && <ClockTime at={observedAt} />}: Berth's worker does not seem to run.
      </>
    )
  }
  return (
    <>
      <strong className="font-semibold">
        {sourceName(id)} has not answered{failingSince ? ' since ' : ''}
        {failingSince && <ClockTime at={failingSince} />}
      </strong>
      {' · '}
      {observedAt ? (
        <>
          what you see is from <ClockTime at={observedAt} />
        </>
      ) : (
        'nothing of it has been seen yet'
      )}
      {' · '}
      <span className="text-ink-soft">{failure.message}</span>
    </>
  )
}

const isSilent = ({ observedAt }: SourceState, asOf: Date): boolean =>
  observedAt !== null && asOf.getTime() - observedAt.getTime() > silentAfterMs

/** How old each source's facts are, quietly: `GitLab just now · Dokku host review 20 s ago`. */
export function SourceAges({ sources }: { sources: readonly SourceState[] }) {
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-ink-faint" aria-label="How old the facts are">
      {sources
        .filter(({ id }) => id !== 'gitlab')
        .map(({ id, observedAt }) => (
          <li key={id}>
            {sourceName(id)} {observedAt ? <RelativeTime at={observedAt} /> : 'not seen yet'}
          </li>
        ))}
    </ul>
  )
}
