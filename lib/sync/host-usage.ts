import { setTimeout as sleep } from 'node:timers/promises'
import type { World } from '#lib/context.ts'
import { withLease } from '#lib/db/lease.ts'
import { confirmObserved } from '#lib/db/looks.ts'
import { publish } from '#lib/db/notifications.ts'
import { environmentsRestingOn, hasBerthPlugin, watchedApps } from '#lib/db/observations-dokku.ts'
import { writeSizes, writeUsage } from '#lib/db/observations-snapshot.ts'
import type { Dokku } from '#lib/dokku/index.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { log } from '#lib/log.ts'

/** How often a host is measured: for somebody who looks at an app's page, and for the sizes of databases alone. */
const measureSeconds = { watched: 15, other: 3600 }

/** Between two rounds over the hosts: how long a page that was just opened may wait. */
const roundMs = 2_000

/** A host that could not be measured is left alone for so long. */
const pauseAfterFailureMs = 60_000

const leaseSeconds = 15

/**
 * Keeps memory and CPU of the apps that somebody looks at up to date, and the sizes of databases, on hosts with the `berth`
 * plugin. Beside the looks and not within them: it takes two seconds or three of waiting for Docker, and a crash must not
 * wait for that.
 */
export function followUsage(world: World): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const loops = [...world.dokku.values()].map(async (dokku) => {
    while (!stopping.signal.aborted) {
      const isAnswered = await measure(world, dokku, stopping.signal).then(
        () => true,
        (error: unknown) => {
          if (!(error instanceof BerthError || stopping.signal.aborted)) {
            log.error({ err: error }, `What ${dokku.host} uses could not be measured.`)
          }
          return false
        },
      )
      const pauseMs = isAnswered ? roundMs : pauseAfterFailureMs
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })
  return {
    async stop() {
      stopping.abort()
      await Promise.all(loops)
    },
  }
}

/** Measures the host once, if it is time. */
export async function measure(world: World, dokku: Dokku, stopping: AbortSignal): Promise<void> {
  const { db, now } = world
  const { host } = dokku
  if (!(await hasBerthPlugin(db, host))) return
  const watched = await watchedApps(db, host)
  const sourceId = `usage:${host}`
  const pauseMs = (watched.size > 0 ? measureSeconds.watched : measureSeconds.other) * 1000
  const isDue = async () => {
    const before = await db.source.findUnique({ where: { id: sourceId }, select: { observedAt: true } })
    return now().getTime() - (before?.observedAt?.getTime() ?? 0) >= pauseMs
  }
  if (!(await isDue())) return
  await withLease(db, { sourceId, seconds: leaseSeconds }, async (lease) => {
    // Another worker may have measured in between.
    if (!(await isDue())) return
    const asOf = now()
    const signal = AbortSignal.any([lease.signal, stopping])
    const snapshot = await dokku.snapshot({ usage: true }, signal)
    signal.throwIfAborted()
    const seen = snapshot.apps.filter(({ name }) => watched.has(name))
    await writeUsage(db, { host, asOf }, seen)
    const isOther = await writeSizes(db, host, snapshot.services)
    await confirmObserved(db, lease, asOf)
    const environmentIds = await environmentsRestingOn(db, host, [...watched])
    await publish(db, [...(isOther ? [`host:${host}`] : []), ...environmentIds.map((id) => `environment:${id}`)])
  })
}
