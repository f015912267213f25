import { createHash } from 'node:crypto'
import ssh2 from 'ssh2'
import { BerthError } from '#lib/domain/errors.ts'
import type { DokkuHostSettings } from './contract.ts'

/** The key that a host showed. */
export interface HostKey {
  /** OpenSSH form: `SHA256:` and base64 without padding. */
  fingerprint: string
  /** `ssh-ed25519`, … */
  type: string
  /** The key itself in base64, as `known_hosts` has it. */
  base64: string
}

export function hostKeyOf(key: Buffer): HostKey {
  const parsed = ssh2.utils.parseKey(key)
  return {
    fingerprint: hashed(key),
    type: parsed instanceof Error ? 'unknown type' : parsed.type,
    base64: key.toString('base64'),
  }
}

/** The fingerprint of a public key in OpenSSH form, `ssh-ed25519 AAAA…`. */
export const fingerprintOf = (line: string): string => hashed(Buffer.from(line.trim().split(/\s+/)[1] ?? '', 'base64'))

const hashed = (key: Buffer): string => `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`

/** Why a host with this key is not talked to, and what a person does about it. */
export function refusedHostKey({ name, hostKeyFingerprint }: DokkuHostSettings, shown: HostKey): BerthError {
  const file = `/etc/ssh/ssh_host_${shown.type.replace(/^ssh-/, '').split('-')[0]}_key.pub`
  const check =
    `Compare it on the host itself with "ssh-keygen -lf ${file}"; ` +
    `only if it is the same, pin ${shown.fingerprint} in the settings of the host.`
  const words =
    hostKeyFingerprint === null
      ? `Dokku host "${name}" has no pinned key. It showed ${shown.fingerprint} (${shown.type}).`
      : `Dokku host "${name}" showed the key ${shown.fingerprint} (${shown.type}), but ${hostKeyFingerprint} is pinned: ` +
        `the host was set up anew, or somebody stands in between.`
  return new BerthError('refused', 'dokku', `${words} ${check}`)
}
