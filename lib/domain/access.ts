/** Where a request came in. */
export type Via = 'page' | 'api' | 'policy' | 'system'

/**
 * Who asks. `may` is what Berth lets them do: `look` reads, `act` also changes. The operator and API tokens act unless the
 * instance is read-only; `system` is Berth itself continuing what somebody asked for.
 */
export interface Actor {
  kind: 'operator' | 'token' | 'system'
  name: string
  via: Via
  may: 'look' | 'act'
}
