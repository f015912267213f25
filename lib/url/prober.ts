import { domainOf, type UrlProbe } from '#lib/domain/url-probe.ts'
import { blockList, type NamedBy } from '#lib/net/address.ts'
import { type Resolve, systemResolver } from '#lib/net/names.ts'
import { wayTo } from '#lib/net/way.ts'
import type { ProbeFailure } from './probe-failure.ts'
import { isWeb, namedBy, redirectTarget, shownTarget } from './redirect.ts'
import { type Visit, visit } from './visit.ts'

export interface ProberOptions {
  /** Networks that the operator opened, as `10.0.0.0/8`: loopback to every probe, private ones to redirects. */
  networks: readonly string[]
  userAgent?: string
  /** For one probe with all its redirects. */
  timeoutMs?: number
  /** Authorities to trust instead of the system's, PEM. */
  authorities?: string
  resolve?: Resolve
}

export interface Prober {
  /**
   * Asks a URL as a visitor would and tells what came; whatever is wrong with the site is a value. `mayEnterHost` knows
   * the hosts that the mapping yields, by `domainOf`. Rejects only when `signal` is aborted.
   */
  probe(url: string, rule: ProbeRule, signal: AbortSignal): Promise<UrlProbe>
}

export interface ProbeRule {
  mayEnterHost(host: string): boolean
}

const mostRedirects = 3

/** Makes what probes URLs: politely, within a timeout, and never into a network that neither mapping nor operator opened. */
export function createProber(options: ProberOptions): Prober {
  const { userAgent = 'Berth (health probe)', timeoutMs = 5_000, authorities } = options
  const networks = blockList(options.networks)
  const resolve = options.resolve ?? systemResolver()

  /** One request. Its failure is told as a timeout when the time of the whole probe ran out over it. */
  async function ask(url: URL, namer: NamedBy, signals: { timeout: AbortSignal; signal: AbortSignal }): Promise<Visit> {
    const signal = AbortSignal.any([signals.timeout, signals.signal])
    const visited = await enterAndVisit(url, namer, signal)
    signals.signal.throwIfAborted()
    if (visited.failure === null || !signals.timeout.aborted) return visited
    const words = `${url.hostname} did not answer within ${timeoutMs / 1000} s.`
    return { ...visited, failure: { kind: 'timeout', words } }
  }

  async function enterAndVisit(url: URL, namer: NamedBy, signal: AbortSignal): Promise<Visit> {
    const way = await wayTo(url, namer, { networks, resolve }, signal)
    if ('failure' in way) return failed(way.failure, way.reason)
    return visit(url, way.addresses, { userAgent, authorities, signal })
  }

  return {
    async probe(url, { mayEnterHost }, signal) {
      signal.throwIfAborted()
      const start = URL.parse(url)
      if (!start || !isWeb(start)) return probeOf(url, failed('address', 'This is no web address.'))
      // Credentials are neither sent nor kept.
      Object.assign(start, { username: '', password: '' })
      if (!mayEnterHost(domainOf(start)))
        return probeOf(start.href, failed('address', `No mapping leads to ${start.hostname}.`))

      const signals = { timeout: AbortSignal.timeout(timeoutMs), signal }
      const startedAtMs = performance.now()
      const first = await ask(start, 'mapping', signals)
      const probe = probeOf(start.href, first, startedAtMs)

      let [from, last] = [start, first]
      for (let followed = 0; ; followed += 1) {
        const target = redirectTarget(from, last)
        if (!target) return { ...probe, finalStatus: last.status }
        probe.redirectTo ??= shownTarget(target)
        if (followed === mostRedirects || !isWeb(target)) return probe
        last = await ask(target, namedBy(target, start, mayEnterHost), signals)
        // A site that answers over HTTP only with the way to HTTPS is met with that certificate; another site's is not its own.
        if (mayEnterHost(domainOf(target))) probe.certificateExpiresAt ??= last.certificateExpiresAt
        // That a probe may not follow where a visitor is sent says nothing against the site.
        if (last.failure) return { ...probe, failure: last.failure.kind === 'address' ? null : last.failure }
        from = target
      }
    },
  }
}

/** What the first answer says of its URL. Where its redirects end is not known yet. */
const probeOf = (url: string, first: Visit, startedAtMs = 0): UrlProbe => ({
  url,
  status: first.status,
  latencyMs: first.firstByteAtMs === null ? null : Math.round(first.firstByteAtMs - startedAtMs),
  certificateExpiresAt: first.certificateExpiresAt,
  redirectTo: null,
  finalStatus: null,
  failure: first.failure,
})

const failed = (kind: ProbeFailure['kind'], words: string): Visit => ({
  status: null,
  location: null,
  certificateExpiresAt: null,
  firstByteAtMs: null,
  failure: { kind, words },
})
