import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'

/** Every address of a host name, IPv4 first; `null` when it has none. */
export type Resolve = (hostName: string) => Promise<string[] | null>

/**
 * Asks as a visitor's browser would: through the system, so that `/etc/hosts` counts. A question under way is shared:
 * the system's resolver cannot be called off, and one name whose servers are silent must not occupy several threads.
 */
export function systemResolver(): Resolve {
  const underWay = new Map<string, Promise<string[] | null>>()
  return (hostName) => {
    const known = addressesWithoutAsking(hostName)
    if (known) return Promise.resolve(known)
    const shared = underWay.get(hostName)
    if (shared) return shared
    const asked = ask(hostName).finally(() => underWay.delete(hostName))
    underWay.set(hostName, asked)
    return asked
  }
}

/** `localhost` and all below it are this machine, whatever a server says (RFC 6761, 6.3); an address is its own. */
function addressesWithoutAsking(hostName: string): string[] | null {
  const bare = hostName.replace(/^\[(.*)\]$/, '$1')
  if (isIP(bare)) return [bare]
  return /(^|\.)localhost\.?$/i.test(hostName) ? ['127.0.0.1', '::1'] : null
}

async function ask(hostName: string): Promise<string[] | null> {
  try {
    const answers = await lookup(hostName, { all: true, order: 'ipv4first' })
    return answers.map(({ address }) => address)
  } catch {
    return null
  }
}
