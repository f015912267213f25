import type { World } from '#lib/context.ts'
import { writeEvents } from '#lib/db/dokku-events.ts'
import {
  type HostObserved,
  hasBerthPlugin,
  knownApps,
  writeApps,
  writeHost,
  writeServiceNames,
} from '#lib/db/observations-dokku.ts'
import { writeSnapshot } from '#lib/db/observations-snapshot.ts'
import type { Dokku } from '#lib/dokku/index.ts'
import type { HostSnapshot } from '#lib/domain/dokku-app.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { appEvents } from './host-differences.ts'
import type { Ask } from './host-spending.ts'
import type { Look } from './look.ts'

/** What a look found changed on a host. */
export interface HostChanges {
  apps: Set<string>
  databases: Set<string>
  /** Apps of which only what an open page shows changed: no board rests on it. */
  details: Set<string>
}

/** How a host was read. */
export interface HostReading {
  /** In one snapshot that told everything, or by whole-host reports that leave the dear questions open. */
  way: 'snapshot' | 'reports'
  /** The host streams its own events, so that none must be made up from what two looks tell. */
  tellsEvents: boolean
  /** The plugin was seen for the first time: the next look uses it. */
  foundPlugin: boolean
  cursor: ReadingCursor
  /** Why the snapshot could not be had from a host that has the plugin; `null` when nothing was wrong. */
  note: string | null
}

interface ReadingCursor {
  snapshotFailedAt: Date | null
}

/** A snapshot that failed is tried again after so long; until then the host is read without it. */
const snapshotPauseSeconds = 60

/** Reads everything that is cheap for the whole host at once, and writes it. */
export async function readHost(
  { db }: World,
  dokku: Dokku,
  look: Look,
  { changes, ask }: { changes: HostChanges; ask: Ask },
): Promise<HostReading> {
  const observed = { host: dokku.host, asOf: look.asOf }
  const tellsEvents = await hasBerthPlugin(db, dokku.host)
  const taken = tellsEvents ? await takeSnapshot(dokku, look, ask) : null
  if (taken?.snapshot) {
    look.signal.throwIfAborted()
    const written = await writeSnapshot(db, observed, taken.snapshot)
    for (const name of written.apps) changes.apps.add(name)
    for (const { name } of written.services) changes.databases.add(name)
    return { way: 'snapshot', tellsEvents, foundPlugin: false, cursor: { snapshotFailedAt: null }, note: null }
  }
  const { hasPlugin } = await readReports(db, dokku, look, { observed, changes, tellsEvents, ask })
  return {
    way: 'reports',
    tellsEvents,
    foundPlugin: hasPlugin && !tellsEvents,
    cursor: { snapshotFailedAt: taken?.failedAt ?? null },
    note: taken?.note ?? null,
  }
}

/** The snapshot, or why there is none: it failed now, or so shortly ago that it is not asked for. */
async function takeSnapshot(
  dokku: Dokku,
  look: Look,
  ask: Ask,
): Promise<{ snapshot: HostSnapshot } | { snapshot: null; failedAt: Date; note: string }> {
  const { snapshotFailedAt = null } = look.cursor as Partial<ReadingCursor>
  if (snapshotFailedAt && look.asOf.getTime() - snapshotFailedAt.getTime() < snapshotPauseSeconds * 1000) {
    return { snapshot: null, failedAt: snapshotFailedAt, note: 'The berth plugin’s snapshot failed a moment ago.' }
  }
  try {
    return { snapshot: await ask(() => dokku.snapshot({}, look.signal)) }
  } catch (error) {
    if (!(error instanceof BerthError)) throw error
    return { snapshot: null, failedAt: look.asOf, note: `The berth plugin’s snapshot failed: ${error.message}` }
  }
}

async function readReports(
  db: World['db'],
  dokku: Dokku,
  look: Look,
  {
    observed,
    changes,
    tellsEvents,
    ask,
  }: { observed: HostObserved; changes: HostChanges; tellsEvents: boolean; ask: Ask },
): Promise<{ hasPlugin: boolean }> {
  const seen = await ask(() => dokku.look(look.signal))
  look.signal.throwIfAborted()
  // At the first look nothing has happened yet: everything was there already.
  const before = tellsEvents || look.observedAt === null ? null : await knownApps(db, dokku.host)
  const hasPlugin = seen.berthPlugin !== null
  await writeHost(db, observed, { ...seen, ...(!hasPlugin && { disk: null }) })
  const apps = await writeApps(db, observed, seen.apps)
  const services = await writeServiceNames(db, observed, seen.services)
  if (before) await writeEvents(db, dokku.host, appEvents(before, seen.apps, look.asOf))
  for (const name of [...apps.changed, ...apps.gone]) changes.apps.add(name)
  for (const { name } of [...services.added, ...services.gone]) changes.databases.add(name)
  return { hasPlugin }
}
