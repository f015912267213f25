import { isShutOut, type ObservedUrl, type UrlProbe } from './url-probe.ts'

/** What the probes until now tell of the next one. */
export type ProbeHistory = Pick<ObservedUrl, 'failures' | 'failingSince'>

/** A probe, counted after those before it. */
export function observedUrl(probe: UrlProbe, before: ProbeHistory, asOf: Date): ObservedUrl {
  if (!isShutOut(probe)) return { ...probe, observedAt: asOf, failures: 0, failingSince: null }
  return { ...probe, observedAt: asOf, failures: before.failures + 1, failingSince: before.failingSince ?? asOf }
}

/**
 * Whether the last probe tells something that people act on and the one before did not: any other answer or failure, or
 * that a failure was no single bad moment. Another latency alone is none. `null` where nothing was told before.
 */
export function tellsNews(before: ObservedUrl | null, now: ObservedUrl): boolean {
  return before === null || matter(before) !== matter(now)
}

/** From the second failure on there is nothing new to count. */
const matter = ({ status, finalStatus, redirectTo, certificateExpiresAt, failure, failures }: ObservedUrl): string =>
  JSON.stringify([
    status,
    finalStatus,
    redirectTo,
    certificateExpiresAt,
    failure?.kind,
    failure?.words,
    Math.min(failures, 2),
  ])
