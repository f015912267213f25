import type { RequestListener } from 'node:http'
import { createServer, type Server } from 'node:https'
import { createSecureContext, type SecureContext } from 'node:tls'
import { type Authority, createCertificate } from './certificate.ts'
import type { Host } from './host.ts'
import { appAt } from './web.ts'

/** The proxy on its second port: each app shows its own certificate, and a name without one gets no handshake. */
export function createSecureServer(
  host: Host,
  { authority, answer }: { authority: Authority; answer: RequestListener },
): Server {
  const known = new Map<string, SecureContext>()
  const contextFor = (name: string): SecureContext | null => {
    const endsAt = appAt(host, name)?.certificateEndsAt
    if (!endsAt) return null
    const key = `${name} ${endsAt.getTime()}`
    const context = known.get(key) ?? contextOf(authority, name, endsAt)
    known.set(key, context)
    return context
  }
  return createServer(
    {
      SNICallback: (name, done) => {
        const context = contextFor(name.toLowerCase())
        if (context) done(null, context)
        else done(new Error(`${name} has no certificate.`))
      },
    },
    answer,
  )
}

function contextOf(authority: Authority, name: string, endsAt: Date): SecureContext {
  const { certificate, key } = createCertificate(authority, [name], { endsAt })
  return createSecureContext({ cert: `${certificate}${authority.certificate}`, key })
}
