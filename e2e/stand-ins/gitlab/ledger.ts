/** Every API request so far, for tests that count them. */
export interface Ledger {
  total: number
  /** By route, e.g. `GET /projects/:id/environments`. */
  byRoute: Record<string, number>
  /** The last thousand, oldest first. */
  requests: { at: Date; method: string; path: string; status: number }[]
}

export const emptyLedger = (): Ledger => ({ total: 0, byRoute: {}, requests: [] })

export function enter(ledger: Ledger, route: string, request: { method: string; path: string; status: number }): void {
  ledger.total += 1
  ledger.byRoute[route] = (ledger.byRoute[route] ?? 0) + 1
  ledger.requests.push({ at: new Date(), ...request })
  if (ledger.requests.length > 1000) ledger.requests.shift()
}
