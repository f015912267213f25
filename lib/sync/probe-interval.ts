import type { ObservedUrl } from '#lib/domain/url-probe.ts'

export interface ProbeSettings {
  /** Between two probes of an ordinary review app. */
  probeSeconds: number
}

export const watchedSeconds = 10
const laneSeconds = 30
const failingSeconds = 30
/** Soon enough to tell a bad moment from a failure while somebody still wonders. */
const secondLookSeconds = 5
const longestWithoutNameSeconds = 900

export type Probed = Pick<ObservedUrl, 'failures' | 'failingSince' | 'failure'> & { watched: boolean; inLane: boolean }

/** When a URL is probed again after one at `asOf`. `chance`, from 0 to 1, spreads what would otherwise stay bunched. */
export function nextProbeAt(probed: Probed, settings: ProbeSettings, asOf: Date, chance: number): Date {
  return new Date(asOf.getTime() + Math.round(intervalSeconds(probed, settings, asOf) * (0.9 + chance * 0.2) * 1000))
}

function intervalSeconds(probed: Probed, { probeSeconds }: ProbeSettings, asOf: Date): number {
  const { failures, failingSince, failure, watched, inLane } = probed
  if (failures === 1) return secondLookSeconds
  if (watched) return watchedSeconds
  const failedSeconds = failingSince === null ? 0 : (asOf.getTime() - failingSince.getTime()) / 1000
  // A name that nobody knows costs other people's servers the asking: waiting as long as it failed doubles the pause.
  if (failure?.kind === 'name') return between(failingSeconds, failedSeconds, longestWithoutNameSeconds)
  if (inLane) return Math.min(laneSeconds, probeSeconds)
  // Who failed for hours is unlikely to come back this minute.
  if (failures > 1) return between(failingSeconds, failedSeconds / 20, Math.max(failingSeconds, probeSeconds))
  return probeSeconds
}

const between = (least: number, wanted: number, most: number): number => Math.min(Math.max(least, wanted), most)
