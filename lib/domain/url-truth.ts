import type { UrlTruth } from './board.ts'
import { type Said, said } from './truth.ts'
import { isShutOut, type NotProbed, type ObservedUrl, type ProbeFailure, type UrlProbe } from './url-probe.ts'

/** A visitor's single bad moment is none of Berth's: a URL fails when so many probes in a row did. */
const failuresThatCount = 2

export const isFailing = (probe: ObservedUrl): boolean => probe.failures >= failuresThatCount

export interface UrlView {
  inLane: boolean
  /** A probe that is older says nothing about now. */
  staleMinutes: number
}

/** What is kept of a probe in a row; its age and its latency change with every probe and are filled in when the row is read. */
export function urlTruth(probe: ObservedUrl | NotProbed | null, view: UrlView, asOf: Date): UrlTruth {
  if (probe === null) return { ...said('none', '–', 'Its URL is not probed.'), ...nothingSeen }
  if (!('failures' in probe)) return { ...said('none', 'not probed', probe.words), ...nothingSeen }
  return {
    ...saidOfProbe(probe, view, asOf),
    observedAt: null,
    latencyMs: null,
    status: probe.status,
    certificateExpiresAt: probe.certificateExpiresAt,
    redirectTo: probe.redirectTo,
  }
}

const nothingSeen = { observedAt: null, status: null, latencyMs: null, certificateExpiresAt: null, redirectTo: null }

function saidOfProbe(probe: ObservedUrl, { inLane, staleMinutes }: UrlView, asOf: Date): Said {
  const { health, state, words } = answerOf(probe, inLane)
  if (asOf.getTime() - probe.observedAt.getTime() > staleMinutes * 60_000) {
    return said('unknown', state, `The URL was not asked for long; before that: ${words}`)
  }
  const isFirst = isShutOut(probe) && !isFailing(probe)
  return isFirst ? said('busy', state, `${words} It is asked again before that counts.`) : said(health, state, words)
}

function answerOf(probe: UrlProbe, inLane: boolean): Said {
  const failing = inLane ? 'critical' : 'attention'
  if (probe.failure !== null) {
    const { kind, words } = probe.failure
    // Berth keeps itself out of some networks: that says nothing about what a visitor gets.
    return said(kind === 'address' ? 'none' : failing, stateOf[kind], words)
  }
  const status = probe.finalStatus ?? probe.status
  if (status === null) return said(failing, 'no answer', 'The URL gives no answer.')
  const state = String(status)
  if (status >= 500) return said(failing, state, `The URL answers ${status}: the app, or the proxy before it, fails.`)
  if (status === 401 || status === 403) return said('ok', state, `The URL answers ${status}: it asks who comes in.`)
  if (status === 404) return said('attention', state, 'The URL answers 404: nothing is found at its address.')
  if (status >= 400) return said('attention', state, `The URL answers ${status}: it refuses the request.`)
  if (probe.redirectTo !== null) return said('ok', state, `The URL answers ${status} and leads to ${probe.redirectTo}.`)
  return said('ok', state, `The URL answers ${status}.`)
}

const stateOf: Record<ProbeFailure, string> = {
  name: 'no such name',
  refused: 'refused',
  timeout: 'timeout',
  certificate: 'bad certificate',
  address: 'not entered',
  answer: 'no answer',
}
