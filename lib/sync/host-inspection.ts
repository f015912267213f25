import type { World } from '#lib/context.ts'
import {
  inspections,
  laneApps,
  watchedApps,
  writeDomains,
  writeProcessReport,
  writeService,
} from '#lib/db/observations-dokku.ts'
import type { Dokku } from '#lib/dokku/index.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { appFreshSeconds, type Inspectable, inspectionsDue } from './inspection.ts'
import type { Look } from './look.ts'

/** What a look found changed on a host. */
export interface HostChanges {
  apps: Set<string>
  databases: Set<string>
}

/** Questions about single apps and services after one look at most, by kind. */
const limits = { processes: 10, domains: 6, services: 6 }

/** How many run at once: the host's processor is the limit, and it has better things to do. */
const concurrency = 2

const serviceFreshSeconds = { changed: 1, other: 600 }
const domainsFreshSeconds = { changed: 1, other: 1800 }

/** A question that got no answer is not asked again for so long: an app that cannot be read must not block the others. */
const pauseAfterFailureSeconds = 60

/** When questions were asked in vain, by question. */
interface HostCursor {
  failed: Record<string, string>
}

type Question = { name: string; run: () => Promise<void> }

/** Asks about the apps and services whose answers are too old for what they are. Answers with the next look's cursor. */
export async function inspect(world: World, dokku: Dokku, look: Look, changes: HostChanges): Promise<HostCursor> {
  const failed = recentFailures(look)
  const questions = await questionsOf(world, dokku, look, { changes, failed })
  for (let start = 0; start < questions.length; start += concurrency) {
    const batch = questions.slice(start, start + concurrency)
    const answers = await Promise.allSettled(batch.map(({ run }) => run()))
    let isSilent = false
    for (const [index, answer] of answers.entries()) {
      if (answer.status === 'fulfilled') continue
      // One app that cannot be read, or went away since the look, is no failure of the host.
      if (!(answer.reason instanceof BerthError)) throw answer.reason
      failed[batch[index]?.name ?? ''] = look.asOf.toISOString()
      isSilent ||= answer.reason.kind === 'unavailable'
    }
    // A host that stops answering is not asked on: the next look finds out how it is.
    if (isSilent) break
  }
  return { failed }
}

function recentFailures(look: Look): Record<string, string> {
  const { failed = {} } = look.cursor as Partial<HostCursor>
  const since = new Date(look.asOf.getTime() - pauseAfterFailureSeconds * 1000).toISOString()
  return Object.fromEntries(Object.entries(failed).filter(([, failedAt]) => failedAt > since))
}

async function questionsOf(
  { db }: World,
  dokku: Dokku,
  look: Look,
  { changes, failed }: { changes: HostChanges; failed: Record<string, string> },
): Promise<Question[]> {
  const { host } = dokku
  const { asOf } = look
  const [known, lane, watched] = await Promise.all([inspections(db, host), laneApps(db, host), watchedApps(db, host)])
  const attention = { changed: new Set(changes.apps), watched, lane, asOf }

  const processes: Inspectable[] = known.apps
    .filter(({ name }) => !failed[`processes ${name}`])
    .map((app) => ({
      name: app.name,
      askedAt: app.processesAt,
      freshSeconds: appFreshSeconds(app, attention),
    }))
  const domains: Inspectable[] = known.apps
    .filter(({ name }) => !failed[`domains ${name}`])
    .map((app) => ({
      name: app.name,
      askedAt: app.domainsAt,
      freshSeconds: attention.changed.has(app.name) ? domainsFreshSeconds.changed : domainsFreshSeconds.other,
    }))
  const services: Inspectable[] = known.services
    .filter(({ plugin, name }) => !failed[`service ${plugin} ${name}`])
    .map(({ plugin, name, detailAt }) => ({
      name: `${plugin} ${name}`,
      askedAt: detailAt,
      freshSeconds:
        changes.databases.has(name) || lacksLink(name, changes)
          ? serviceFreshSeconds.changed
          : serviceFreshSeconds.other,
    }))
  const observed = { host, asOf }
  return [
    ...inspectionsDue(processes, { limit: limits.processes, asOf }).map((app) => ({
      name: `processes ${app}`,
      run: async () => {
        const report = await look.ask(() => dokku.processReport(app, look.signal))
        if (await writeProcessReport(db, observed, app, report)) changes.apps.add(app)
      },
    })),
    ...inspectionsDue(domains, { limit: limits.domains, asOf }).map((app) => ({
      name: `domains ${app}`,
      run: async () => {
        const names = await look.ask(() => dokku.domains(app, look.signal))
        if (await writeDomains(db, observed, app, names)) changes.apps.add(app)
      },
    })),
    ...inspectionsDue(services, { limit: limits.services, asOf }).map((service) => ({
      name: `service ${service}`,
      run: async () => {
        const [plugin = '', name = ''] = service.split(' ')
        const detail = await look.ask(() => dokku.service(plugin, name, look.signal))
        if (await writeService(db, observed, detail)) changes.databases.add(name)
      },
    })),
  ]
}

/** An app that appears or goes takes its links with it, and its database is named after it as a rule. */
const lacksLink = (service: string, { apps }: HostChanges): boolean =>
  [...apps].some((app) => service.startsWith(`${app}-`) || service === app)
