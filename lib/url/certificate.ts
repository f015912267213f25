import type { TLSSocket } from 'node:tls'
import type { ProbeFailure } from './probe-failure.ts'

/** Node's codes (OpenSSL's, and its own for the name); every other one is told with its code. */
const reasons: Record<string, string> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is made out to another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is signed by itself, so nobody vouches for it',
  SELF_SIGNED_CERT_IN_CHAIN: 'is signed by an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'is signed by an authority that is not trusted here, or comes without its chain',
  UNABLE_TO_GET_ISSUER_CERT: 'is signed by an authority that is not trusted here, or comes without its chain',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'is signed by an authority that is not trusted here, or comes without its chain',
}

/** What is wrong with the certificate of a socket that has shaken hands without verification; `null` when nothing is. */
export function certificateFailure(socket: TLSSocket, hostName: string): ProbeFailure | null {
  if (socket.authorized) return null
  // Node puts its code there, typed as an error.
  const code = String(socket.authorizationError)
  const reason = reasons[code] ?? `is refused (${code})`
  return { kind: 'certificate', words: `The certificate of ${hostName} ${reason}.` }
}

export function certificateExpiresAt(socket: TLSSocket): Date | null {
  const { valid_to: validTo } = socket.getPeerCertificate()
  const expiresAt = new Date(validTo ?? '')
  return Number.isNaN(expiresAt.getTime()) ? null : expiresAt
}
