import { setTimeout as sleep } from 'node:timers/promises'
import type { World } from '#lib/context.ts'
import { publish } from '#lib/db/notifications.ts'
import {
  type ClaimedUrl,
  claimUrlProbes,
  hurryUrlProbes,
  keepUrlProbes,
  type ProbedEnvironment,
  writeUrlProbe,
} from '#lib/db/url-probes.ts'
import { watched } from '#lib/db/watches.ts'
import { isInLane } from '#lib/domain/app-name.ts'
import { observedUrl, tellsNews } from '#lib/domain/probe-history.ts'
import { log } from '#lib/log.ts'
import type { Prober } from '#lib/url/index.ts'
import { decideProject } from './decision.ts'
import { nextProbeAt, type ProbeSettings, watchedSeconds } from './probe-interval.ts'
import { topicsOf } from './topics.ts'

export interface UrlOptions {
  prober: Prober
  settings: ProbeSettings
}

/** A turn every half second starts eight probes at most: with 16 a second, 1,500 new URLs are asked within two minutes. */
const turnMs = 500
const mostAtOnce = 8
const mostAtOncePerHost = 2
/** Longer than a probe takes, and shorter than the pause after it, by which `hurryUrlProbes` tells the two apart. */
const claimSeconds = 8
/** How long an environment that came up or went waits until its URL is followed or forgotten. */
const keepSeconds = 10

/** Keeps the truth of URLs: asks every environment's one in turn. Several workers share the work. */
export function followUrls(world: World, options: UrlOptions): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const turns = urlTurns(world, options, stopping.signal)
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await turns.next().catch((error: unknown) => log.error({ err: error }, 'URLs could not be followed.'))
      await sleep(turnMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
    await turns.ended()
  })()
  return {
    async stop() {
      stopping.abort()
      await loop
    },
  }
}

/** What `followUrls` does turn by turn. */
export interface UrlTurns {
  /** Starts the probes that are due, and deciding what those before told. */
  next(): Promise<void>
  /** All that is under way has ended. */
  ended(): Promise<void>
}

export function urlTurns(world: World, { prober, settings }: UrlOptions, signal: AbortSignal): UrlTurns {
  const { db, now } = world
  const underWay = new Map<Promise<void>, string>()
  let news: ProbedEnvironment[] = []
  let keptAt: Date | null = null
  let deciding: Promise<void> | null = null

  async function keep(asOf: Date): Promise<void> {
    if (keptAt !== null && asOf.getTime() - keptAt.getTime() < keepSeconds * 1000) return
    news.push(...(await keepUrlProbes(db, asOf)))
    keptAt = asOf
  }

  async function start(asOf: Date): Promise<void> {
    const most = mostAtOnce - underWay.size
    if (most === 0) return
    const until = new Date(asOf.getTime() + claimSeconds * 1000)
    const terms = { asOf, until, most, perHost: mostAtOncePerHost, busyHosts: underWay.values() }
    for (const claimed of await claimUrlProbes(db, terms)) {
      const probe = ask(claimed)
        // The claim lapses, and the URL is asked again.
        .catch(
          (error: unknown) =>
            signal.aborted ||
            log.error({ err: error }, `The URL of environment ${claimed.environmentId} could not be probed.`),
        )
        .then(() => void underWay.delete(probe))
      underWay.set(probe, claimed.host)
    }
  }

  async function ask(claimed: ClaimedUrl): Promise<void> {
    const { projectId, environmentId, before, tier, watched } = claimed
    const probe = await prober.probe(claimed.url, claimed, signal)
    const asOf = now()
    const observed = observedUrl(probe, before ?? { failures: 0, failingSince: null }, asOf)
    const nextAt = nextProbeAt({ ...observed, watched, inLane: isInLane({ tier }) }, settings, asOf, Math.random())
    const written = await writeUrlProbe(db, claimed, { observed, nextAt })
    if (written && tellsNews(before, observed)) news.push({ projectId, environmentId })
  }

  /** All news of a turn at once: deciding one row costs a project nearly as much as deciding many. */
  async function decide(): Promise<void> {
    const told = Map.groupBy(news, ({ projectId }) => projectId)
    news = []
    for (const [projectId, environments] of told) {
      const environmentIds = new Set(environments.map(({ environmentId }) => environmentId))
      const changed = { branches: new Set<string>(), environmentIds, apps: new Set<string>() }
      const rows = await decideProject(world, projectId, now(), changed)
      await publish(db, topicsOf(projectId, rows))
    }
  }

  return {
    async next() {
      const asOf = now()
      await keep(asOf)
      const open = (await watched(db, 'environment')).filter((id) => /^\d{1,18}$/.test(id)).map(Number)
      await hurryUrlProbes(db, open, { asOf, seconds: watchedSeconds })
      await start(asOf)
      // Not waited for: a large project's board may be taken for seconds, and other URLs are due meanwhile.
      deciding ??= decide()
        .catch((error: unknown) => log.error({ err: error }, 'What URLs told could not be decided.'))
        .finally(() => {
          deciding = null
        })
    },
    async ended() {
      await Promise.all([...underWay.keys(), deciding])
    },
  }
}
