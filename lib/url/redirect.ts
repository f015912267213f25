import { domainOf } from '#lib/domain/url-probe.ts'
import type { NamedBy } from '#lib/net/address.ts'
import type { Visit } from './visit.ts'

const longestShown = 500

/** Where an answer sends the visitor; `null` when it sends nowhere, or to what is no URL. */
export function redirectTarget(from: URL, { status, location }: Pick<Visit, 'status' | 'location'>): URL | null {
  if (status === null || ![301, 302, 303, 307, 308].includes(status) || location === null) return null
  return URL.parse(location, from)
}

export const isWeb = (url: URL): boolean => url.protocol === 'http:' || url.protocol === 'https:'

/** The address as it may be kept and shown: query, fragment and credentials often hold secrets. */
export function shownTarget({ protocol, host, pathname }: URL): string {
  // Without a host the whole rest is content (`data:`, `mailto:`), not a place.
  return host === '' ? protocol : `${protocol}//${host}${pathname}`.slice(0, longestShown)
}

/**
 * Whose word a redirect's host is. The usual way from http to https stays at a domain of the app, which the mapping names
 * anyway; other ports of it, and other hosts, are only the answer's word.
 */
export function namedBy(target: URL, start: URL, mayEnterHost: (host: string) => boolean): NamedBy {
  const isUsual = target.port === '' || target.port === start.port
  return isUsual && mayEnterHost(domainOf(target)) ? 'mapping' : 'redirect'
}
