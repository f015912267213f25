import type { World } from '#lib/context.ts'
import { writeEvents } from '#lib/db/dokku-events.ts'
import {
  inspections,
  laneApps,
  watchedApps,
  writeAppDetail,
  writeDomains,
  writeProcessReport,
  writeService,
} from '#lib/db/observations-dokku.ts'
import type { Dokku } from '#lib/dokku/index.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { processEvents } from './host-differences.ts'
import type { HostChanges, HostReading } from './host-reading.ts'
import type { Ask, HostSpending } from './host-spending.ts'
import { type Inspectable, inspectionsDue, reportAttention } from './inspection.ts'
import type { Look } from './look.ts'

/** Of what changed the process report is asked first: it tells whether the app is up. */
const domainsFreshSeconds = { changed: 2, other: 1800 }
const serviceFreshSeconds = { changed: 3, other: 600 }
const detailFreshSeconds = 60

/** A question that got no answer is not asked again for so long: an app that cannot be read must not block the others. */
const pauseAfterFailureSeconds = 60

/** What the looks at a host hand on about their questions. */
interface InspectionCursor {
  /** When questions were asked in vain, by question. */
  failed: Record<string, string>
  /** Questions about what changed that nobody had time for yet. */
  pending: string[]
  turn: number
}

interface Question extends Inspectable {
  run: () => Promise<void>
}

/**
 * Asks about single apps and services what the look at the whole host could not tell: one question at a time, the most
 * urgent first, for as long as the host's credit lasts. Answers with the next look's cursor.
 */
export async function inspect(
  world: World,
  dokku: Dokku,
  look: Look,
  { reading, changes, spending }: { reading: HostReading; changes: HostChanges; spending: HostSpending },
): Promise<InspectionCursor> {
  const before = look.cursor as Partial<InspectionCursor>
  const cursor: InspectionCursor = {
    failed: recentFailures(before.failed, look.asOf),
    pending: before.pending ?? [],
    turn: before.turn ?? 0,
  }
  const questions = await questionsOf(world, {
    dokku,
    look,
    ask: spending.ask,
    reading,
    changes,
    pending: new Set(cursor.pending),
  })
  const askable = questions.filter(({ name }) => !(name in cursor.failed))
  const due = inspectionsDue(askable, { turn: cursor.turn, asOf: look.asOf })
  const waiting = new Set([...due.map(({ name }) => name), ...Object.keys(cursor.failed)])
  cursor.pending = questions
    .filter(({ name, attention }) => attention === 'changed' && waiting.has(name))
    .map(({ name }) => name)
  if (due.length === 0 || spending.credit.seconds <= 0) return cursor

  // A look that does not end has spent what it had.
  await look.keep({ ...cursor, credit: { ...spending.credit, seconds: 0 } })
  const runs = new Map(questions.map(({ name, run }) => [name, run]))
  const answered = new Set<string>()
  for (const { name, nextTurn } of due) {
    if (spending.credit.seconds <= 0) break
    cursor.turn = nextTurn
    try {
      await runs.get(name)?.()
      answered.add(name)
    } catch (error) {
      // One app that cannot be read, or went away since the look, is no failure of the host.
      if (!(error instanceof BerthError)) throw error
      cursor.failed[name] = look.asOf.toISOString()
      // A host that stops answering is not asked on: the next look finds out how it is.
      if (error.kind === 'unavailable') break
    }
  }
  return { ...cursor, pending: cursor.pending.filter((name) => !answered.has(name)) }
}

function recentFailures(failed: Record<string, string> = {}, asOf: Date): Record<string, string> {
  const since = new Date(asOf.getTime() - pauseAfterFailureSeconds * 1000).toISOString()
  return Object.fromEntries(Object.entries(failed).filter(([, failedAt]) => failedAt > since))
}

interface Questioning {
  dokku: Dokku
  look: Look
  ask: Ask
  reading: HostReading
  changes: HostChanges
  pending: ReadonlySet<string>
}

async function questionsOf({ db }: World, questioning: Questioning): Promise<Question[]> {
  const { dokku, look, ask, reading, changes, pending } = questioning
  const { host } = dokku
  const observed = { host, asOf: look.asOf }
  const watched = await watchedApps(db, host)
  // Most looks at a host with the plugin end here: it told everything, and nobody has a page open.
  if (reading.way === 'snapshot' && watched.size === 0) return []

  const [known, lane] = await Promise.all([inspections(db, host), laneApps(db, host)])
  const details = known.apps
    .filter(({ name }) => watched.has(name))
    .map(
      ({ name: app, detailAt }): Question => ({
        name: `detail ${app}`,
        attention: 'watched',
        askedAt: detailAt,
        freshSeconds: detailFreshSeconds,
        async run() {
          const configKeys = await ask(() => dokku.configKeys(app, look.signal))
          const scale = reading.way === 'snapshot' ? null : await ask(() => dokku.scaleOf(app, look.signal))
          if (await writeAppDetail(db, observed, app, { configKeys, scale })) changes.details.add(app)
        },
      }),
    )
  if (reading.way === 'snapshot') return details

  // What was there at the first look did not change: all of it waits for its turn in the round.
  const changedApps = look.observedAt === null ? new Set<string>() : new Set(changes.apps)
  const changedDatabases = look.observedAt === null ? new Set<string>() : new Set(changes.databases)
  const attentionTo = (name: string, changed: boolean, freshSeconds: { changed: number; other: number }) =>
    changed || pending.has(name)
      ? { name, attention: 'changed' as const, freshSeconds: freshSeconds.changed }
      : { name, attention: 'round' as const, freshSeconds: freshSeconds.other }

  const reports = known.apps.map((app): Question => {
    const name = `processes ${app.name}`
    const changed = pending.has(name) ? new Set(changedApps).add(app.name) : changedApps
    return {
      name,
      askedAt: app.processesAt,
      ...reportAttention(app, { changed, watched, lane, asOf: look.asOf }),
      async run() {
        const report = await ask(() => dokku.processReport(app.name, look.signal))
        const written = await writeProcessReport(db, observed, app.name, report)
        if (!written.changed) return
        changes.apps.add(app.name)
        if (reading.tellsEvents) return
        await writeEvents(db, host, processEvents(app.name, { before: written.before, after: report }, look.asOf))
      },
    }
  })
  const domains = known.apps.map(
    ({ name: app, domainsAt }): Question => ({
      ...attentionTo(`domains ${app}`, changedApps.has(app), domainsFreshSeconds),
      askedAt: domainsAt,
      async run() {
        const names = await ask(() => dokku.domains(app, look.signal))
        if (await writeDomains(db, observed, app, names)) changes.apps.add(app)
      },
    }),
  )
  const services = known.services.map(
    ({ plugin, name, detailAt }): Question => ({
      ...attentionTo(
        `service ${plugin} ${name}`,
        changedDatabases.has(name) || isNamedAfter(name, changedApps),
        serviceFreshSeconds,
      ),
      askedAt: detailAt,
      async run() {
        const detail = await ask(() => dokku.service(plugin, name, look.signal))
        if (await writeService(db, observed, detail)) changes.databases.add(name)
      },
    }),
  )
  return [...reports, ...domains, ...services, ...details]
}

/** An app that appears or goes takes its links with it, and its database is named after it as a rule. */
const isNamedAfter = (service: string, apps: ReadonlySet<string>): boolean =>
  [...apps].some((app) => service.startsWith(`${app}-`) || service === app)
