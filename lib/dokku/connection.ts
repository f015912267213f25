import type { Client } from 'ssh2'
import { BerthError } from '#lib/domain/errors.ts'
import type { DokkuHostSettings } from './contract.ts'
import { type DialOptions, dial } from './dial.ts'
import type { HostKey } from './host-key.ts'

/** One kept connection to one host: opened when first needed, and again when it was lost. */
export interface Connection {
  /** The open connection, or the outcome of the one attempt that all callers share. */
  client(): Promise<Client>
  /** This connection proved dead. */
  drop(client: Client): void
  /** Ends the connection and forgets its failures; the next call opens a new one. */
  close(): void
  /** Ends the connection, on which nothing runs, until it is needed again; a failure to open it stays remembered. */
  rest(): void
  /** Connections opened since it was made. */
  readonly openedCount: number
  /** Times it was closed on purpose. */
  readonly closedCount: number
  /** See `Dokku.refusedKey`. */
  readonly refusedKey: string | null
  /** The key by which the host was let in last; `null` until it was. */
  readonly hostKey: HostKey | null
}

export interface ConnectionOptions extends Omit<DialOptions, 'onHostKey'> {
  /** The pause after the first failed attempt; it doubles with each, up to `longestBackoffMs`. */
  backoffMs: number
  longestBackoffMs: number
}

/** A failed attempt, remembered so that callers are not kept waiting for the same failure. */
interface Outage {
  error: BerthError
  since: Date
  attempts: number
  retryAt: number
}

export function createConnection(host: DokkuHostSettings, options: ConnectionOptions): Connection {
  let kept: Client | undefined
  let dialing: Promise<Client> | undefined
  let outage: Outage | undefined
  let refusedKey: string | null = null
  let hostKey: HostKey | null = null
  let openedCount = 0
  let closedCount = 0

  function onHostKey(shown: HostKey, accepted: boolean): void {
    refusedKey = accepted ? null : shown.fingerprint
    if (accepted) hostKey = shown
  }

  async function open(): Promise<Client> {
    const closedBefore = closedCount
    try {
      const client = await dial(host, { ...options, onHostKey })
      openedCount++
      outage = undefined
      if (closedCount > closedBefore) client.destroy()
      else kept = client
      client.once('close', () => drop(client))
      return client
    } catch (error) {
      if (error instanceof BerthError && closedCount === closedBefore) outage = worsened(outage, error, options)
      throw error
    } finally {
      if (closedCount === closedBefore) dialing = undefined
    }
  }

  function drop(client: Client): void {
    if (kept === client) kept = undefined
    client.destroy()
  }

  function close(): void {
    closedCount++
    kept?.destroy()
    kept = undefined
    dialing = undefined
    outage = undefined
  }

  return {
    async client() {
      if (kept) return kept
      if (dialing) return dialing
      if (outage && Date.now() < outage.retryAt) throw stillOut(outage)
      dialing = open()
      return dialing
    },
    drop,
    close,
    rest() {
      if (kept || dialing) close()
    },
    get openedCount() {
      return openedCount
    },
    get closedCount() {
      return closedCount
    },
    get refusedKey() {
      return refusedKey
    },
    get hostKey() {
      return hostKey
    },
  }
}

function worsened(outage: Outage | undefined, error: BerthError, options: ConnectionOptions): Outage {
  const attempts = (outage?.attempts ?? 0) + 1
  const waitMs = Math.min(options.backoffMs * 2 ** (attempts - 1), options.longestBackoffMs)
  return { error, attempts, since: outage?.since ?? new Date(), retryAt: Date.now() + waitMs }
}

/** The remembered failure in its own words, with what the wait adds to it. */
function stillOut({ error, since, retryAt }: Outage): BerthError {
  const retryAfterSeconds = Math.max(1, Math.ceil((retryAt - Date.now()) / 1000))
  const wait = `It has failed since ${since.toISOString()}; the next attempt is in ${retryAfterSeconds} s.`
  return new BerthError(error.kind, 'dokku', `${error.message} ${wait}`, { cause: error, retryAfterSeconds })
}
