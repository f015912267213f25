import { type BlockList, isIP, type LookupFunction } from 'node:net'
import { entry, type NamedBy } from './address.ts'
import type { Resolve } from './names.ts'

/** Where a request to a URL may connect to, or why nowhere. */
export type Way = { addresses: string[] } | { failure: 'name' | 'address'; reason: string }

/**
 * Resolves the URL's host once and judges its addresses. Connect with `answeringWith` these: between two answers of a server
 * that lies nothing is looked up again.
 */
export async function wayTo(
  url: URL,
  namedBy: NamedBy,
  { networks, resolve }: { networks: BlockList; resolve: Resolve },
  signal: AbortSignal,
): Promise<Way> {
  const port = refusedPort(url)
  if (port !== null) return { failure: 'address', reason: `Port ${port} is not one of a site.` }
  const addresses = await Promise.race([resolve(url.hostname), endOf(signal)])
  if (addresses === null || addresses.length === 0)
    return { failure: 'name', reason: `The name ${url.hostname} could not be resolved.` }
  const decisions = addresses.map((address) => ({ address, decision: entry(address, namedBy, networks) }))
  const open = decisions.filter(({ decision }) => decision.allowed).map(({ address }) => address)
  if (open.length > 0) return { addresses: open }
  const reasons = decisions.flatMap(({ decision }) => (decision.allowed ? [] : [decision.reason]))
  return { failure: 'address', reason: `${url.hostname} may not be entered: ${reasons.sort().join(' ')}` }
}

/** Node's resolver that knows only these addresses. It asks for one or for all, depending on how it connects. */
export const answeringWith = (addresses: readonly string[]): LookupFunction => {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_hostName, { all }, answer) => {
    if (all) answer(null, answers)
    else answer(null, answers[0]?.address ?? '', answers[0]?.family)
  }
}

/** Below 1024 live mail, SSH and their like, which a request must not reach in a site's name. */
const refusedPort = ({ port }: URL): number | null =>
  port !== '' && Number(port) < 1024 && port !== '80' && port !== '443' ? Number(port) : null

/** `null` once the signal is aborted. */
const endOf = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(null)
    else signal.addEventListener('abort', () => resolve(null), { once: true })
  })
