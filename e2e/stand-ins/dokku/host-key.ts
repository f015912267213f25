import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateKeyPair } from './key-pair.ts'

/** The key a host shows. */
export interface HostKey {
  privateKey: string
  /** `ssh-ed25519 AAAA…`, as a known_hosts line goes on after the host. */
  line: string
  /** `SHA256:…` */
  fingerprint: string
}

/** The key kept in `dir`, made when there is none. */
export function openHostKey(dir: string): HostKey {
  const file = join(dir, 'host_key')
  return existsSync(file) ? read(file) : rotateHostKey(dir)
}

export function rotateHostKey(dir: string): HostKey {
  mkdirSync(dir, { recursive: true })
  const file = join(dir, 'host_key')
  const pair = generateKeyPair()
  writeFileSync(file, pair.private, { mode: 0o600 })
  writeFileSync(`${file}.pub`, `${pair.public}\n`)
  return read(file)
}

function read(file: string): HostKey {
  const [type = '', blob = ''] = readFileSync(`${file}.pub`, 'utf8').trim().split(' ')
  const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64')
  return {
    privateKey: readFileSync(file, 'utf8'),
    line: `${type} ${blob}`,
    fingerprint: `SHA256:${digest.replace(/=+$/, '')}`,
  }
}
