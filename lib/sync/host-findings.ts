import type { World } from '#lib/context.ts'
import { belongings } from '#lib/db/belongings.ts'
import { appsWaitingForHost } from '#lib/db/board-rows.ts'
import { openFindings, writeFindingChanges } from '#lib/db/findings.ts'
import { type HostRecord, hostContents, hostRecords, projectSights } from '#lib/db/hosts.ts'
import { publish } from '#lib/db/notifications.ts'
import { type Finding, findingKey, type KnownFindings } from '#lib/domain/finding.ts'
import { findingChanges, isNothing, restsOn } from '#lib/domain/finding-changes.ts'
import { type HostFacts, hostFindings, hostSourcesInDoubt } from '#lib/domain/host-findings.ts'
import { decideProject } from './decision.ts'
import { topicsOf } from './topics.ts'

/**
 * Decides what is the matter with a host and with what is on it, and what the boards could not say before the host was asked
 * again. To be called after every look at it, also after one that failed.
 */
export async function decideHost(world: World, host: string, asOf: Date): Promise<void> {
  const record = (await hostRecords(world.db)).find(({ name }) => name === host)
  if (!record) return
  await decideWaiting(world, host, asOf)
  const open = await openFindings(world.db, { host })
  const facts = await hostFacts(world, record, new Map(open.map((finding) => [findingKey(finding), finding])))
  const found = hostFindings(facts, asOf)
  const inDoubt = hostSourcesInDoubt(facts, asOf)
  const changes = findingChanges(
    open,
    found.map(({ finding }) => finding),
    (finding) => !isOfTheConnection(finding) && restsOn(finding, inDoubt),
  )
  if (isNothing(changes)) return
  const projects = new Map(found.map(({ finding, projectId }) => [findingKey(finding), projectId]))
  const place = (finding: Finding) => ({ host, projectId: projects.get(findingKey(finding)) ?? null })
  await writeFindingChanges(world.db, changes, place, asOf)
  const concerned = new Set([...projects.values(), ...open.map(({ projectId }) => projectId)])
  const pages = [...concerned].flatMap((projectId) => (projectId === null ? [] : `project:${projectId}`))
  await publish(world.db, ['findings', `host:${host}`, ...pages])
}

/** Every look tells how the connection is, however old the host's own words are. */
const isOfTheConnection = ({ kind }: Finding): boolean => kind === 'host-unreachable' || kind === 'host-key-changed'

/** Rows that waited for the host to be asked again know now, also where it said nothing new. */
async function decideWaiting(world: World, host: string, asOf: Date): Promise<void> {
  for (const [projectId, apps] of await appsWaitingForHost(world.db, host)) {
    const changed = { branches: new Set<string>(), environmentIds: new Set<number>(), apps }
    await publish(world.db, topicsOf(projectId, await decideProject(world, projectId, asOf, changed)))
  }
}

async function hostFacts(world: World, record: HostRecord, known: KnownFindings): Promise<HostFacts> {
  const { db } = world
  const { name: host, source, refusedKey } = record
  const [contents, whose, projects] = await Promise.all([
    hostContents(db, host),
    belongings(db, { hosts: [...world.dokku.keys()], mappingOf: world.mappingOf }),
    projectSights(db),
  ])
  const failure = source.failure?.message ?? null
  return {
    host,
    sight: source,
    failure: failure && withoutWait(failure),
    refusedKey:
      refusedKey === null ? null : { shown: refusedKey, pinned: otherFingerprintIn(failure ?? '', refusedKey) },
    plugins: record.plugins,
    disk: record.disk,
    mostApps: world.limits.mostApps,
    ...contents,
    belongings: whose,
    projects: new Map(projects.map(({ id, path, sight }) => [id, { path, sight, mapping: world.mappingOf(path) }])),
    known,
  }
}

/** The reason without how long the connection waits before it tries again, which is another at every look. */
const withoutWait = (message: string): string =>
  message.replace(/ It has failed since \S+ the next attempt is in .*$/, '')

/** The refusal names both keys, the one that was shown and the one that is pinned. */
const otherFingerprintIn = (message: string, shown: string): string | null =>
  message.match(/SHA256:[A-Za-z0-9+/]{43}/g)?.find((fingerprint) => fingerprint !== shown) ?? null
