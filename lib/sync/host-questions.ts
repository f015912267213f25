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
import type { ProcessReport } from '#lib/domain/dokku-app.ts'
import { processEvents } from './host-differences.ts'
import type { HostChanges, HostReading } from './host-reading.ts'
import type { Ask } from './host-spending.ts'
import { type Inspectable, reportAttention } from './inspection.ts'
import type { Look } from './look.ts'

/** Something to be asked about one app or service; its answer is written down. */
export interface Question extends Inspectable {
  run: () => Promise<void>
}

/** What questions are made from. */
export interface Questioning {
  dokku: Dokku
  look: Look
  ask: Ask
  reading: HostReading
  /** What the look found so far; answers add to it. */
  changes: HostChanges
  /** Names of questions about what changed that an earlier look had no time for. */
  pending: ReadonlySet<string>
}

type Known = Awaited<ReturnType<typeof inspections>>

/** Of what changed the process report is asked first: it tells whether the app is up. */
const domainsFreshSeconds = { changed: 2, other: 1800 }
const serviceFreshSeconds = { changed: 3, other: 600 }
const detailFreshSeconds = 60

/** Every question that the look at the whole host left open, due or not. */
export async function questionsOf({ db }: World, questioning: Questioning): Promise<Question[]> {
  const { host } = questioning.dokku
  const told = questioning.reading.way === 'snapshot'
  const watched = await watchedApps(db, host)
  // Most looks at a host with the plugin end here: it told everything, and nobody has a page open.
  if (told && watched.size === 0) return []
  const known = await inspections(db, host)
  const details = detailQuestions(db, questioning, { known, watched })
  if (told) return details

  const lane = await laneApps(db, host)
  // What was there at the first look did not change: all of it waits for its turn in the round.
  const changed = questioning.look.observedAt === null ? nothing() : copyOf(questioning.changes)
  return [
    ...reportQuestions(db, questioning, { known, watched, lane, changed, details }),
    ...domainQuestions(db, questioning, { known, changed }),
    ...serviceQuestions(db, questioning, { known, changed }),
    ...details,
  ]
}

type Changed = Pick<HostChanges, 'apps' | 'databases'>

const nothing = (): Changed => ({ apps: new Set(), databases: new Set() })
const copyOf = ({ apps, databases }: Changed): Changed => ({ apps: new Set(apps), databases: new Set(databases) })

function reportQuestions(
  db: World['db'],
  { dokku, look, ask, reading, changes, pending }: Questioning,
  {
    known,
    watched,
    lane,
    changed,
    details,
  }: { known: Known; watched: Set<string>; lane: Set<string>; changed: Changed; details: Question[] },
): Question[] {
  const observed = { host: dokku.host, asOf: look.asOf }
  return known.apps.map((app) => {
    const name = `processes ${app.name}`
    const isChanged = changed.apps.has(app.name) || pending.has(name)
    return {
      name,
      askedAt: app.processesAt,
      ...reportAttention(app, {
        isChanged,
        isWatched: watched.has(app.name),
        isInLane: lane.has(app.name),
        asOf: look.asOf,
      }),
      async run() {
        const report = await ask(() => dokku.processReport(app.name, look.signal))
        const written = await writeProcessReport(db, observed, app.name, report)
        if (!written.changed) return
        changes.apps.add(app.name)
        // Whoever sees a container come or go sees the wished number beside it.
        if (!isSameSet(written.before, report)) await details.find(({ name }) => name === detailOf(app.name))?.run()
        if (reading.tellsEvents) return
        await writeEvents(db, dokku.host, processEvents(app.name, { before: written.before, after: report }, look.asOf))
      },
    }
  })
}

function domainQuestions(
  db: World['db'],
  { dokku, look, ask, changes, pending }: Questioning,
  { known, changed }: { known: Known; changed: Changed },
): Question[] {
  const observed = { host: dokku.host, asOf: look.asOf }
  return known.apps.map(({ name: app, domainsAt }) => {
    const name = `domains ${app}`
    return {
      name,
      askedAt: domainsAt,
      ...attentionOf(changed.apps.has(app) || pending.has(name), domainsFreshSeconds),
      async run() {
        const names = await ask(() => dokku.domains(app, look.signal))
        if (await writeDomains(db, observed, app, names)) changes.apps.add(app)
      },
    }
  })
}

function serviceQuestions(
  db: World['db'],
  { dokku, look, ask, changes, pending }: Questioning,
  { known, changed }: { known: Known; changed: Changed },
): Question[] {
  const observed = { host: dokku.host, asOf: look.asOf }
  return known.services.map(({ plugin, name: service, detailAt }) => {
    const name = `service ${plugin} ${service}`
    const isChanged = changed.databases.has(service) || isNamedAfter(service, changed.apps) || pending.has(name)
    return {
      name,
      askedAt: detailAt,
      ...attentionOf(isChanged, serviceFreshSeconds),
      async run() {
        const detail = await ask(() => dokku.service(plugin, service, look.signal))
        if (await writeService(db, observed, detail)) changes.databases.add(service)
      },
    }
  })
}

/** What is asked only while somebody looks. A snapshot tells the scale. */
function detailQuestions(
  db: World['db'],
  { dokku, look, ask, reading, changes }: Questioning,
  { known, watched }: { known: Known; watched: Set<string> },
): Question[] {
  const observed = { host: dokku.host, asOf: look.asOf }
  const seen = known.apps.filter(({ name }) => watched.has(name))
  return seen.map(({ name: app, detailAt }) => ({
    name: detailOf(app),
    attention: 'watched',
    askedAt: detailAt,
    freshSeconds: detailFreshSeconds,
    async run() {
      const configKeys = await ask(() => dokku.configKeys(app, look.signal))
      const scale = reading.way === 'snapshot' ? null : await ask(() => dokku.scaleOf(app, look.signal))
      if (await writeAppDetail(db, observed, app, { configKeys, scale })) changes.details.add(app)
    },
  }))
}

const detailOf = (app: string): string => `detail ${app}`

/** Whether both tell of the same containers, however each is. */
const isSameSet = (before: ProcessReport | null, after: ProcessReport): boolean =>
  before !== null && namesIn(before) === namesIn(after)

const namesIn = ({ processes }: ProcessReport): string =>
  processes
    .map(({ type, index }) => `${type}.${index}`)
    .sort()
    .join()

const attentionOf = (
  isChanged: boolean,
  fresh: { changed: number; other: number },
): Pick<Inspectable, 'attention' | 'freshSeconds'> =>
  isChanged ? { attention: 'changed', freshSeconds: fresh.changed } : { attention: 'round', freshSeconds: fresh.other }

/** An app that appears or goes takes its links with it, and its database is named after it as a rule. */
const isNamedAfter = (service: string, apps: ReadonlySet<string>): boolean =>
  [...apps].some((app) => service.startsWith(`${app}-`) || service === app)
