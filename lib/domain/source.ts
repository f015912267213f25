import type { Failure } from './errors.ts'

/** How fresh what Berth knows from one source is. */
export interface SourceState {
  /** `gitlab`, `gitlab:<project id>` or `dokku:<host>`. */
  id: string
  observedAt: Date | null
  attemptedAt: Date | null
  failingSince: Date | null
  failure: Failure | null
}

/** When a source was last seen, and since when it cannot be. */
export type Sight = Pick<SourceState, 'observedAt' | 'failingSince'>

/** A source that fails and was not seen for this long says nothing about now. */
export const silentMinutes = 5

/** One that does not fail was seen as lately as it was to be asked: hourly at most, and a look may take minutes. */
export const unseenMinutes = 65

/** Whether a source is too old to know what it says about now; it always is before it was first seen. */
export function isTooOld({ observedAt, failingSince }: Sight, asOf: Date): boolean {
  if (observedAt === null) return true
  const limitMinutes = failingSince === null ? unseenMinutes : silentMinutes
  return asOf.getTime() - observedAt.getTime() > limitMinutes * 60_000
}
