import { dokkuObserved } from '#lib/db/board-facts.ts'
import type { Database } from '#lib/db/client.ts'
import { mergeRequestValue } from '#lib/db/gitlab-values.ts'
import { type SweepGrounds, sweepCandidates, sweepGrounds } from '#lib/db/sweep-candidates.ts'
import { appOf, databaseNameOf } from '#lib/domain/app-name.ts'
import { isSameApp } from '#lib/domain/belonging.ts'
import { changedAt } from '#lib/domain/board-row.ts'
import { branchOf } from '#lib/domain/board-rows.ts'
import type { Deployment } from '#lib/domain/deployment.ts'
import type { Environment } from '#lib/domain/environment.ts'
import { BerthError, isNotFound } from '#lib/domain/errors.ts'
import type { MergeRequest } from '#lib/domain/merge-request.ts'
import { lastSuccessful, newest } from '#lib/domain/promotion.ts'
import { staleAt } from '#lib/domain/staleness.ts'
import type { SweepCandidate, Victim } from '#lib/domain/sweep.ts'
import { databaseProtection } from '#lib/domain/sweep-protection.ts'
import type { Held } from './beat.ts'
import type { SweepSources } from './sweep-sources.ts'

/** What a sweep remembers of the moment of its plan. */
export interface SweepMoment {
  /** What was updated in GitLab since then may be missing from the plan. */
  observedAt: Date
}

/** A victim as GitLab and Berth's own records have it; what Dokku has of it is asked on its own. */
export interface Need {
  candidate: SweepCandidate
  grounds: SweepGrounds
}

/** Reads again, from GitLab and from what people told Berth, whether a victim is still needed by nobody. */
export async function needNow(held: Held<SweepMoment>, victim: Victim, sources: SweepSources): Promise<Need> {
  const { world, operation } = held
  const { subject } = victim
  if (subject.kind === 'host' || subject.kind === 'heroku')
    throw new BerthError('invalid', 'berth', 'Neither a host nor Heroku is swept.')
  const grounds = await sweepGrounds(world.db, operation.projectId, {
    hosts: [...world.dokku.keys()],
    mappingOf: world.mappingOf,
  })
  const [observed] = await sweepCandidates(world.db, [subject], grounds)
  if (!observed) throw new BerthError('invalid', 'berth', `${victim.title} cannot be swept.`)
  const id = observed.environment?.id ?? (subject.kind === 'environment' ? subject.environmentId : null)
  const environment =
    id === null ? await environmentOf(held, victim, { sources, grounds }) : await readIn(held, id, sources)
  const inGitlab = environment
    ? await needOf(held, environment, { victim, sources, grounds })
    : { environment: null, isDeploying: false, staleAt: null }
  const protection = observed.protection ?? (await usedElsewhere(held, victim, { id, sources, grounds }))
  return { candidate: { ...observed, ...inGitlab, protection }, grounds }
}

/** The candidate with what is on Dokku now, and what its database is linked to now. */
export async function withDokku(
  { candidate, grounds }: Need,
  { app, database }: Victim,
  sources: SweepSources,
): Promise<SweepCandidate> {
  const hasApp = app !== null && (await sources.dokku(app.host, (dokku) => dokku.appExists(app.app)))
  const service =
    database &&
    (await sources.dokku(database.host, async (dokku) =>
      (await dokku.serviceExists(database.plugin, database.name))
        ? dokku.service(database.plugin, database.name)
        : null,
    ))
  const now = service && {
    host: database.host,
    plugin: database.plugin,
    name: database.name,
    links: service.links,
    sizeBytes: service.sizeBytes,
  }
  const sweeper = { projectId: grounds.projectId, environmentId: candidate.environment?.id ?? null }
  const words = now && databaseProtection(now, sweeper, grounds.belongings)
  return {
    ...candidate,
    app: hasApp ? app : null,
    database: now,
    databaseProtection: words,
    protection: candidate.subject.kind === 'database' ? (words ?? candidate.protection) : candidate.protection,
  }
}

/** `null` when GitLab has it no more. A token that lost its rights is told the same: the project has to be readable still. */
async function readIn(
  { world, operation }: Held<SweepMoment>,
  environmentId: number,
  sources: SweepSources,
): Promise<Environment | null> {
  const { projectId } = operation
  try {
    return await sources.gitlab(() => world.gitlab.environment(projectId, environmentId))
  } catch (error) {
    if (!isNotFound(error)) throw error
    await sources.environments()
    return null
  }
}

/** The environment that has come to own an app or a database for which none was known. */
async function environmentOf(
  { world, operation }: Held<SweepMoment>,
  { app, database }: Victim,
  { sources, grounds }: { sources: SweepSources; grounds: SweepGrounds },
): Promise<Environment | null> {
  const [environments, directory, project] = await Promise.all([
    sources.environments(),
    dokkuObserved(world.db, [...world.dokku.keys()]),
    world.db.project.findUniqueOrThrow({ where: { id: operation.projectId } }),
  ])
  const projectName = project.pathWithNamespace.split('/').at(-1) ?? project.name
  const { mapping } = grounds
  const owning = environments.filter((environment) => {
    const owned = appOf(environment, { mapping, projectName, directory })
    if (owned === null) return false
    return (app && isSameApp(owned, app)) || (database && databaseNameOf(owned.app, mapping) === database.name)
  })
  return owning.find(({ state }) => state !== 'stopped') ?? owning[0] ?? null
}

async function needOf(
  { world, operation, plan }: Held<SweepMoment>,
  environment: Environment,
  { victim, sources, grounds }: { victim: Victim; sources: SweepSources; grounds: SweepGrounds },
): Promise<Partial<SweepCandidate>> {
  const { gitlab, db } = world
  const { projectId } = operation
  const [deployments, updated] = await Promise.all([
    sources.gitlab(() => gitlab.environmentDeployments(projectId, environment.name)),
    sources.mergeRequestsSince(plan.observedAt),
  ])
  const branch = branchOf(environment, deployments, [...(await numbered(db, projectId, deployments)), ...updated])
  const known = branch === null ? [] : await db.mergeRequest.findMany({ where: { projectId, sourceBranch: branch } })
  const mergeRequests = [
    ...new Map([...known.map(mergeRequestValue), ...updated].map((one) => [one.iid, one])).values(),
  ]
  const mergeRequest = mergeRequests
    .filter((one) => one.sourceBranch === branch && isOwn(one, projectId))
    .reduce(standing, null)
  const success = lastSuccessful(deployments)
  const lastDeployedAt = success && changedAt(success)
  return {
    environment: { id: environment.id, name: environment.name, state: environment.state, tier: environment.tier },
    hasBranch: branch === null ? null : await hasBranch(() => gitlab.branch(projectId, branch), sources),
    mergeRequest: mergeRequest && {
      iid: mergeRequest.iid,
      title: mergeRequest.title,
      state: mergeRequest.state,
      webUrl: mergeRequest.webUrl,
    },
    lastDeployedAt,
    isDeploying: deployments.some(({ status }) => status === 'running'),
    staleAt: victim.app && staleAt({ environment, app: victim.app, lastDeployedAt }, grounds.mapping),
  }
}

/** The merge request whose pipeline deployed last, when it was one's: its number leads to the branch. */
async function numbered(
  db: Database,
  projectId: number,
  deployments: readonly Deployment[],
): Promise<Pick<MergeRequest, 'iid' | 'sourceBranch'>[]> {
  const iid = /^refs\/merge-requests\/(\d+)\//.exec(newest(deployments)?.ref ?? '')?.[1]
  if (iid === undefined) return []
  return db.mergeRequest.findMany({
    where: { projectId, iid: Number(iid) },
    select: { iid: true, sourceBranch: true },
  })
}

/** A fork's branch may have the same name. */
const isOwn = ({ sourceProjectId }: MergeRequest, projectId: number): boolean =>
  sourceProjectId === null || sourceProjectId === projectId

/** The open one stands for its branch, else the one that was updated last. */
function standing(chosen: MergeRequest | null, one: MergeRequest): MergeRequest {
  if (chosen === null) return one
  const isOpen = Number(one.state === 'opened') - Number(chosen.state === 'opened')
  return isOpen > 0 || (isOpen === 0 && one.updatedAt > chosen.updatedAt) ? one : chosen
}

async function hasBranch(read: () => Promise<unknown>, sources: SweepSources): Promise<boolean> {
  try {
    await sources.gitlab(read)
    return true
  } catch (error) {
    if (isNotFound(error)) return false
    throw error
  }
}

/** Another environment that maps to the same app and was stopped when last seen may be up by now. */
async function usedElsewhere(
  { world }: Held<SweepMoment>,
  { app }: Victim,
  { id, sources, grounds }: { id: number | null; sources: SweepSources; grounds: SweepGrounds },
): Promise<string | null> {
  const others = grounds.belongings.claims.filter(
    (claim) => app !== null && isSameApp(claim.app, app) && claim.environmentId !== id,
  )
  for (const { projectId, environmentId } of others) {
    const other = await sources.gitlab(() => world.gitlab.environment(projectId, environmentId)).catch(forgiveMissing)
    if (other && other.state !== 'stopped')
      return `App ${app?.app} is also that of ${other.name}, which is ${other.state}.`
  }
  return null
}

function forgiveMissing(error: unknown): null {
  if (isNotFound(error)) return null
  throw error
}
