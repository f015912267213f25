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
