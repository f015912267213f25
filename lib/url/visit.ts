import { request as httpRequest, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { TLSSocket } from 'node:tls'
import { answeringWith } from '#lib/net/way.ts'
import { certificateExpiresAt, certificateFailure } from './certificate.ts'
import { connectionFailure, type ProbeFailure } from './probe-failure.ts'

export interface VisitOptions {
  userAgent: string
  /** Authorities to trust instead of the system's, PEM. */
  authorities: string | undefined
  signal: AbortSignal
}

/** What one request brought: an answer's head, or a failure. */
export interface Visit {
  status: number | null
  location: string | null
  certificateExpiresAt: Date | null
  /** `performance.now()` at the first byte of the answer. */
  firstByteAtMs: number | null
  failure: ProbeFailure | null
}

/**
 * Asks once, as a visitor without cookies, and hangs up as soon as the head of the answer is there. Connects to the given
 * addresses and to no other, whatever the name resolves to by now. Credentials in the URL are not sent.
 */
export function visit(url: URL, addresses: readonly string[], options: VisitOptions): Promise<Visit> {
  const isTls = url.protocol === 'https:'
  const seen: Visit = { status: null, location: null, certificateExpiresAt: null, firstByteAtMs: null, failure: null }
  return new Promise((resolve) => {
    const request = (isTls ? httpsRequest : httpRequest)(requestOptions(url, addresses, options))
    const end = (more: Partial<Visit>) => {
      resolve({ ...seen, ...more })
      request.destroy()
    }
    request.once('socket', (socket) => {
      // Before the parser, which tells of the answer as it reads.
      socket.prependOnceListener('data', () => {
        seen.firstByteAtMs = performance.now()
      })
      if (!(socket instanceof TLSSocket)) return
      socket.once('secureConnect', () => {
        seen.certificateExpiresAt = certificateExpiresAt(socket)
        const failure = certificateFailure(socket, url.hostname)
        if (failure) end({ failure })
      })
    })
    request.once('response', (response) => {
      response.on('error', () => {})
      end({ status: response.statusCode ?? null, location: response.headers.location ?? null })
    })
    request.on('error', (error) => end({ failure: connectionFailure(error, url.hostname) }))
    // An answer that Node neither takes nor calls an error, such as one that switches protocols unasked.
    request.once('close', () => end({ failure: connectionFailure(null, url.hostname) }))
    request.end()
  })
}

function requestOptions(url: URL, addresses: readonly string[], options: VisitOptions): RequestOptions {
  const { userAgent, authorities, signal } = options
  return {
    method: 'GET',
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port || (url.protocol === 'https:' ? 443 : 80),
    path: `${url.pathname}${url.search}`,
    headers: { accept: 'text/html,*/*', 'user-agent': userAgent, connection: 'close' },
    agent: false,
    lookup: answeringWith(addresses),
    signal,
    // Verified by hand, to be able to say what is wrong; nothing is sent when it is.
    ...(url.protocol === 'https:' && { rejectUnauthorized: false, ...(authorities && { ca: authorities }) }),
  }
}
