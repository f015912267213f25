import ssh2, { type Client } from 'ssh2'
import { BerthError } from '#lib/domain/errors.ts'
import type { DokkuHostSettings } from './contract.ts'
import { type HostKey, hostKeyOf, refusedHostKey } from './host-key.ts'

export interface DialOptions {
  /** Text of the key file; `null` when none is configured. */
  privateKey: string | null
  connectTimeoutMs: number
  keepaliveMs: number
  /** Told which key the host showed before it is judged. */
  onHostKey(key: HostKey, accepted: boolean): void
}

/**
 * Opens and authenticates one connection. Fails with `refused` for the host's key, `forbidden` for ours, `invalid` when ours
 * cannot be read, `unavailable` when the host does not answer.
 */
export async function dial(host: DokkuHostSettings, options: DialOptions): Promise<Client> {
  const privateKey = readable(options.privateKey)
  const client = new ssh2.Client()
  const { promise, resolve, reject } = Promise.withResolvers<Client>()
  let refusal: BerthError | undefined

  client.once('ready', () => resolve(client))
  // A session is a ping-pong of small packets; held back to be sent together, each command would cost 0.2 s more.
  client.once('connect', () => client.setNoDelay(true))
  // Stays for the life of the connection: an error event without a listener would end the process.
  client.on('error', (error) => {
    reject(refusal ?? dialFailure(host, privateKey, error))
    client.destroy()
  })
  client.once('close', () => reject(unreachable(host, 'the connection was closed while it was being opened')))
  client.connect({
    host: host.address,
    port: host.port,
    username: host.user,
    privateKey,
    authHandler: ['publickey'],
    readyTimeout: options.connectTimeoutMs,
    keepaliveInterval: options.keepaliveMs,
    keepaliveCountMax: 2,
    hostVerifier: (key: Buffer) => {
      const shown = hostKeyOf(key)
      const accepted = shown.fingerprint === host.hostKeyFingerprint
      options.onHostKey(shown, accepted)
      if (!accepted) refusal = refusedHostKey(host, shown)
      return accepted
    },
  })
  return promise
}

export const unreachable = ({ name }: DokkuHostSettings, reason: string): BerthError =>
  new BerthError('unavailable', 'dokku', `Dokku host "${name}" cannot be reached: ${reason}.`)

function readable(privateKey: string | null): string {
  if (privateKey === null)
    throw new BerthError('invalid', 'dokku', 'No private key is configured with which Berth could enter Dokku hosts.')
  const parsed = ssh2.utils.parseKey(privateKey)
  if (parsed instanceof Error)
    throw new BerthError('invalid', 'dokku', `The private key for Dokku hosts cannot be used: ${parsed.message}.`)
  if (!parsed.isPrivateKey())
    throw new BerthError('invalid', 'dokku', 'The private key for Dokku hosts cannot be used: it is the public half.')
  return privateKey
}

function dialFailure(host: DokkuHostSettings, privateKey: string, error: Error & { code?: unknown; level?: unknown }) {
  if (error.level === 'client-authentication') return refusedKey(host, privateKey)
  return unreachable(host, error.message || String(error.code ?? 'no reason was given'))
}

/** Our public half is shown whole, since it is what the person has to add. */
function refusedKey({ name }: DokkuHostSettings, privateKey: string): BerthError {
  const parsed = ssh2.utils.parseKey(privateKey)
  const line = parsed instanceof Error ? '' : `${parsed.type} ${parsed.getPublicSSH().toString('base64')}`
  return new BerthError(
    'forbidden',
    'dokku',
    `Dokku host "${name}" does not let Berth's key in. Add it there: echo "${line}" | sudo dokku ssh-keys:add berth`,
  )
}
