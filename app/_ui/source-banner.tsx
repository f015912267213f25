import type { ErrorKind } from '#lib/domain/errors.ts'
import type { SourceState } from '#lib/domain/source.ts'
import { ClockTime, RelativeTime } from './relative-time.tsx'
import { Notice } from './status-badge.tsx'

/** Not even tried for this long, though nothing failed: whoever asks the sources has stopped. */
const silentAfterMs = 15 * 60_000

/** What a person calls a source. The list of projects and a project of it are both GitLab. */
function sourceName(id: string): string {
  const [system, host] = id.split(':')
  if (system === 'heroku') return 'Heroku'
  return system === 'dokku' ? `Dokku host ${host}` : 'GitLab'
}

/** Says of each source that does not answer since when and why, and how old what one sees is. Nothing while all is well. */
export function SourceBanner({ sources, asOf }: { sources: readonly SourceState[]; asOf: Date }) {
  const failing = oneOfEachName(sources.filter(({ failure }) => failure))
  const silent = sources.filter((source) => isSilent(source, asOf))
  if (failing.length === 0 && silent.length === 0) return null
  return (
    <div role="status" className="flex flex-col gap-2">
      {failing.map((source) => (
        <Notice key={source.id} tone="attention">
          <Failing source={source} />
        </Notice>
      ))}
      {silent.length > 0 && (
        <Notice tone="attention">
          <strong className="font-semibold">
            Nobody has asked{' '}
            {oneOfEachName(silent)
              .map(({ id }) => sourceName(id))
              .join(', ')}{' '}
            for a while.
          </strong>{' '}
          Berth’s worker does not seem to run; what you see may be old.
        </Notice>
      )}
    </div>
  )
}

function Failing({ source: { id, failure, failingSince, observedAt } }: { source: SourceState }) {
  return (
    <>
      <strong className="font-semibold">
        {sourceName(id)} {failure && troubleWords(failure.kind)}
        {failingSince && ' since '}
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
      <span className="text-ink-soft">{failure?.message}</span>
    </>
  )
}

/** A host with another key did answer, and so did one that keeps Berth out: a person looks elsewhere for each. */
function troubleWords(kind: ErrorKind): string {
  if (kind === 'refused') return 'is not trusted'
  return kind === 'forbidden' ? 'does not let Berth in' : 'has not answered'
}

function isSilent({ attemptedAt, failure }: SourceState, asOf: Date): boolean {
  return !failure && attemptedAt !== null && asOf.getTime() - attemptedAt.getTime() > silentAfterMs
}

/** GitLab's project list and a project fail together; a person needs to read it once. */
function oneOfEachName(sources: readonly SourceState[]): SourceState[] {
  return [...new Map(sources.map((source) => [sourceName(source.id), source])).values()]
}

/** How old each source's facts are, quietly: `GitLab just now`, `Dokku host review 20 s ago`. */
export function SourceAges({ sources }: { sources: readonly SourceState[] }) {
  const shown = sources
    .filter(({ id }) => id !== 'gitlab')
    .toSorted((one, other) => Number(isPlatform(one)) - Number(isPlatform(other)))
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-ink-faint" aria-label="How old the facts are">
      {shown.map(({ id, observedAt }) => (
        <li key={id}>
          {sourceName(id)} {observedAt ? <RelativeTime at={observedAt} /> : 'not seen yet'}
        </li>
      ))}
    </ul>
  )
}

const isPlatform = ({ id }: SourceState): boolean => !id.startsWith('gitlab')
