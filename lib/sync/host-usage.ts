import { setTimeout as sleep } from 'node:timers/promises'
import type { World } from '#lib/context.ts'
import { withLease } from '#lib/db/lease.ts'
import { publish } from '#lib/db/notifications.ts'
import { environmentsRestingOn, hasBerthPlugin, watchedApps } from '#lib/db/observations-dokku.ts'
import { lastUsageAt, writeUsage } from '#lib/db/observations-snapshot.ts'
import type { Dokku } from '#lib/dokku/index.ts'
import { BerthError } from '#lib/domain/errors.ts'

/** How often somebody who looks at an app's page sees its memory and CPU anew. */
const usageSeconds = 15

/** Between two rounds over the hosts: how long a page that was just opened may wait. */
const roundMs = 2_000

const leaseSeconds = 15

/**
 * Keeps memory and CPU of the apps that somebody looks at up to date, on hosts with the `berth` plugin. Beside the looks
 * and not within them: Docker takes two seconds to measure, and a crash must not wait for that.
 */
export function followUsage(world: World): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const loops = [...world.dokku.values()].map(async (dokku) => {
    while (!stopping.signal.aborted) {
      const isAnswered = await readUsage(world, dokku).catch((error: unknown) => {
        if (!(error instanceof BerthError)) console.error(`The usage of ${dokku.host} could not be read:`, error)
        return false
      })
      const pauseMs = isAnswered ? roundMs : usageSeconds * 1000
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

/** Reads the host's usage once, if anybody wants it now; answers `true` also when nobody does. */
export async function readUsage(world: World, dokku: Dokku): Promise<boolean> {
  const { db, now } = world
  const { host } = dokku
  const watched = await watchedApps(db, host)
  if (watched.size === 0 || !(await hasBerthPlugin(db, host))) return true
  await withLease(db, { sourceId: `usage:${host}`, seconds: leaseSeconds }, async ({ signal }) => {
    const asOf = now()
    const lastAt = await lastUsageAt(db, host)
    if (lastAt && asOf.getTime() - lastAt.getTime() < usageSeconds * 1000) return
    const snapshot = await dokku.snapshot({ usage: true }, signal)
    signal.throwIfAborted()
    await writeUsage(
      db,
      { host, asOf },
      snapshot.apps.filter(({ name }) => watched.has(name)),
    )
    const environmentIds = await environmentsRestingOn(db, host, [...watched])
    await publish(
      db,
      environmentIds.map((id) => `environment:${id}`),
    )
  })
  return true
}
