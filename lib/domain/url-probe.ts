import { type Decision, refuse } from './decision.ts'

/** Why a probe got no answer that could be judged. */
export type ProbeFailure =
  | 'name' // the host name resolves to nothing
  | 'refused' // nobody listens, or the connection broke
  | 'timeout'
  | 'certificate' // the certificate is not valid for the host, expired or not trusted
  | 'address' // its address must not be entered by a probe
  | 'answer' // what came is not HTTP

/** One polite question to an environment's URL, as a visitor would ask it. */
export interface UrlProbe {
  url: string
  /** HTTP status of the first answer; `null` when there was none. */
  status: number | null
  /** Until the first byte of the first answer. */
  latencyMs: number | null
  /** Of the first answer that came over TLS from a host of the environment's own app; `null` without one. */
  certificateExpiresAt: Date | null
  /** Where the first answer sent the visitor, without query. */
  redirectTo: string | null
  /** HTTP status where the redirects ended; the first status when there were none. `null` when they were not followed to an end. */
  finalStatus: number | null
  failure: { kind: ProbeFailure; words: string } | null
}

/** The last probe, with what came before it. */
export interface ObservedUrl extends UrlProbe {
  observedAt: Date
  /** Probes that failed in a row, this one among them: a visitor's single bad moment is no finding. 0 when it answered well. */
  failures: number
  /** The first of those; `null` when it answered well. */
  failingSince: Date | null
}

/** Why an environment's URL is not probed; the words say what to do. */
export interface NotProbed {
  words: string
}

/**
 * Whether the probe found a visitor shut out: no answer, or the server's own failure (5xx). A page that is not there or that
 * asks for a password is an answer. That a probe may not go there says nothing of the site.
 */
export function isShutOut({
  status,
  finalStatus,
  failure,
}: Pick<UrlProbe, 'status' | 'finalStatus' | 'failure'>): boolean {
  if (failure) return failure.kind !== 'address'
  return (finalStatus ?? status ?? 0) >= 500
}

/** The host of a URL as Dokku writes domains: lower case, without port, brackets or the dot of the root. */
export const domainOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')

/** Whether an app with these domains (`*.example.jp` covers what is below) answers at this host. */
export const servesHost = (domains: readonly string[], host: string): boolean =>
  domains.some((domain) => {
    const own = domain.toLowerCase()
    return own.startsWith('*.') ? host.endsWith(own.slice(1)) && host.length >= own.length : own === host
  })

/**
 * Whether an environment's URL may be probed. Anybody who writes a pipeline chooses that URL, so Berth asks only where
 * Dokku says that the environment's own app answers. `domains` is `null` until Dokku told them.
 */
export function probeability(url: string, app: string, domains: readonly string[] | null): Decision {
  const parsed = URL.parse(url)
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') return refuse('Its URL is no web address.')
  if (domains === null) return refuse(`It is not probed until Dokku has told the domains of app ${app}.`)
  if (servesHost(domains, domainOf(parsed))) return { allowed: true }
  return refuse(`It is not probed: on Dokku, ${domainOf(parsed)} is not a domain of app ${app}.`)
}
